// Natural batching: whatever was held and settled while the worker was busy is its next batch. A hold at idle leaves at the end of
// the same turn of the event loop, with all that came in it. Nobody waits for a settlement: it waits a moment for a hold to go with.
import { setTimeout as delay } from 'node:timers/promises';
import { reservedFor } from '../../budgets/reserve.ts';
import type { Clock } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import type { Checkpoint, Held, HoldEntry, LedgerWriter, Settlement } from '../../core/ports.ts';
import type { LedgerObserver, StoreProblem } from '../../core/store.ts';
import type { Cell } from '../sql/ledger.ts';
import { pushCheckpointCells, pushEntryCells, pushSettleCells } from '../sql/to-cells.ts';
import { holdError } from './hold-error.ts';
import type { BatchOutcome } from './messages.ts';
import { createSettleRetry, type PendingSettle } from './settle-retry.ts';
import type { WorkerLink } from './worker-link.ts';

/** Holds that may wait for the worker; a gateway this far behind must refuse instead of growing. */
const maxPendingHolds = 10_000;
/**
 * Longest wait of a settlement for company, in ms. A transaction of its own would cost as much as the hold's, and be in the way of the
 * next one. Until then it is as if the answer had taken that much longer: a crash closes its row at the last checkpoint.
 */
const companyMs = 5;
/**
 * A ledger that failed is asked again by then, with a transaction of nothing, should nothing else be written: where no requests come as long as
 * the gateway says that it is not ready, nobody else would find out.
 */
const askAgainMs = 1_000;
/** Waits between the attempts to write what is left when the gateway stops while the database refuses. */
const lastWaitsMs = [0, 50, 200, 1_000];

interface PendingHold {
  readonly entry: HoldEntry;
  readonly resolve: (held: Held) => void;
  readonly reject: (error: Error) => void;
}

export interface BatchingLedgerWriter extends LedgerWriter {
  /** Why the database did not take the last batch; `undefined` while it does. */
  failure(): string | undefined;
  /** Resolves when what was handed in before is in the database, or refused; `undefined` when it is. */
  caughtUp(): Promise<void> | undefined;
  /** Refuses new holds, then writes all that was handed in. What cannot be written is reported as lost. */
  close(): Promise<void>;
}

