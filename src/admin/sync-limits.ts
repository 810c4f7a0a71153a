// The limits of a configuration made those of the store, at start and before a new file is taken over. What the store does not
// know is told with its place in the file.
import { createAuditSource } from '../accounts/audit-facts.ts';
import { createLimitSync, UnknownScope } from '../accounts/limit-sync.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/problem.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import { type Store, StoreError } from '../core/store.ts';

/** Throws ConfigError, and then nothing has changed. */
export async function syncLimits(config: Config, store: Store, clock: Clock): Promise<void> {
  const sync = createLimitSync({
    accounts: store.admin.accountReader,
    keys: store.keyReader,
    writer: store.admin.limitWriter,
    audit: createAuditSource('config', clock, createIdSource('aud_', clock)),
    clock,
  });
  try {
    const { timeZone } = config.server;
    await sync(config.limits.map((limit) => ({ timeZone, ...limit })));
  } catch (error) {
    if (error instanceof StoreError) throw new ConfigError([{ message: error.message }]);
    if (!(error instanceof UnknownScope)) throw error;
    const place = config.limits[error.index]?.place;
    throw new ConfigError([{ message: error.message, ...(place ? { place } : {}) }]);
  }
}
