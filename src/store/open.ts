// Opens the store that the environment names: SQLite in the data folder, or PostgreSQL where there is a URL of one. What only
// one of them needs is loaded only then.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { GatewayStore, LedgerObserver, Store, StoreProblem } from '../core/store.ts';
import { placeOf } from './postgres/failure.ts';

/** Where the store is. */
export interface StorePlace {
  /** Holds SQLite's database; with PostgreSQL, what waits while that is away. */
  readonly dataFolder: string;
  readonly databaseUrl: { reveal(): string } | undefined;
}

export interface GatewayStoreOptions {
  readonly clock: Clock;
  /** Told what went wrong after a request was answered; must not throw. */
  readonly report: (problem: StoreProblem) => void;
  readonly observer?: LedgerObserver;
  /** Processes that serve requests will use it too: see `GatewayStore.connect`. */
  readonly shared?: boolean;
}

/** For the one gateway on this data folder. Rejects with StoreError. */
export async function openGatewayStore(
  { dataFolder: folder, databaseUrl }: StorePlace,
  options: GatewayStoreOptions,
): Promise<GatewayStore> {
  if (databaseUrl) {
    const { openPostgresGatewayStore } = await import('./postgres/open.ts');
    return openPostgresGatewayStore({ ...options, folder, url: databaseUrl.reveal() });
  }
  const { openSqliteGatewayStore } = await import('./sqlite/open.ts');
  return openSqliteGatewayStore({ ...options, folder });
}

/** For a command, also while gateways run. Rejects with StoreError. */
export async function openToolStore(
  { dataFolder: folder, databaseUrl }: StorePlace,
  options: { readonly clock: Clock },
): Promise<Store> {
  if (databaseUrl) {
    const { openPostgresToolStore } = await import('./postgres/open.ts');
    return openPostgresToolStore({ ...options, url: databaseUrl.reveal() });
  }
  const { openSqliteToolStore } = await import('./sqlite/open.ts');
  return openSqliteToolStore({ ...options, folder });
}

/** Whether there is a store to look into; opening it where there is none would make an empty one. */
export function mayHaveStore({ dataFolder, databaseUrl }: StorePlace): boolean {
  return databaseUrl !== undefined || existsSync(join(dataFolder, 'tollgate.sqlite'));
}

/** For people; without the password. */
export function describeStore({ dataFolder, databaseUrl }: StorePlace): string {
  return databaseUrl ? `PostgreSQL at ${placeOf(databaseUrl.reveal())}` : dataFolder;
}
