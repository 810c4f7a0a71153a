// `/sso/{name}`: the browser goes to an identity provider and comes back. Whatever goes wrong is told on the login page, by a code:
// a page that showed a text of the address would show anybody's.
import type { AuditSource } from '../../accounts/audit-facts.ts';
import type { Sessions } from '../../accounts/sessions.ts';
import type { SsoAdmission } from '../../accounts/sso.ts';
import { type SsoClient, ssoProblem } from '../../accounts/sso-client.ts';
import { beginSsoFlow, resumeSsoFlow } from '../../accounts/sso-flow.ts';
import type { Clock } from '../../core/clock.ts';
import type { ConsoleSettings } from '../../core/console-settings.ts';
import type { CookieChange } from '../client-facts.ts';
import * as contract from '../contract/session.ts';
import { type AdminAnswer, type AdminCall, type Endpoint, endpoint } from '../endpoint.ts';
import { safeNext } from '../next-path.ts';
import { sessionCookie, sessionCookieOf, ssoCookie, ssoCookieOf } from '../session-cookies.ts';
import { seen } from './session.ts';

export interface SsoParts {
  readonly client: SsoClient;
  readonly admission: SsoAdmission;
  readonly sessions: Sessions;
  readonly settings: () => ConsoleSettings;
  /** Told of sign-ins that came to nothing, for the audit log. */
  readonly onRefused: (provider: string, facts: Readonly<Record<string, string>>) => void;
  readonly clock: Clock;
}

const lifetimeMs = 10 * 60_000;
/** The browser keeps it in a cookie, and takes 4 KiB (RFC 6265 section 6.1). */
const longestNext = 2_000;
const resource = 'session';

export function ssoEndpoints(parts: SsoParts): Endpoint[] {
  const { client: oidc, admission, sessions, settings, onRefused, clock } = parts;
  const providerOf = (name: string | undefined) => settings().sso.find((each) => each.name === name);

  async function begin(
    name: string,
    next: string | undefined,
    client: AdminCall['client'],
  ): Promise<AdminAnswer> {
    const provider = providerOf(name);
    if (!provider) return toLogin('sso_unknown_provider');
    const redirectUri = `${client.origin}/admin/v1/sso/${encodeURIComponent(name)}/callback`;
    const path = safeNext(next);
    const { kept, ...secrets } = beginSsoFlow({
      provider: name,
      redirectUri,
      next: path.length > longestNext ? '/' : path,
      expiresAt: clock.now() + lifetimeMs,
    });
    try {
      const location = await oidc.authorizationUrl(provider, { redirectUri, ...secrets });
      return { location, cookies: [ssoCookieOf(kept, lifetimeMs / 1000)] };
    } catch (error) {
      onRefused(name, { reason: 'sso_unreachable', detail: ssoProblem(error) });
      return toLogin('sso_unreachable');
    }
  }

  async function comeBack(
    name: string,
    answer: Readonly<Record<string, string>>,
    client: AdminCall['client'],
    auditAs: (name: string) => AuditSource,
  ): Promise<AdminAnswer> {
    const provider = providerOf(name);
    if (!provider) return toLogin('sso_unknown_provider');
    const { state = '' } = answer;
    const flow = resumeSsoFlow(client.cookie(ssoCookie), state, clock.now());
    if (flow?.provider !== name) return toLogin('sso_expired');
    const { redirectUri, nonce, verifier } = flow;
    // A browser may have written its own.
    const next = safeNext(flow.next);
    const refuse = (reason: contract.SsoError, detail = '') => {
      onRefused(name, { reason, ...(detail ? { detail } : {}) });
      return toLogin(reason, next);
    };
    if (answer.error !== undefined) {
      const denied = answer.error === 'access_denied';
      const said = [answer.error, answer.error_description].join(' ').trim().slice(0, 300);
      return refuse(denied ? 'sso_denied' : 'sso_invalid', said.replace(/\p{C}/gu, ' '));
    }
    const who = await oidc
      .exchange(provider, { redirectUri, state, nonce, verifier }, answer)
      .catch((error: unknown) => ({ problem: ssoProblem(error) }));
    if ('problem' in who) return refuse('sso_invalid', who.problem);
    const admitted = await admission.admit(provider, who, auditAs);
    if ('refused' in admitted) return refuse(admitted.refused, admitted.about);
    const { member } = admitted;
    const how = { method: `sso:${name}`, replaces: client.cookie(sessionCookie), ...seen(client) };
    const { token } = await sessions.open(member, how, auditAs(member.email));
    return { location: next, cookies: [sessionCookieOf(token), ssoCookieOf(undefined)] };
  }

  return [
    endpoint({
      resource,
      method: 'GET',
      path: '/sso/{name}',
      summary: 'Go to an identity provider of `console.sso` to sign in; for anyone',
      query: contract.SsoBegin,
      status: 302,
      role: 'anyone',
      handle: async ({ params, query, client }) => begin(params.name ?? '', query.next, client) as never,
    }),
    endpoint({
      resource,
      method: 'GET',
      path: '/sso/{name}/callback',
      summary: 'Come back from an identity provider; for the browser that went there',
      description: 'Goes on to the console, or to `/login?error=…`.',
      query: contract.SsoReturn,
      status: 302,
      role: 'anyone',
      handle: async ({ params, query, client, auditAs }) =>
        comeBack(params.name ?? '', query as Record<string, string>, client, auditAs) as never,
    }),
  ];
}

function toLogin(error: contract.SsoError, next = '/'): AdminAnswer {
  const cookies: CookieChange[] = [ssoCookieOf(undefined)];
  const search = new URLSearchParams({ error, ...(next === '/' ? {} : { next }) });
  return { location: `/login?${search}`, cookies };
}
