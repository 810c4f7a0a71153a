// Entry of the database worker thread: one message in, one answer out, in order.
import { parentPort, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from './database.ts';
import { handleUntilQuiet } from './doorbell.ts';
import { toStoreError } from './failure.ts';
import type { FromWorker, ThreadSettings, ToWorker } from './messages.ts';
import { isPacked, packAnswer, unpackBatch } from './pack-messages.ts';

const settings = workerData as ThreadSettings;
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

/** Returns whether another message may come. */
function receive(database: Database, message: ToWorker): boolean {
  if (isPacked(message)) {
    answer(packAnswer(database.commitBatch(unpackBatch(message))));
    database.tend();
    return true;
  }
  if (message.kind === 'close') {
    try {
      database.close(message.now);
    } finally {
      answer({ kind: 'closed' });
      port?.close();
    }
    return false;
  }
  try {
    answer({ kind: 'rows', ...database.query(message.queries) });
    database.tend();
  } catch (error) {
    const failure = toStoreError(error, settings.folder);
    answer({ kind: 'queries-failed', code: failure.code, message: failure.message });
  }
  return true;
}

const database = open();
if (database) {
  const handle = (message: ToWorker) => receive(database, message);
  port.on('message', (message: ToWorker) => handleUntilQuiet(message, { port, bell: settings.bell, handle }));
}
