// One line to the database for several ledger writers: what waits for it when a transaction returns is the next one, whoever
// handed it in. Knows which rows each of them has open, so that those of a writer that is gone can be closed. Knows no SQL.
import type { Clock } from '../../core/clock.ts';
import type { LedgerObserver } from '../../core/store.ts';
import { settleCells } from '../sql/ledger.ts';
import { entryWidth } from '../sql/to-cells.ts';
import type { Batch, BatchOutcome } from '../sqlite/messages.ts';
import { holdsIn, itemsIn, mergeBatches, splitOutcome } from './merge-batches.ts';

const firstRetryMs = 100;
const longestRetryMs = 5_000;

/** The line's own end. At most one batch is under way on it. */
export interface BatchLink {
  metersContent(): boolean;
  sendBatch(batch: Batch, done: (outcome: BatchOutcome) => void): void;
}

/** The end of one writer. At most one batch of it is under way. */
export interface LinkShare extends BatchLink {
  /** Ids of rows that its writer has open, and of those that may be. */
  readonly open: ReadonlySet<string>;
  /**
   * Its writer is gone for good. What it has handed in is still settled, what it left held is closed at the last checkpoints
   * and counts as recovered. Resolves with how many rows that were, once they are closed.
   */
  abandon(): Promise<number>;
}

export interface SharedLink {
  /** `open`: rows that its writer had open on another line. */
  share(open?: readonly string[]): LinkShare;
  /** Gives up what could not be closed: the next start does it. */
  close(): void;
}

export interface SharedLinkParts {
  readonly link: BatchLink;
  readonly clock: Clock;
  /** Hears of the transactions. */
  readonly observer?: Pick<LedgerObserver, 'committed'> | undefined;
  /** After each transaction. */
  readonly after?: () => void;
  /** When a line that is free takes what has come; default: in a microtask, for writers whose batches end a turn of the loop themselves. */
  readonly soon?: (work: () => void) => void;
}

interface Waiting {
  batch: Batch;
  readonly done: (outcome: BatchOutcome) => void;
}

interface Abandoned {
  readonly ids: readonly string[];
  readonly closed: () => void;
}

export function createSharedLink(parts: SharedLinkParts): SharedLink {
  const { link, clock, observer, after, soon = queueMicrotask } = parts;
  let waiting: Waiting[] = [];
  let abandoned: Abandoned[] = [];
  let busy = false;
  let scheduled = false;
  let closed = false;
  let retryMs = firstRetryMs;
  let retryTimer: NodeJS.Timeout | undefined;
  // The clocks of the writers differ by a little; the moment of sliding minutes must not run backwards.
  const unixAtMonotonicZero = clock.now() - clock.monotonic();

  function schedule(): void {
    if (busy || scheduled) return;
    scheduled = true;
    soon(() => {
      scheduled = false;
      sendNext();
    });
  }

  function sendNext(): void {
    if (busy) return;
    // First, and alone: they give back what others wait for.
    if (abandoned.length > 0 && !retryTimer) sendAbandoned();
    else if (waiting.length > 0) sendWaiting();
  }

  function send(batch: Batch, done: (outcome: BatchOutcome) => void): void {
    busy = true;
    const sentAt = clock.monotonic();
    link.sendBatch(batch, (outcome) => {
      busy = false;
      const items = itemsIn(batch) + (batch.abandoned?.length ?? 0);
      const failed = outcome.failed !== undefined;
      observer?.committed({ items, durationMs: clock.monotonic() - sentAt, failed });
      after?.();
      done(outcome);
      sendNext();
    });
  }

  function sendWaiting(): void {
    const sent = waiting;
    waiting = [];
    const batches = sent.map(({ batch }) => batch);
    send(mergeBatches(batches, moment()), (outcome) => {
      for (const [index, part] of splitOutcome(batches, outcome).entries()) sent[index]?.done(part);
    });
  }

  function sendAbandoned(): void {
    const sent = abandoned;
    abandoned = [];
    const ids = sent.flatMap((each) => each.ids);
    send({ holds: [], settles: [], checkpoints: [], now: moment(), abandoned: ids }, (outcome) => {
      if (outcome.failed === undefined) {
        retryMs = firstRetryMs;
        for (const each of sent) each.closed();
        return;
      }
      abandoned = [...sent, ...abandoned];
      if (closed) return;
      retryTimer = setTimeout(() => {
        retryTimer = undefined;
        schedule();
      }, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    });
  }

  const moment = () => Math.floor(unixAtMonotonicZero + clock.monotonic());

  function share(before: readonly string[] = []): LinkShare {
    const open = new Set(before);
    /** Handed in and not answered. */
    let own: Waiting | undefined;
    let whenIdle: (() => void) | undefined;

    return {
      open,
      metersContent: () => link.metersContent(),
      sendBatch(batch, done) {
        const handedIn: Waiting = {
          batch,
          done: (outcome) => {
            own = undefined;
            noteOpen(open, handedIn.batch, outcome);
            if (whenIdle) whenIdle();
            else done(outcome);
          },
        };
        own = handedIn;
        waiting.push(handedIn);
        schedule();
      },
      async abandon() {
        if (own) {
          // What it said of the past is true; nobody is left for whom to reserve.
          if (waiting.includes(own)) own.batch = { ...own.batch, holds: [] };
          await new Promise<void>((resolve) => {
            whenIdle = resolve;
          });
        }
        if (open.size === 0) return 0;
        const ids = [...open];
        await new Promise<void>((resolve) => {
          abandoned.push({ ids, closed: resolve });
          schedule();
        });
        return ids.length;
      },
    };
  }

  return {
    share,
    close() {
      closed = true;
      clearTimeout(retryTimer);
    },
  };
}

const idOfSettle = settleCells.indexOf('id');

/** Rows that the batch has opened, and closed. What may be in the database counts as open: to close what is not there does nothing. */
export function noteOpen(open: Set<string>, batch: Batch, outcome: BatchOutcome): void {
  const { failed, doubtful, holds = [], settles = [] } = outcome;
  if (failed === undefined) {
    const kept = new Set(settles.flatMap(({ index, reason }) => (reason === 'unknown-id' ? [] : [index])));
    for (let index = 0; index * settleCells.length < batch.settles.length; index++) {
      if (!kept.has(index)) open.delete(batch.settles[index * settleCells.length + idOfSettle] as string);
    }
  } else if (!doubtful) return;
  const refused = new Set(holds.map(({ index }) => index));
  for (let index = 0; index < holdsIn(batch); index++) {
    // The first cell of an entry is its id.
    if (!refused.has(index)) open.add(batch.holds[index * entryWidth] as string);
  }
}
