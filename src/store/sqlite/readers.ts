// The store's slow half: keys, listings and checks, compiled here and run by the worker between batches.
import type { Compilable, InferResult, Kysely } from 'kysely';
import {
  type KeyStoreReader,
  type KeyStoreWriter,
  type LedgerReader,
  type NewKey,
  type NewProject,
  type Store,
  StoreError,
} from '../../core/store.ts';
import { keyFromRow, ledgerRowFromRow, pageOf } from '../sql/from-row.ts';
import * as keys from '../sql/keys.ts';
import { type Cell, selectRow, selectRows } from '../sql/ledger.ts';
import type { Schema } from '../sql/schema.ts';
import type { Row } from './messages.ts';
import type { WorkerLink } from './worker-link.ts';

type Link = Pick<WorkerLink, 'query'>;

export function createKeyStoreReader(db: Kysely<Schema>, link: Link): KeyStoreReader {
  return {
    keyByHash: async (hash) => (await one(link, keys.selectKeyByHash(db, hash))).map(keyFromRow)[0],
    keys: async ({ limit, cursor }) =>
      pageOf((await one(link, keys.selectKeyPage(db, limit, cursor))).map(keyFromRow), limit),
    keysMatching: async (reference) =>
      (await one(link, keys.selectKeysMatching(db, reference))).map(keyFromRow),
  };
}

export function createKeyStoreWriter(db: Kysely<Schema>, link: Link): KeyStoreWriter {
  async function add(key: NewKey, project: NewProject, onlyFirst: boolean) {
    const added = keys.selectKeyById(db, key.id);
    const results = await all(link, [
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
    addFirstKey: (key, project) => add(key, project, true),
    revokeKey: async (id, revokedAt) => (await one(link, keys.revokeKey(db, id, revokedAt))).length === 1,
  };
}

export function createLedgerReader(db: Kysely<Schema>, link: Link): LedgerReader {
  return {
    row: async (id) => (await one(link, selectRow(db, id))).map(ledgerRowFromRow)[0],
    rows: async ({ limit, cursor }) =>
      pageOf((await one(link, selectRows(db, limit, cursor))).map(ledgerRowFromRow), limit),
  };
}

export function createIntegrityCheck(link: Link): Store['integrity'] {
  return async () => {
    const [rows = []] = await link.query([{ sql: 'pragma integrity_check', parameters: [] }]);
    return rows.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok');
  };
}

async function one<Query extends Compilable>(link: Link, query: Query): Promise<InferResult<Query>> {
  const [rows = []] = await all(link, [query]);
  return rows as InferResult<Query>;
}

async function all(link: Link, queries: readonly Compilable[]): Promise<readonly Row[][]> {
  return link.query(
    queries.map((query) => {
      const { sql, parameters } = query.compile();
      return { sql, parameters: parameters as readonly Cell[] };
    }),
  );
}
