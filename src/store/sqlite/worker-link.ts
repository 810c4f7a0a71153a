// The gateway's end of the line to the database worker: starts it, pairs answers with questions by their order, and
// turns its death into errors. Knows no SQL and no ledger.
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../core/module-path.ts';
import { StoreError } from '../../core/store.ts';
import type { Cell } from '../sql/ledger.ts';
import type { BatchOutcome, FromWorker, Query, Row, ToWorker, WorkerSettings } from './messages.ts';

export interface WorkerLink {
  readonly epoch: number;
  readonly recovered: number;
  /** At most one batch is under way. `done` is called once, also when the worker dies (then as `failed`). */
  sendBatch(holds: Cell[], settles: Cell[], done: (outcome: BatchOutcome) => void): void;
  /** All queries in one transaction; one list of rows for each. Rejects with StoreError. */
  query(queries: readonly Query[]): Promise<readonly Row[][]>;
  /** Why the worker is gone; `undefined` while it lives. */
  failure(): StoreError | undefined;
  /** Closes the database and waits for the thread to end. */
  close(now: number): Promise<void>;
}

interface Question {
  readonly resolve: (results: readonly Row[][]) => void;
  readonly reject: (error: StoreError) => void;
}

/** Starts the worker and waits until the database is open. Rejects with StoreError. */
export async function openWorker(
  settings: WorkerSettings,
  onFailure: (error: StoreError) => void,
): Promise<WorkerLink> {
  const worker = new Worker(siblingModule(import.meta.url, './worker'), {
    workerData: settings,
    name: 'tollgate-store',
  });
  const questions: Question[] = [];
  let batchDone: ((outcome: BatchOutcome) => void) | undefined;
  let failure: StoreError | undefined;
  let closing = false;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  function fail(reason: string, cause?: unknown): void {
    if (failure) return;
    failure = new StoreError(
      'store_failed',
      `The database worker of ${settings.folder} ended (${reason}). Restart the gateway.`,
      cause,
    );
    const unanswered = batchDone;
    batchDone = undefined;
    unanswered?.({ failed: failure.message });
    for (const question of questions.splice(0)) question.reject(failure);
    if (!closing) onFailure(failure);
  }

  function receive(message: FromWorker): void {
    switch (message.kind) {
      case 'batch': {
        const done = batchDone;
        batchDone = undefined;
        done?.(message.outcome);
        return;
      }
      case 'rows':
        questions.shift()?.resolve(message.results);
        return;
      case 'queries-failed':
        questions.shift()?.reject(new StoreError(message.code, message.message));
        return;
    }
  }

  const opened = await new Promise<Extract<FromWorker, { kind: 'opened' }>>((resolve, reject) => {
    worker.once('message', (message: FromWorker) => {
      if (message.kind === 'opened') resolve(message);
      else if (message.kind === 'not-opened') reject(new StoreError(message.code, message.message));
    });
    worker.once('error', (error: Error) => reject(new StoreError('store_failed', error.message, error)));
    worker.once('exit', () => reject(new StoreError('store_failed', 'The database worker did not start.')));
  });
  worker.on('message', receive);
  worker.on('error', (error: Error) => fail(error.message, error));
  worker.on('exit', (code) => fail(`exit code ${code}`));
  const send = (message: ToWorker) => worker.postMessage(message);

  return {
    epoch: opened.epoch,
    recovered: opened.recovered,
    sendBatch: (holds, settles, done) => {
      if (failure) {
        done({ failed: failure.message });
        return;
      }
      batchDone = done;
      send({ kind: 'batch', holds, settles });
    },
    query: (queries) =>
      new Promise((resolve, reject) => {
        if (failure || closing) {
          reject(failure ?? new StoreError('store_failed', 'The store is closed.'));
          return;
        }
        questions.push({ resolve, reject });
        send({ kind: 'queries', queries });
      }),
    failure: () => failure,
    close: async (now) => {
      closing = true;
      if (!failure) send({ kind: 'close', now });
      await ended;
    },
  };
}
