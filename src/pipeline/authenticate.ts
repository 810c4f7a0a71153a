// Stage 1: Bearer key -> principal. Comes before the body is read, so that a stranger cannot make the gateway hold 32 MiB.
import type { Clock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { KeyReader } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';

const bearer = /^Bearer +(\S+) *$/i;

export interface Authenticator {
  /** For requests that reserve money: the hold checks the key again in its transaction. */
  authenticate(authorization: string | undefined): Promise<Principal>;
  /** For all others: always from the store, so that a revocation is effective at once here too. */
  authenticateNow(authorization: string | undefined): Promise<Principal>;
}

/** Errors: `missing_api_key`, `invalid_api_key` (also revoked), `key_disabled`, `key_expired`. */
export function createAuthenticator(
  keys: KeyReader,
  maskKey: (key: string) => string,
  clock: Clock,
): Authenticator {
  function check(principal: Principal | undefined, key: string): Principal {
    if (!principal || principal.status === 'revoked') {
      throw new TollgateError('invalid_api_key', { values: { key: maskKey(key) } });
    }
    if (principal.status === 'disabled') throw new TollgateError('key_disabled');
    if (principal.expiresAt !== undefined && principal.expiresAt <= clock.now()) {
      throw new TollgateError('key_expired', {
        values: { expiresAt: new Date(principal.expiresAt).toISOString().slice(0, 10) },
      });
    }
    return principal;
  }

  return {
    async authenticate(authorization) {
      const key = presentedKey(authorization);
      return check(await keys.authenticate(key), key);
    },
    async authenticateNow(authorization) {
      const key = presentedKey(authorization);
      return check(await keys.authenticateUncached(key), key);
    },
  };
}

function presentedKey(authorization: string | undefined): string {
  const key = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
  if (key === undefined) throw new TollgateError('missing_api_key');
  return key;
}
