// Entry of the database worker thread: one message in, one answer out, in order.
import { parentPort, workerData } from 'node:worker_threads';
import type { LedgerDoor } from '../bridge/ledger-door.ts';
import type { ToLedgerDoor } from '../bridge/line-control.ts';
import { type Database, openDatabase } from './database.ts';
import { toStoreError } from './failure.ts';
import type { Batch, BatchOutcome, FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { isPacked, packAnswer, unpackBatch } from './pack-messages.ts';

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread');
const answer = (message: FromWorker) => port.postMessage(message);
/** As it was said last. */
let metersContent = false;
/** Where workers come in, once there are some. */
let door: Promise<LedgerDoor> | undefined;

function open(): Database | undefined {
  try {
    const database = openDatabase(settings);
    const { epoch, recovered } = database;
    metersContent = database.metersContent();
    answer({ kind: 'opened', epoch, recovered, metersContent });
    return database;
  } catch (error) {
    const { code, message } = toStoreError(error, settings.folder);
    answer({ kind: 'not-opened', code, message });
    return undefined;
  }
}

function commit(database: Database, batch: Batch): BatchOutcome {
  const outcome = database.commitBatch(batch);
  metersContent = outcome.metersContent ?? metersContent;
  return outcome;
}

async function openDoor(database: Database, message: Extract<ToLedgerDoor, { kind: 'listen' }>) {
  const { openLedgerDoor } = await import('../bridge/ledger-door.ts');
  return openLedgerDoor(message, {
    commit: (batch) => commit(database, batch),
    tend: () => database.tend(),
    metersContent: () => metersContent,
    heldIds: () => database.heldIds(),
    tell: answer,
  });
}

async function close(database: Database, now: number): Promise<void> {
  try {
    (await door)?.[Symbol.dispose]();
    database.close(now);
  } finally {
    answer({ kind: 'closed' });
    port?.close();
  }
}

function receive(database: Database, message: ToWorker): void {
  if (isPacked(message)) {
    answer(packAnswer(commit(database, unpackBatch(message))));
    database.tend();
    return;
  }
  switch (message.kind) {
    case 'close':
      void close(database, message.now);
      return;
    case 'listen':
      door = openDoor(database, message);
      return;
    case 'expect':
    case 'forget':
      void door?.then((opened) => opened.receive(message));
      return;
  }
  try {
    const answered = database.query(message.queries);
    metersContent = answered.metersContent ?? metersContent;
    answer({ kind: 'rows', ...answered });
    database.tend();
  } catch (error) {
    const failure = toStoreError(error, settings.folder);
    answer({ kind: 'queries-failed', code: failure.code, message: failure.message });
  }
}

const database = open();
if (database) port.on('message', (message: ToWorker) => receive(database, message));
