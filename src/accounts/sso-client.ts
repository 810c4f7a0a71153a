// The one place that speaks OpenID Connect: authorization code with PKCE, state and nonce (RFC 9700 section 2.1), by `openid-client`, which
// is loaded with the first sign-in. What the provider publishes about itself is asked for then, and again when it is an hour old.
import type { Configuration } from 'openid-client';
import type { Clock } from '../core/clock.ts';
import type { SsoProvider } from '../core/console-settings.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What is known of who signed in: the claims of the ID token, checked, and what the userinfo endpoint adds. */
export interface SignedInAt {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Claims;
}

export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

export interface SsoClient {
  /** Where the browser goes. Rejects when the provider cannot be reached. */
  authorizationUrl(provider: SsoProvider, request: AuthorizationRequest): Promise<string>;
  /** `answer`: the parameters the browser came back with. Rejects when anything is not as it should be. */
  exchange(
    provider: SsoProvider,
    request: AuthorizationRequest,
    answer: Readonly<Record<string, string>>,
  ): Promise<SignedInAt>;
}

const freshMs = 3_600_000;
const timeoutSeconds = 10;

interface Known {
  readonly provider: SsoProvider;
  readonly at: number;
  readonly configuration: Promise<Configuration>;
}

export function createSsoClient(clock: Clock): SsoClient {
  const known = new Map<string, Known>();
  const library = () => import('openid-client');

  function configurationOf(provider: SsoProvider): Promise<Configuration> {
    const found = known.get(provider.name);
    // Another object: tollgate.yaml was read again.
    if (found?.provider === provider && clock.monotonic() - found.at < freshMs) return found.configuration;
    const configuration = discover(provider);
    known.set(provider.name, { provider, at: clock.monotonic(), configuration });
    configuration.catch(() => {
      if (known.get(provider.name)?.configuration === configuration) known.delete(provider.name);
    });
    return configuration;
  }

  async function discover({ issuer, clientId, clientSecret }: SsoProvider): Promise<Configuration> {
    const oidc = await library();
    const secret = clientSecret?.reveal();
    const url = new URL(issuer);
    return oidc.discovery(
      url,
      clientId,
      undefined,
      secret === undefined ? oidc.None() : authBy(oidc, secret),
      {
        timeout: timeoutSeconds,
        execute: [
          // The signature of the ID token counts, not only the connection it came by.
          oidc.enableNonRepudiationChecks,
          // The file takes http for this machine only.
          ...(url.protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
        ],
      },
    );
  }

  return {
    authorizationUrl: async (provider, { redirectUri, state, nonce, verifier }) => {
      const configuration = await configurationOf(provider);
      const oidc = await library();
      return oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: provider.scopes.join(' '),
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).href;
    },
    exchange: async (provider, { redirectUri, state, nonce, verifier }, answer) => {
      const configuration = await configurationOf(provider);
      const oidc = await library();
      const place = new URL(redirectUri);
      place.search = new URLSearchParams(answer).toString();
      const tokens = await oidc.authorizationCodeGrant(configuration, place, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      const more = configuration.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
        : {};
      // What is signed wins.
      return { issuer: claims.iss, subject: claims.sub, claims: { ...more, ...claims } };
    },
  };
}

/** As the provider says it takes the secret; OpenID Connect Discovery section 3: without a word, as basic authentication. */
function authBy(
  oidc: typeof import('openid-client'),
  secret: string,
): ReturnType<typeof oidc.ClientSecretPost> {
  const [post, basic] = [oidc.ClientSecretPost(secret), oidc.ClientSecretBasic(secret)];
  return (server, client, body, headers) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') === true;
    (takesPost ? post : basic)(server, client, body, headers);
  };
}

/** What went wrong, for the audit log: the library's and the provider's words, which hold no secret. */
export function ssoProblem(error: unknown): string {
  const {
    message,
    code,
    error: said,
    error_description: described,
    cause,
  } = error as Record<string, unknown>;
  const inner = cause instanceof Error ? cause.message : undefined;
  return [message, code, said, described, inner]
    .filter((each) => typeof each === 'string' && each !== '')
    .join(' · ')
    .slice(0, 400);
}
