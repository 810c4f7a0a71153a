// From a presented key to its principal. The cache saves a lookup per request; it can only be wrong for a second, and
// never about a revocation, since the hold checks the key's row again.
import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { createIpRanges } from '../core/ip-ranges.ts';
import type { KeyReader } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { KeyStoreReader, StoredKey } from '../core/store.ts';
import { hashApiKey, mayBeApiKey } from './api-key.ts';

const maxCachedKeys = 10_000;
/** How old an answer from the cache may be: renamed projects and changed model lists show within it. */
const maxAgeMs = 1_000;
/** Lookups under way at once. Unknown keys are not cached, so this bounds what a flood of them can cost. */
const maxLookups = 1_000;

interface CachedPrincipal {
  readonly principal: Principal;
  /** Monotonic ms. */
  readonly readAt: number;
}

export function createKeyReader(store: KeyStoreReader, clock: Clock): KeyReader {
  /** Hash -> principal, least recently looked up first: only active keys, so a key that is enabled again is seen at once. */
  const cache = new Map<string, CachedPrincipal>();
  const shared = new Map<string, Promise<Principal | undefined>>();
  let lookups = 0;

  function cached(hash: string): Principal | undefined {
    const entry = cache.get(hash);
    if (!entry) return undefined;
    return clock.monotonic() - entry.readAt <= maxAgeMs ? entry.principal : undefined;
  }

  function remember(hash: string, principal: Principal | undefined): void {
    cache.delete(hash);
    if (principal?.status !== 'active') return;
    cache.set(hash, { principal, readAt: clock.monotonic() });
    if (cache.size > maxCachedKeys) {
      const [oldest] = cache.keys();
      if (oldest !== undefined) cache.delete(oldest);
    }
  }

  async function lookUp(hash: string): Promise<Principal | undefined> {
    if (lookups >= maxLookups) {
      throw new TollgateError('overloaded', {
        values: { reason: 'too many API keys are being looked up', retry: ' in 1 second' },
        retryAfterMs: 1000,
      });
    }
    lookups++;
    try {
      const key = await store.keyByHash(hash);
      const principal = key && sameHash(key.hash, hash) ? principalOf(key) : undefined;
      remember(hash, principal);
      return principal;
    } catch (cause) {
      throw new TollgateError('ledger_unavailable', { cause, retryAfterMs: 1000 });
    } finally {
      lookups--;
    }
  }

  /** Requests that come with the same key while it is looked up share that lookup. */
  function sharedLookUp(hash: string): Promise<Principal | undefined> {
    const running = shared.get(hash);
    if (running) return running;
    const lookup = lookUp(hash).finally(() => shared.delete(hash));
    shared.set(hash, lookup);
    return lookup;
  }

  return {
    authenticate: (presentedKey) => {
      const hash = hashApiKey(presentedKey);
      const known = cached(hash);
      if (known) return known;
      // Only of what is not known is the form looked at: the checksum costs more than the hash.
      return mayBeApiKey(presentedKey) ? sharedLookUp(hash) : undefined;
    },
    authenticateUncached: async (presentedKey) =>
      mayBeApiKey(presentedKey) ? lookUp(hashApiKey(presentedKey)) : undefined,
  };
}

function principalOf(key: StoredKey): Principal {
  const expiresAt = earlier(key.expiresAt, key.secretExpiresAt);
  return {
    keyId: key.id,
    keyName: key.name,
    organizationId: key.organizationId,
    organizationName: key.organizationName,
    projectId: key.projectId,
    projectName: key.projectName,
    status: key.projectArchived && key.status === 'active' ? 'disabled' : key.status,
    ...(expiresAt === undefined ? undefined : { expiresAt }),
    ...(key.models === undefined ? undefined : { models: key.models }),
    ...(key.allowedIps === undefined ? undefined : { allowedIps: createIpRanges(key.allowedIps) }),
    ...(key.options === undefined ? undefined : { options: key.options }),
  };
}

/** The secret that a key had before may end before the key does. */
function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** Hashes, not keys, and still in constant time: nothing about a stored hash leaks by how long an answer takes. */
function sameHash(stored: string, presented: string): boolean {
  const left = Buffer.from(stored);
  const right = Buffer.from(presented);
  return left.length === right.length && timingSafeEqual(left, right);
}
