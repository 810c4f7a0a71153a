// A worker's own line to the thread that writes the ledger. Where that thread dies another one takes its place: the line is opened again, and
// what this worker has open is said there. Knows no SQL.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, BatchOutcome } from '../sqlite/messages.ts';
import { createFrameReader } from './frames.ts';
import { createLineWriter, readOutcome } from './line-messages.ts';
import type { LinePlace } from './messages.ts';
import { noteOpen } from './shared-link.ts';

const firstRetryMs = 20;
const longestRetryMs = 500;
/** A worker that has not got through by then cannot begin. */
const mostTries = 20;

export interface LedgerLine extends Disposable {
  /** At most one batch is under way. `done` is called once, also when the line ends (then as `failed`). */
  sendBatch(batch: Batch, done: (outcome: BatchOutcome) => void): void;
  /** Why nothing can be handed in now. */
  failure(): string | undefined;
}

const away = 'The line to the ledger is not open.';

/** `onOutcome`: before it is told to who handed in. Rejects when nobody listens at that place. */
export async function openLedgerLine(
  { path, token }: LinePlace,
  onOutcome: (outcome: BatchOutcome) => void,
): Promise<LedgerLine> {
  const writer = createLineWriter();
  const open = new Set<string>();
  let line: Socket | undefined;
  let underWay: { readonly batch: Batch; readonly done: (outcome: BatchOutcome) => void } | undefined;
  let closed = false;

  function answer(outcome: BatchOutcome): void {
    const answered = underWay;
    underWay = undefined;
    if (!answered) return;
    noteOpen(open, answered.batch, outcome);
    answered.done(outcome);
  }

  async function begin(): Promise<void> {
    const socket = connect(path);
    await once(socket, 'connect');
    // The end follows.
    socket.on('error', () => undefined);
    if (closed) {
      socket.destroy();
      return;
    }
    socket.write(writer.greeting({ token, open: [...open] }));
    socket.on(
      'data',
      createFrameReader((message) => {
        const outcome = readOutcome(message);
        onOutcome(outcome);
        answer(outcome);
      }),
    );
    socket.once('close', () => {
      line = undefined;
      // It may be committed all the same: who handed in gives back what may be held.
      answer({ failed: away, doubtful: true });
      if (!closed) void beginAgain();
    });
    line = socket;
  }

  async function beginAgain(tries = Number.POSITIVE_INFINITY): Promise<void> {
    for (let waitMs = firstRetryMs; !closed; waitMs = Math.min(2 * waitMs, longestRetryMs)) {
      try {
        return await begin();
      } catch (error) {
        if (--tries <= 0) throw error;
        await delay(waitMs, undefined, { ref: false });
      }
    }
  }

  await beginAgain(mostTries);
  return {
    sendBatch(batch, done) {
      if (!line) {
        // Later, as every answer.
        queueMicrotask(() => done({ failed: away }));
        return;
      }
      underWay = { batch, done };
      line.write(writer.batch(batch));
    },
    failure: () => (line ? undefined : away),
    [Symbol.dispose]() {
      closed = true;
      line?.end();
    },
  };
}
