// Opens the ledger that the environment names as it is at this moment, for checking and exporting it beside gateways.
import type { Clock } from '../core/clock.ts';
import type { LedgerSnapshot } from '../core/ledger-snapshot.ts';
import { openToolStore, type StorePlace } from './open.ts';

/** Rejects with StoreError. */
export async function openLedgerSnapshot(
  place: StorePlace,
  options: { readonly clock: Clock },
): Promise<LedgerSnapshot> {
  // Makes sure that the tables are there and of this version.
  const store = await openToolStore(place, options);
  await store[Symbol.asyncDispose]();
  if (place.databaseUrl) {
    const { openPostgresSnapshot } = await import('./postgres/snapshot.ts');
    return openPostgresSnapshot(place.databaseUrl.reveal());
  }
  const { openSqliteSnapshot } = await import('./sqlite/snapshot.ts');
  return openSqliteSnapshot(place.dataFolder);
}
