// The databases a store suite runs on, each real: the same tests over SQLite in a folder and PostgreSQL on a server of its
// own. A machine without PostgreSQL's binaries says so, and its half counts as skipped.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { GatewayStore, Store, StoreProblem } from '../../src/core/store.ts';
import { openPostgresGatewayStore, openPostgresToolStore } from '../../src/store/postgres/open.ts';
import { openSqliteGatewayStore, openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { noPostgres, type PostgresServer, runSql, startPostgres } from '../support/postgres.ts';
import { addTestKey, type OpenedStore, temporaryFolder } from './fixtures.ts';

/** One empty database. */
export interface TestDatabase {
  /** A gateway's store with one active key; each call of one node, in the same folder, after the last was closed. */
  open(clock?: Clock, options?: { readonly shared?: boolean }): Promise<OpenedStore>;
  tool(): Promise<Store>;
  /** Beside the store, as another program would. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** Arguments for a child process, which opens the same with `openFromArguments`. */
  readonly arguments: readonly string[];
}

export interface DatabaseKind {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** Why its tests are skipped here. */
  readonly missing: string | undefined;
  /** A settlement that comes after its row was recovered takes the place of what was charged then. */
  readonly replacesRecovered: boolean;
  create(): Promise<TestDatabase>;
}

async function withKey(store: GatewayStore, problems: StoreProblem[]): Promise<OpenedStore> {
  onTestFinished(() => store[Symbol.asyncDispose]());
  await addTestKey(store);
  return { store, problems };
}

const sqlite: DatabaseKind = {
  name: 'SQLite',
  missing: undefined,
  // Its rows are recovered when their process has ended, and then nobody is left to settle them.
  replacesRecovered: false,
  async create() {
    const folder = temporaryFolder();
    return {
      async open(clock = systemClock, options = {}) {
        const problems: StoreProblem[] = [];
        const report = (problem: StoreProblem) => void problems.push(problem);
        const store = await openSqliteGatewayStore({
          ...options,
          folder,
          clock,
          synchronous: 'NORMAL',
          report,
        });
        return withKey(store, problems);
      },
      tool: () => openSqliteToolStore({ folder, clock: systemClock }),
      async sql(text) {
        using database = new DatabaseSync(join(folder, 'tollgate.sqlite'));
        return database.prepare(text).all();
      },
      arguments: [folder],
    };
  },
};

let server: Promise<PostgresServer> | undefined;

/** The server of this test file, started when it is first asked for. */
export function postgresServer(): Promise<PostgresServer> {
  server ??= startPostgres();
  return server;
}

/** To be called once in a file that uses PostgreSQL, outside of tests. */
export function stopPostgresAfterAll(): void {
  afterAll(async () => {
    await (await server)?.[Symbol.asyncDispose]();
    server = undefined;
  });
}

const postgres: DatabaseKind = {
  name: 'PostgreSQL',
  missing: noPostgres,
  replacesRecovered: true,
  async create() {
    const url = await (await postgresServer()).createDatabase();
    const folder = temporaryFolder();
    return {
      async open(clock = systemClock, options = {}) {
        const problems: StoreProblem[] = [];
        const report = (problem: StoreProblem) => void problems.push(problem);
        const store = await openPostgresGatewayStore({
          ...options,
          url,
          folder,
          clock,
          report,
          // This machine may be busy with other tests.
          statementMs: 20_000,
        });
        return withKey(store, problems);
      },
      tool: () => openPostgresToolStore({ url, clock: systemClock }),
      sql: (text) => runSql(url, text),
      arguments: [folder, url],
    };
  },
};

if (noPostgres) console.warn(`Tests on PostgreSQL are skipped: ${noPostgres}`);

export const databases: readonly DatabaseKind[] = [sqlite, postgres];
