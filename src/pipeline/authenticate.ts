// Stage 1: Bearer key -> principal. Comes before the body is read, so that a stranger cannot make the gateway hold 32 MiB.
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { KeyReader } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';

const bearer = /^Bearer +(\S+) *$/i;

export interface Authenticator {
  /** For requests that reserve money: the hold checks the key again in its transaction. */
  authenticate(incoming: Caller): Promise<Principal>;
  /** For all others: always from the store, so that a revocation is effective at once here too. */
  authenticateNow(incoming: Caller): Promise<Principal>;
}

export type Caller = Pick<IncomingMessage, 'headers' | 'socket'>;

export interface AuthenticatorPorts {
  readonly keys: KeyReader;
  readonly maskKey: (key: string) => string;
  /** Asked only for keys that may not be used from everywhere. */
  readonly addressOf: (incoming: Caller) => string;
  readonly clock: Clock;
}

/** Errors: `missing_api_key`, `invalid_api_key` (also revoked), `key_disabled`, `key_expired`, `ip_not_allowed`. */
export function createAuthenticator({ keys, maskKey, addressOf, clock }: AuthenticatorPorts): Authenticator {
  function check(principal: Principal | undefined, key: string, incoming: Caller): Principal {
    if (!principal || principal.status === 'revoked') {
      throw new TollgateError('invalid_api_key', { values: { key: maskKey(key) } });
    }
    if (principal.status === 'disabled') throw new TollgateError('key_disabled');
    if (principal.expiresAt !== undefined && principal.expiresAt <= clock.now()) {
      throw new TollgateError('key_expired', {
        values: { expiresAt: new Date(principal.expiresAt).toISOString().slice(0, 10) },
      });
    }
    if (principal.allowedIps) {
      const address = addressOf(incoming);
      if (!principal.allowedIps.contains(address)) {
        throw new TollgateError('ip_not_allowed', { values: { address } });
      }
    }
    return principal;
  }

  return {
    async authenticate(incoming) {
      const key = presentedKey(incoming.headers.authorization);
      return check(await keys.authenticate(key), key, incoming);
    },
    async authenticateNow(incoming) {
      const key = presentedKey(incoming.headers.authorization);
      return check(await keys.authenticateUncached(key), key, incoming);
    },
  };
}

/** Error: `missing_api_key`. */
export function presentedKey(authorization: string | undefined): string {
  const key = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
  if (key === undefined) throw new TollgateError('missing_api_key');
  return key;
}
