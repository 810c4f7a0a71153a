// What the ledger's tests share: data folders that are removed again, open stores, and a clock to move by hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { GatewayStore, Store, StoreProblem } from '../../src/core/store.ts';
import { openSqliteGatewayStore, type SqliteGatewayOptions } from '../../src/store/sqlite/open.ts';
import { keyId, preview } from './entries.ts';

export { holdEntry, keyId, settlement, worth } from './entries.ts';

/** A new folder, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface OpenedStore {
  readonly store: GatewayStore;
  readonly problems: StoreProblem[];
}

/** A gateway's store with one active key, `keyId`; closed when the test ends, if it is not before. */
export async function openGatewayStore(
  folder: string,
  options: Partial<SqliteGatewayOptions> = {},
): Promise<OpenedStore> {
  const problems: StoreProblem[] = [];
  const store = await openSqliteGatewayStore({
    folder,
    clock: systemClock,
    report: (problem) => problems.push(problem),
    ...options,
  });
  onTestFinished(() => store[Symbol.asyncDispose]());
  await addTestKey(store);
  return { store, problems };
}

export async function addTestKey(store: Store, expiresAt?: number): Promise<void> {
  await store.keyWriter.addFirstKey(
    {
      id: keyId,
      name: 'test',
      hash: 'test',
      preview,
      createdAt: 1,
      ...(expiresAt === undefined ? undefined : { expiresAt }),
    },
    { id: 'proj_test', name: 'default', createdAt: 1 },
  );
}

/** A clock that stands still until it is moved. */
export function manualClock(start = 1_700_000_000_000): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    advance: (ms) => {
      now += ms;
    },
  };
}
