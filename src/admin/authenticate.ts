// Who may use the admin API: whoever has the admin token, from wherever. Wrong tokens are counted by address, and an address
// that sent too many is told to wait; the right one opens all the same, since others may have the same address.
import { isApiKey } from '../accounts/api-key.ts';
import type { Clock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { Caller } from '../core/roles.ts';

const bearer = /^Bearer +(\S+) *$/i;
/** Wrong tokens an address may send within a minute. */
const maxFailures = 10;
const windowMs = 60_000;
/** So that a flood from many addresses costs no memory. */
const maxAddresses = 10_000;

/** Who it is. Throws TollgateError. */
export type AdminAuthenticator = (authorization: string | undefined, address: string) => Promise<Caller>;

const tokenCaller: Caller = { kind: 'token', name: 'admin-token', role: 'admin' };

interface Failures {
  count: number;
  /** Monotonic ms. */
  until: number;
}

export function createAdminAuthenticator(
  tokens: { matches(presented: string): Promise<boolean> },
  clock: Clock,
): AdminAuthenticator {
  /** By address, oldest first. */
  const failures = new Map<string, Failures>();

  function requirePatience(address: string): void {
    const failed = failures.get(address);
    const leftMs = (failed?.until ?? 0) - clock.monotonic();
    if (!failed || leftMs <= 0) {
      failures.delete(address);
      return;
    }
    if (failed.count < maxFailures) return;
    throw new TollgateError('admin_too_many_attempts', {
      values: { seconds: Math.ceil(leftMs / 1000) },
      retryAfterMs: leftMs,
    });
  }

  function noteFailure(address: string): void {
    const failed = failures.get(address);
    if (failed) {
      failed.count++;
      return;
    }
    if (failures.size >= maxAddresses) {
      const [oldest] = failures.keys();
      if (oldest !== undefined) failures.delete(oldest);
    }
    failures.set(address, { count: 1, until: clock.monotonic() + windowMs });
  }

  return async (authorization, address) => {
    const token = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
    if (token === undefined) throw new TollgateError('admin_token_missing');
    // First of all: behind a proxy everybody may have one address, and nobody else's guesses may keep an administrator out.
    if (await tokens.matches(token)) return tokenCaller;
    requirePatience(address);
    noteFailure(address);
    // An API key that came here by mistake is no guess, and deserves to be told apart; it counts all the same.
    throw new TollgateError(isApiKey(token) ? 'admin_token_required' : 'admin_token_invalid');
  };
}
