// Entry of the database worker thread: one message in, one answer out, in order.
import { parentPort, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from './database.ts';
import { toStoreError } from './failure.ts';
import type { BatchOutcome, FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { packGrants } from './pack-grants.ts';

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread');
const answer = (message: FromWorker) => port.postMessage(message);

function open(): Database | undefined {
  try {
    const database = openDatabase(settings);
    const { epoch, recovered } = database;
    answer({ kind: 'opened', epoch, recovered, metersContent: database.metersContent() });
    return database;
  } catch (error) {
    const { code, message } = toStoreError(error, settings.folder);
    answer({ kind: 'not-opened', code, message });
    return undefined;
  }
}

function answerBatch({ grants, ...outcome }: BatchOutcome): void {
  answer(grants ? { kind: 'batch', outcome, grants: packGrants(grants) } : { kind: 'batch', outcome });
}

function receive(database: Database, message: ToWorker): void {
  switch (message.kind) {
    case 'batch':
      answerBatch(database.commitBatch(message.batch));
      database.tend();
      return;
    case 'queries':
      try {
        answer({ kind: 'rows', ...database.query(message.queries) });
        database.tend();
      } catch (error) {
        const failure = toStoreError(error, settings.folder);
        answer({ kind: 'queries-failed', code: failure.code, message: failure.message });
      }
      return;
    case 'close':
      try {
        database.close(message.now);
      } finally {
        answer({ kind: 'closed' });
        port?.close();
      }
  }
}

const database = open();
if (database) port.on('message', (message: ToWorker) => receive(database, message));
