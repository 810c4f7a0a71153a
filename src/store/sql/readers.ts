// The store's slow half: keys and listings, in any database that runs a list of queries as one transaction.
import { type Compilable, type InferResult, type Kysely, sql } from 'kysely';
import {
  type KeyStoreReader,
  type KeyStoreWriter,
  type LedgerReader,
  type NewKey,
  type NewProject,
  StoreError,
} from '../../core/store.ts';
import { bumpGeneration, insertAudit } from './audit.ts';
import { keyFromRow, ledgerRowFromRow, pageOf } from './from-row.ts';
import * as keys from './keys.ts';
import { selectRow, selectRows } from './ledger.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';

export function createKeyStoreReader(db: Kysely<Schema>, runner: QueryRunner): KeyStoreReader {
  return {
    keyByHash: async (hash) => (await runOne(runner, keys.selectKeyByHash(db, hash))).map(keyFromRow)[0],
    keys: async ({ limit, cursor }) =>
      pageOf((await runOne(runner, keys.selectKeyPage(db, limit, cursor))).map(keyFromRow), limit),
    keysMatching: async (reference) =>
      (await runOne(runner, keys.selectKeysMatching(db, reference))).map(keyFromRow),
  };
}

export function createKeyStoreWriter(db: Kysely<Schema>, runner: QueryRunner): KeyStoreWriter {
  async function add(
    key: NewKey,
    project: NewProject,
    onlyFirst: boolean,
    before: readonly Compilable[] = [],
  ) {
    const added = keys.selectKeyById(db, key.id);
    const results = await runAll(runner, [
      ...before,
      keys.insertProjectIfAbsent(db, project, onlyFirst),
      keys.insertKey(db, key, project.name, onlyFirst),
      added,
    ]);
    return (results.at(-1) as unknown as InferResult<typeof added>).map(keyFromRow)[0];
  }
  return {
    addKey: async (key, project) => {
      const stored = await add(key, project, false);
      if (!stored) throw new StoreError('store_failed', `The key ${key.id} was not stored.`);
      return stored;
    },
    addFirstKey: (key, project, audit) => {
      const none = sql<boolean>`not exists ${keys.anyKey(db)}`;
      const entry = audit === undefined ? [] : [insertAudit(db, audit, none)];
      return add(key, project, true, [bumpGeneration(db, 'keys'), ...entry]);
    },
    revokeKey: async (id, revokedAt) =>
      (await runOne(runner, keys.revokeKey(db, id, revokedAt))).length === 1,
  };
}

export function createLedgerReader(db: Kysely<Schema>, runner: QueryRunner): LedgerReader {
  return {
    row: async (id) => (await runOne(runner, selectRow(db, id))).map(ledgerRowFromRow)[0],
    rows: async ({ limit, cursor }) =>
      pageOf((await runOne(runner, selectRows(db, limit, cursor))).map(ledgerRowFromRow), limit),
  };
}
