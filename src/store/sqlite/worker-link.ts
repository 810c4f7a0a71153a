// The gateway's end of the line to the database worker: starts it, pairs answers with questions by their order, and
// starts another when it dies. Knows no SQL and no ledger.
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../core/module-path.ts';
import { StoreError } from '../../core/store.ts';
import type { DoorLink } from '../bridge/ledger-lines.ts';
import type { Batch, BatchOutcome, FromWorker, Query, Row, ToWorker, WorkerSettings } from './messages.ts';
import { isPacked, packBatch, unpackAnswer } from './pack-messages.ts';

const firstRestartMs = 100;
const longestRestartMs = 5_000;

export interface WorkerLink extends DoorLink {
  readonly epoch: number;
  readonly recovered: number;
  /** Whether limits of cost or tokens were in force when the worker last said so. */
  metersContent(): boolean;
  /** At most one batch is under way. `done` is called once, also when the worker dies (then as `failed`). */
  sendBatch(batch: Batch, done: (outcome: BatchOutcome) => void): void;
  /** All queries in one transaction; one list of rows for each. Rejects with StoreError. */
  query(queries: readonly Query[]): Promise<readonly Row[][]>;
  /** Why there is no worker now; `undefined` while it lives. */
  failure(): string | undefined;
  /** Closes the database and waits for the thread to end. */
  close(now: number): Promise<void>;
}

interface Question {
  readonly resolve: (results: readonly Row[][]) => void;
  readonly reject: (error: StoreError) => void;
}

type Opened = Extract<FromWorker, { kind: 'opened' }>;

export type StartWorker = (settings: WorkerSettings) => Worker;

const startThread: StartWorker = (settings) =>
  new Worker(siblingModule(import.meta.url, './worker'), {
    workerData: settings,
    name: 'tollgate-store',
    // Batches are short-lived and small; V8's default lets the thread keep 10 MB for them. CPU per request stays.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
    // What Node itself was started with (V8's options, a script on standard input) is refused or wrong in a worker.
    execArgv: [],
  });

/** Starts the worker and waits until the database is open. Rejects with StoreError. `onDeath` is told its reason. */
export async function openWorker(
  settings: WorkerSettings,
  onDeath: (reason: string) => void,
  start: StartWorker = startThread,
): Promise<WorkerLink> {
  const questions: Question[] = [];
  let batchDone: ((outcome: BatchOutcome) => void) | undefined;
  let worker: Worker | undefined;
  let failure: string | undefined;
  let closing = false;
  let metersContent = false;
  let restartTimer: NodeJS.Timeout | undefined;
  let hearDoor: Parameters<DoorLink['onDoor']>[0] = () => undefined;

  function receive(message: FromWorker): void {
    if (isPacked(message)) {
      answerBatch(unpackAnswer(message));
      return;
    }
    switch (message.kind) {
      case 'batch':
        answerBatch(message.outcome);
        return;
      case 'rows':
        metersContent = message.metersContent ?? metersContent;
        questions.shift()?.resolve(message.results);
        return;
      case 'queries-failed':
        questions.shift()?.reject(new StoreError(message.code, message.message));
        return;
      case 'meters':
        ({ metersContent } = message);
        return;
      case 'listening':
      case 'not-listening':
      case 'left':
      case 'transactions':
        hearDoor(message);
    }
  }

  function answerBatch(outcome: BatchOutcome): void {
    metersContent = outcome.metersContent ?? metersContent;
    const done = batchDone;
    batchDone = undefined;
    done?.(outcome);
  }

  async function connect(lifeSettings: WorkerSettings): Promise<Opened> {
    const thread = start(lifeSettings);
    let lastError = 'no error was given';
    thread.on('error', (error: Error) => {
      lastError = error.message;
    });
    const opened = await firstAnswer(thread, () => lastError);
    worker = thread;
    failure = undefined;
    metersContent = opened.metersContent;
    thread.on('message', receive);
    thread.once('exit', () => died(lastError));
    return opened;
  }

  function died(reason: string): void {
    worker = undefined;
    failure = closing ? 'The store is closed.' : `The database worker of ${settings.folder} ended: ${reason}`;
    // What was under way may be committed or not: a settle is sent again, and a hold counts as refused.
    answerBatch({ failed: failure, doubtful: true });
    for (const question of questions.splice(0)) question.reject(new StoreError('store_failed', failure));
    if (closing) return;
    onDeath(failure);
    restart(firstRestartMs);
  }

  /** The same run goes on in a new thread: no new epoch, so its own held rows stay held. */
  function restart(waitMs: number): void {
    restartTimer = setTimeout(() => {
      connect({ ...settings, resumeEpoch: opened.epoch }).then(
        () => hearDoor({ kind: 'opened' }),
        (error: StoreError) => {
          failure = error.message;
          if (!closing) restart(Math.min(waitMs * 2, longestRestartMs));
        },
      );
    }, waitMs);
  }

  const send = (thread: Worker, message: ToWorker) => thread.postMessage(message);
  const opened = await connect(settings);

  return {
    epoch: opened.epoch,
    recovered: opened.recovered,
    metersContent: () => metersContent,
    sendBatch: (batch, done) => {
      if (!worker) {
        // Later, as every answer: the caller need not expect its call to be answered inside itself.
        queueMicrotask(() => done({ failed: failure ?? 'The store is closed.' }));
        return;
      }
      batchDone = done;
      send(worker, packBatch(batch));
    },
    query: (queries) =>
      new Promise((resolve, reject) => {
        if (!worker || closing) {
          reject(new StoreError('store_failed', failure ?? 'The store is closed.'));
          return;
        }
        questions.push({ resolve, reject });
        send(worker, { kind: 'queries', queries });
      }),
    failure: () => failure,
    tellDoor: (message) => {
      if (worker) send(worker, message);
    },
    onDoor: (hear) => {
      hearDoor = hear;
    },
    close: async (now) => {
      closing = true;
      clearTimeout(restartTimer);
      const thread = worker;
      if (!thread) return;
      const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      send(thread, { kind: 'close', now });
      await ended;
    },
  };
}

/** The answer to opening the database. Rejects with StoreError. */
function firstAnswer(thread: Worker, lastError: () => string): Promise<Opened> {
  return new Promise((resolve, reject) => {
    thread.once('message', (message: FromWorker) => {
      if (isPacked(message)) return;
      if (message.kind === 'opened') resolve(message);
      else if (message.kind === 'not-opened') reject(new StoreError(message.code, message.message));
    });
    thread.once('exit', () =>
      reject(new StoreError('store_failed', `The database worker did not start: ${lastError()}`)),
    );
  });
}
