// From `console` and `server.public_url` of tollgate.yaml to settings.
import type { ConsoleSettings, SsoProvider } from '../core/console-settings.ts';
import type { SsoEntry } from './console-schema.ts';
import type { ParsedFile } from './file.ts';
import type { Problem } from './problem.ts';
import type { TollgateYaml } from './schema.ts';
import { Secret } from './secret.ts';

const standardScopes = ['openid', 'email', 'profile'] as const;

export function consoleSettings(content: TollgateYaml | undefined): ConsoleSettings {
  const { console: entry, server } = content ?? {};
  return {
    passwordLogin: entry?.password_login ?? true,
    privateUpstreams: entry?.private_upstreams ?? true,
    sso: (entry?.sso ?? []).map(providerOf),
    publicUrl: server?.public_url === undefined ? undefined : new URL(server.public_url).origin,
  };
}

function providerOf(entry: SsoEntry): SsoProvider {
  return {
    name: entry.name,
    issuer: entry.issuer,
    clientId: entry.client_id,
    clientSecret: entry.client_secret === undefined ? undefined : new Secret(entry.client_secret),
    // Without `openid` the provider gives no id token.
    scopes: [...new Set(['openid', ...(entry.scopes ?? standardScopes)])],
    allowedDomains: (entry.allowed_domains ?? []).map((domain) => domain.toLowerCase()),
    roles: entry.roles,
    defaultRole: entry.default_role,
    trustUnverifiedEmail: entry.trust_unverified_email === true,
  };
}

/** What no leaf can say by itself. */
export function consoleProblems(file: ParsedFile | undefined): Problem[] {
  const { console: entry } = file?.content ?? {};
  const problems: Problem[] = [];
  const say = (path: readonly (string | number)[], message: string) => {
    const place = file?.place(['console', ...path]);
    problems.push({ message, ...(place ? { place } : {}) });
  };
  const names = new Set<string>();
  for (const [index, provider] of (entry?.sso ?? []).entries()) {
    // What is there and wrong has been said.
    const name = provider.name ?? '';
    if (names.has(name.toLowerCase())) {
      say(['sso', index, 'name'], `There is another identity provider \`${name}\`. Names are unique.`);
    }
    names.add(name.toLowerCase());
    if (provider.allowed_domains && !provider.default_role && !provider.roles) {
      say(
        ['sso', index, 'allowed_domains'],
        `\`${name}\` lets people of these domains in and gives them no role: set \`default_role\`, or \`roles\`.`,
      );
    }
  }
  if (entry?.password_login === false && (entry.sso ?? []).length === 0) {
    say(['password_login'], 'With `password_login: false` and no `sso` nobody could sign in.');
  }
  return problems;
}