/** `settle` never rejects: what the database refuses for good is reported, since its client has been answered. */
export function createLedgerWriter(
  link: Pick<WorkerLink, 'metersContent' | 'sendBatch'>,
  clock: Clock,
  report: (problem: StoreProblem) => void,
  observer?: LedgerObserver,
): BatchingLedgerWriter {
  let holds: PendingHold[] = [];
  let settles: PendingSettle[] = [];
  /** By id: only the newest of each counts. */
  let checkpoints = new Map<string, Checkpoint>();
  const unixAtMonotonicZero = clock.now() - clock.monotonic();
  let busy = false;
  let scheduled = false;
  let companyTimer: NodeJS.Timeout | undefined;
  let askTimer: NodeJS.Timeout | undefined;
  let sent = 0;
  /** In the order of their batches: the number of the batch whose answer they wait for. */
  const waiters: { readonly batch: number; readonly resolve: () => void }[] = [];
  let state: 'open' | 'closing' | 'closed' = 'open';
  let failure: string | undefined;
  let onIdle: (() => void) | undefined;
  observer?.watch(() => ({ holds: holds.length, settles: settles.length, checkpoints: checkpoints.size }));
  const retry = createSettleRetry((again) => {
    settles = [...again, ...settles];
    schedule();
  }, report);

  function schedule(): void {
    if (busy || scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      sendNext();
    });
  }

  function scheduleInCompany(): void {
    if (state !== 'open') schedule();
    else if (!busy && !scheduled) companyTimer ??= setTimeout(companyIsOver, companyMs);
  }

  function companyIsOver(): void {
    companyTimer = undefined;
    sendNext();
  }

  const nothingWaits = () => holds.length === 0 && settles.length === 0 && checkpoints.size === 0;

  function sendNext(): void {
    if (busy) return;
    if (nothingWaits()) {
      onIdle?.();
      return;
    }
    send();
  }

  function ask(): void {
    // Whatever waits or comes again asks as well.
    if (!busy && nothingWaits() && retry.waiting === 0) send();
  }

  function send(): void {
    sent++;
    const sentHolds = holds;
    const sentSettles = settles;
    const sentCheckpoints = checkpoints;
    holds = [];
    settles = [];
    if (sentCheckpoints.size > 0) checkpoints = new Map();
    busy = true;
    const holdCells: Cell[] = [];
    for (const { entry } of sentHolds) pushEntryCells(holdCells, entry);
    const settleCells: Cell[] = [];
    for (const { settlement } of sentSettles) pushSettleCells(settleCells, settlement);
    const checkpointCells: Cell[] = [];
    for (const checkpoint of sentCheckpoints.values()) pushCheckpointCells(checkpointCells, checkpoint);
    const sentAt = clock.monotonic();
    const now = Math.floor(unixAtMonotonicZero + sentAt);
    const batch = { holds: holdCells, settles: settleCells, checkpoints: checkpointCells, now };
    link.sendBatch(batch, (outcome) => {
      busy = false;
      failure = outcome.failed ?? failedItem(outcome);
      observer?.committed({
        items: sentHolds.length + sentSettles.length + sentCheckpoints.size,
        durationMs: clock.monotonic() - sentAt,
        failed: outcome.failed !== undefined,
      });
      answerHolds(sentHolds, outcome);
      answerSettles(sentSettles, outcome);
      clearTimeout(askTimer);
      if (failure === undefined) retry.recovered();
      else if (state === 'open') askTimer = setTimeout(ask, askAgainMs);
      answerWaiters();
      if (nothingWaits()) onIdle?.();
      else if (holds.length > 0 || waiters.length > 0) schedule();
      else scheduleInCompany();
    });
  }

  function answerWaiters(): void {
    while (waiters[0] && waiters[0].batch <= sent) waiters.shift()?.resolve();
  }

  function answerHolds(sent: readonly PendingHold[], outcome: BatchOutcome): void {
    if (outcome.failed !== undefined) {
      const error = new TollgateError('ledger_unavailable', {
        cause: new Error(outcome.failed),
        retryAfterMs: 1000,
      });
      for (const hold of sent) hold.reject(error);
      if (outcome.doubtful) for (const { entry } of sent) release(entry);
      return;
    }
    const { holds: refusals = [], grants = [] } = outcome;
    for (const refusal of refusals) sent[refusal.index]?.reject(holdError(refusal));
    for (const { index, outputCap, standings } of grants) {
      const hold = sent[index];
      hold?.resolve({ reserved: reservedFor(hold.entry.worst, outputCap), standings });
    }
    if (refusals.length + grants.length === sent.length) return;
    // Resolving what was just answered does nothing: a promise settles once. The others were granted all they asked for.
    for (const { entry, resolve } of sent) {
      resolve({ reserved: reservedFor(entry.worst, entry.worst.outputCap), standings: [] });
    }
  }

  /** A hold that was refused and may be in the database all the same gives back what it reserved, if it is. */
  function release({ id, provider, upstreamModel }: HoldEntry): void {
    const settlement: Settlement = {
      id,
      state: 'released',
      provider,
      upstreamModel,
      usage: undefined,
      usageSource: undefined,
      cost: 0n,
      partial: false,
      error: 'ledger_unavailable',
      attempts: [],
      durationMs: 0,
    };
    settles.push({ settlement, mayBeUnknown: true, resolve: () => {} });
  }

  function answerSettles(sent: readonly PendingSettle[], outcome: BatchOutcome): void {
    if (outcome.failed !== undefined) {
      retry.park(sent, outcome.failed);
      return;
    }
    const parked = new Set<number>();
    for (const { index, reason, detail = 'refused by the database' } of outcome.settles ?? []) {
      const pending = sent[index];
      if (!pending) continue;
      const { id } = pending.settlement;
      if (reason === 'failed') {
        parked.add(index);
        retry.park([pending], detail);
      } else if (reason === 'unknown-id') {
        if (!pending.mayBeUnknown) report({ kind: 'settle-unknown-id', id });
      } else report({ kind: 'settle-lost', id, reason: detail });
    }
    for (const [index, pending] of sent.entries()) {
      if (!parked.has(index)) pending.resolve();
    }
  }

  /** Sends what is queued and waits for its answers. */
  function flush(): Promise<void> {
    return new Promise((resolve) => {
      onIdle = resolve;
      schedule();
    });
  }

  return {
    hold: (entry) =>
      new Promise((resolve, reject) => {
        if (state !== 'open') {
          reject(new TollgateError('shutting_down'));
        } else if (holds.length >= maxPendingHolds) {
          reject(
            new TollgateError('overloaded', {
              values: { reason: 'the ledger cannot keep up', retry: ' in 1 second' },
              retryAfterMs: 1000,
            }),
          );
        } else {
          holds.push({ entry, resolve, reject });
          schedule();
        }
      }),
    settle: (settlement) => {
      if (state === 'closed') {
        report({ kind: 'settle-lost', id: settlement.id, reason: 'the store is closed' });
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        settles.push({ settlement, resolve });
        scheduleInCompany();
      });
    },
    checkpoint: (checkpoint) => {
      if (state === 'closed') return;
      checkpoints.set(checkpoint.id, checkpoint);
      scheduleInCompany();
    },
    metersContent: () => link.metersContent(),
    failure: () => failure,
    caughtUp: () => {
      if (!busy && nothingWaits()) return undefined;
      const last = nothingWaits() ? sent : sent + 1;
      const answered = new Promise<void>((resolve) => {
        waiters.push({ batch: last, resolve });
      });
      schedule();
      return answered;
    },
    close: async () => {
      state = 'closing';
      clearTimeout(askTimer);
      retry.manual();
      for (const waitMs of lastWaitsMs) {
        if (waitMs > 0) await delay(waitMs);
        retry.release();
        await flush();
        if (retry.waiting === 0) break;
      }
      state = 'closed';
      clearTimeout(companyTimer);
      for (const { settlement, resolve } of retry.abandon()) {
        report({ kind: 'settle-lost', id: settlement.id, reason: failure ?? 'the store is closed' });
        resolve();
      }
    },
  };
}

/** The reason of the first item that the database may take later: a full disk, not a bad item. */
function failedItem({ holds = [], settles = [] }: BatchOutcome): string | undefined {
  return [...holds, ...settles].find(({ reason }) => reason === 'failed')?.detail;
}
