// The token that opens the admin API: made at the first start and shown once, or preset by the environment, which then is the
// only one that counts. Stored as a hash.
import { timingSafeEqual } from 'node:crypto';
import type { AdminTokenStore } from '../core/accounts.ts';
import { randomBase62 } from '../core/clock.ts';
import { hashApiKey } from './api-key.ts';
import type { AuditSource } from './audit-facts.ts';

const prefix = 'tg-admin-';

/** 238 random bits. */
export function generateAdminToken(random: (length: number) => string = randomBase62): string {
  return prefix + random(40);
}

export interface AdminTokens {
  matches(presented: string): Promise<boolean>;
  /** A new token, if there was none and none is preset: show it once. */
  bootstrap(audit: AuditSource): Promise<string | undefined>;
  /** Makes another; the one before ends. */
  renew(audit: AuditSource): Promise<string>;
}

/** `preset`: the token of the environment. */
export function createAdminTokens(store: AdminTokenStore, preset: string | undefined): AdminTokens {
  const presetHash = preset === undefined ? undefined : hashApiKey(preset);
  return {
    matches: async (presented) => {
      const hash = presetHash ?? (await store.hash());
      return hash !== undefined && sameText(hash, hashApiKey(presented));
    },
    bootstrap: async (audit) => {
      if (presetHash !== undefined || (await store.hash()) !== undefined) return undefined;
      const token = generateAdminToken();
      const entry = audit('admin_token.create', 'admin', {});
      return (await store.addFirst(hashApiKey(token), entry)) ? token : undefined;
    },
    renew: async (audit) => {
      const token = generateAdminToken();
      await store.replace(hashApiKey(token), audit('admin_token.replace', 'admin', {}));
      return token;
    },
  };
}

/** A token of the environment that opens less than the admin token does. */
export function createPresetToken(preset: string | undefined): Pick<AdminTokens, 'matches'> {
  const hash = preset === undefined ? undefined : hashApiKey(preset);
  return { matches: async (presented) => hash !== undefined && sameText(hash, hashApiKey(presented)) };
}

/** Hashes of equal length, in constant time. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
