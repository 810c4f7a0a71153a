// A real OpenID Connect provider on loopback: whoever types a login that it knows is that account, whatever the password. It shows
// its own page for that; there is no page of consent.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Claims by login; may be changed at any time. */
  readonly accounts: Map<string, Readonly<Record<string, unknown>>>;
  /** Goes its whole way without a browser: from the address it is sent to, to the one that it sends back to. */
  signIn(location: string, login: string): Promise<string>;
  /** In the place of its public keys, if set. */
  publishedKeys: unknown;
  /** So many requests came to this path. */
  count(path: string): number;
}

export async function startIdentityProvider(options: {
  readonly redirectUris: readonly string[];
  readonly authMethod?: 'client_secret_basic' | 'client_secret_post';
}): Promise<IdentityProvider> {
  const { redirectUris, authMethod = 'client_secret_basic' } = options;
  const accounts = new Map<string, Readonly<Record<string, unknown>>>();
  const counts = new Map<string, number>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ['tollgate', 'secret-of-the-gateway-0123456789abcdef'];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: redirectUris,
        token_endpoint_auth_method: authMethod,
      },
    ],
    clientAuthMethods: [authMethod],
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name'],
      groups: ['groups', 'realm_access'],
    },
    cookies: { keys: ['for the tests only'] },
    findAccount: (_context: unknown, sub: string) =>
      accounts.has(sub) ? { accountId: sub, claims: () => ({ sub, ...accounts.get(sub) }) } : undefined,
    loadExistingGrant: async (context: GrantContext) => {
      const { client, session, provider: own } = context.oidc;
      const grant = new own.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email profile groups');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    counts.set(path, (counts.get(path) ?? 0) + 1);
    if (path === '/jwks' && own.publishedKeys !== undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(own.publishedKeys));
      return;
    }
    handle(request, response);
  });

  const own: IdentityProvider = {
    issuer,
    publishedKeys: undefined,
    clientId,
    clientSecret,
    accounts,
    count: (path) => counts.get(path) ?? 0,
    signIn: (location, login) => walk(issuer, location, login),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return own;
}

interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (
        members: object,
      ) => { addOIDCScope(scope: string): void; save(): Promise<unknown> };
    };
  };
}

/** Follows redirects and fills in the form, with the cookies that it is given. */
async function walk(issuer: string, start: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  let place = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 12; step++) {
    const response = await fetch(place, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form ? { body: form } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location !== null) {
      place = new URL(location, place).href;
      form = undefined;
      if (!place.startsWith(issuer)) return place;
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined)
      throw new Error(`the provider shows no form: ${response.status} ${page.slice(0, 500)}`);
    place = new URL(action, place).href;
    form = new URLSearchParams({ prompt: 'login', login, password: 'any' });
  }
  throw new Error('the provider never came to an end');
}
