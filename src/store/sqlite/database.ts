// The worker's half of the store: opens the file, starts a node's run, answers queries and closes. Synchronous, so
// it can be read and tested without a thread.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StoreError } from '../../core/store.ts';
import { migrations } from '../migrations/index.ts';
import { createLedgerBatches, type LedgerBatches } from './batch.ts';
import { databasePath, openConnection } from './connection.ts';
import { prepareDataFolder } from './data-folder.ts';
import { takeGatewayLock } from './gateway-lock.ts';
import type { Batch, BatchOutcome, Query, Row, WorkerSettings } from './messages.ts';
import { migrate, pending } from './migrate.ts';
import { inTransaction } from './transaction.ts';
import { flushesItself, takeLog, type WriteAheadLog } from './write-ahead-log.ts';

/** Distinct query texts the store has; the bound is there for the day someone builds them from input. */
const maxStatements = 200;

/** A tool has the lock for the moment in which it makes the tables. */
const lockWaitMs = 500;
const pollMs = 20;

export interface Database {
  readonly epoch: number;
  readonly recovered: number;
  commitBatch(batch: Batch): BatchOutcome;
  /** To be called when what was asked is answered. */
  tend(): void;
  /** `metersContent`: set after queries that may have changed a limit. */
  query(queries: readonly Query[]): { readonly results: Row[][]; readonly metersContent?: boolean };
  metersContent(): boolean;
  /** Of all rows that are held. */
  heldIds(): string[];
  /** Writes the log back into the database and frees the folder. `now` is Unix ms. */
  close(now: number): void;
}

/** Throws StoreError or SQLite's own errors. */
export function openDatabase(settings: WorkerSettings): Database {
  prepareDataFolder(settings.folder);
  using undo = new DisposableStack();
  if (settings.role === 'gateway') undo.use(takeGatewayLock(settings.folder, lockWaitMs));
  const database = undo.adopt(openConnection(settings), (connection) => connection.close());
  bringUpToDate(database, settings);
  let epoch = 0;
  const ownLog = settings.role === 'gateway' && settings.synchronous === 'FULL' && flushesItself;
  let log: WriteAheadLog | undefined;
  const flush = () => log?.flush();
  const ledger = createLedgerBatches(database, settings.statements, () => epoch, flush);
  const run = startRun(database, settings, ledger);
  epoch = run.epoch;
  if (ownLog) log = undo.use(takeLog(database, databasePath(settings.folder)));
  const opened = undo.move();
  const statements = new Map<string, StatementSync>();

  function prepared(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (!statement) {
      if (statements.size >= maxStatements) statements.clear();
      statement = database.prepare(sql);
      statement.setReadBigInts(true);
      statements.set(sql, statement);
    }
    return statement;
  }

  return {
    ...run,
    commitBatch: ledger.commit,
    metersContent: ledger.metersContent,
    heldIds: () => {
      const held = database.prepare(settings.statements.heldBefore.sql).all(run.epoch + 1);
      return held.map(({ id }) => String(id));
    },
    query: (queries) => {
      const [first] = queries;
      if (queries.length === 1 && first && isRead(first.sql))
        return { results: [prepared(first.sql).all(...first.parameters)] };
      const reads = queries.every(({ sql }) => isRead(sql));
      const results = inTransaction(
        database,
        () => queries.map(({ sql, parameters }) => prepared(sql).all(...parameters)),
        reads ? 'deferred' : 'immediate',
      );
      if (reads) return { results };
      flush();
      return { results, metersContent: ledger.metersContent() };
    },
    tend: () => log?.tend(),
    close: (now) => {
      if (settings.role === 'gateway') {
        database.prepare(settings.statements.stopNode.sql).run(now, run.epoch);
        database.exec('pragma wal_checkpoint(truncate)');
      }
      opened.dispose();
    },
  };
}

function isRead(sql: string): boolean {
  return /^(select|pragma) /.test(sql);
}

/**
 * A tool changes the schema only while no gateway runs: a running one has read the old schema. One that is starting
 * at this moment, or another tool, is waited for.
 */
function bringUpToDate(database: DatabaseSync, settings: WorkerSettings): void {
  if (settings.role === 'gateway') {
    if (pending(database, migrations).length > 0) migrate(database, migrations, settings.now);
    return;
  }
  for (let waitedMs = 0; pending(database, migrations).length > 0; waitedMs += pollMs) {
    try {
      using _lock = takeGatewayLock(settings.folder, 0);
      migrate(database, migrations, settings.now);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'data_folder_in_use') throw error;
      if (waitedMs >= settings.busyTimeoutMs) throw olderGateway(settings.folder, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
    }
  }
}

function olderGateway(folder: string, cause: StoreError): StoreError {
  return new StoreError(
    'data_folder_in_use',
    `The gateway running on the data folder ${folder} is older than this command, which needs to change the database. Restart the gateway with this version first.`,
    cause,
  );
}

/** A new epoch, and the rows earlier runs left held are closed: one transaction, so never twice and never half. */
function startRun(
  database: DatabaseSync,
  settings: WorkerSettings,
  ledger: LedgerBatches,
): { epoch: number; recovered: number } {
  if (settings.role === 'tool') return { epoch: 0, recovered: 0 };
  if (settings.resumeEpoch !== undefined) return { epoch: settings.resumeEpoch, recovered: 0 };
  const { startNode } = settings.statements;
  return inTransaction(database, () => {
    const epoch = Number(database.prepare(startNode.sql).get(settings.node, settings.now)?.epoch);
    return { epoch, recovered: ledger.recover(epoch) };
  });
}
