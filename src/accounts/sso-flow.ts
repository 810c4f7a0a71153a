// A sign-in under way at an identity provider, kept by the browser that began it and nowhere else: anyone may begin one, so there is
// nothing here that strangers could use up. Knows no cookie and speaks no OpenID Connect.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { randomBase62 } from '../core/clock.ts';

export interface SsoFlow {
  readonly provider: string;
  readonly redirectUri: string;
  /** Path of the console to go to then. */
  readonly next: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

/** What goes to the provider and what is compared on the way back, all of it derived from the browser's secret. */
export interface SsoFlowSecrets {
  /** Of this flow with these facts: whoever does not have the browser's secret cannot make one (RFC 6749 section 10.12). */
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: 43 characters, the least there may be (RFC 7636 section 4.1). */
  readonly verifier: string;
}

/** `kept`: for the browser, of characters that a cookie may have. */
export function beginSsoFlow(flow: SsoFlow): SsoFlowSecrets & { readonly kept: string } {
  const secret = randomBase62(43);
  const facts = Buffer.from(JSON.stringify(flow)).toString('base64url');
  return { ...secretsOf(secret, facts), kept: `${secret}.${facts}` };
}

/** The flow that `kept` and `state` belong to; `undefined` unless both are of the same, and it has not ended. */
export function resumeSsoFlow(
  kept: string | undefined,
  state: string,
  now: number,
): (SsoFlow & SsoFlowSecrets) | undefined {
  const [secret = '', facts = '', ...more] = (kept ?? '').split('.');
  if (secret.length !== 43 || more.length > 0) return undefined;
  const secrets = secretsOf(secret, facts);
  if (!same(secrets.state, state)) return undefined;
  const flow = parseFlow(facts);
  return flow && flow.expiresAt > now ? { ...flow, ...secrets } : undefined;
}

function secretsOf(secret: string, facts: string): SsoFlowSecrets {
  const derive = (what: string) => createHmac('sha256', secret).update(what).digest('base64url');
  return { state: derive(`state ${facts}`), nonce: derive('nonce'), verifier: derive('verifier') };
}

/** Only a browser that signs its own nonsense gets here with anything but what was written above. */
function parseFlow(facts: string): SsoFlow | undefined {
  let value: Partial<Record<keyof SsoFlow, unknown>> | null;
  try {
    value = JSON.parse(Buffer.from(facts, 'base64url').toString());
  } catch {
    return undefined;
  }
  const { provider, redirectUri, next, expiresAt } = value ?? {};
  if (typeof provider !== 'string' || typeof redirectUri !== 'string') return undefined;
  if (typeof next !== 'string' || typeof expiresAt !== 'number') return undefined;
  return { provider, redirectUri, next, expiresAt };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
