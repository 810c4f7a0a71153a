// Natural batching: whatever was held and settled while the worker was busy is its next batch. No timer decides when;
// the first item at idle leaves in the same turn of the event loop.
import { TollgateError } from '../../core/errors.ts';
import type { HoldEntry, LedgerWriter, Settlement } from '../../core/ports.ts';
import type { StoreProblem } from '../../core/store.ts';
import type { Cell } from '../sql/ledger.ts';
import { pushHoldCells, pushSettleCells } from '../sql/to-cells.ts';
import { holdError } from './hold-error.ts';
import type { BatchOutcome } from './messages.ts';
import type { WorkerLink } from './worker-link.ts';

/** Holds that may wait for the worker; a gateway this far behind must refuse instead of growing. */
const maxPendingHolds = 10_000;
const firstRetryMs = 50;
const longestRetryMs = 5_000;
/** Attempts to write what is left when the gateway stops while the database refuses. */
const lastAttempts = 5;

interface PendingHold {
  readonly entry: HoldEntry;
  readonly resolve: () => void;
  readonly reject: (error: TollgateError) => void;
}

interface PendingSettle {
  readonly settlement: Settlement;
  readonly resolve: () => void;
}

export interface BatchingLedgerWriter extends LedgerWriter {
  /** The database's reason for refusing the last batch; `undefined` while it takes them. */
  failure(): string | undefined;
  /** Refuses new holds, then writes all that was handed in. What cannot be written is reported. */
  drain(): Promise<void>;
}

export function createLedgerWriter(
  link: Pick<WorkerLink, 'epoch' | 'sendBatch' | 'failure'>,
  report: (problem: StoreProblem) => void,
): BatchingLedgerWriter {
  let holds: PendingHold[] = [];
  let settles: PendingSettle[] = [];
  /** Settlements the database refused for now; they go again when it takes a batch, or after a while. */
  let parked: PendingSettle[] = [];
  let busy = false;
  let scheduled = false;
  let draining = false;
  let failure: string | undefined;
  let retryMs = firstRetryMs;
  let retryTimer: NodeJS.Timeout | undefined;
  let onIdle: (() => void) | undefined;

  function schedule(): void {
    if (busy || scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      sendNext();
    });
  }

  function sendNext(): void {
    if (busy) return;
    if (holds.length === 0 && settles.length === 0) {
      onIdle?.();
      return;
    }
    const sentHolds = holds;
    const sentSettles = settles;
    holds = [];
    settles = [];
    busy = true;
    const holdCells: Cell[] = [];
    for (const { entry } of sentHolds) pushHoldCells(holdCells, entry, link.epoch);
    const settleCells: Cell[] = [];
    for (const { settlement } of sentSettles) pushSettleCells(settleCells, settlement);
    link.sendBatch(holdCells, settleCells, (outcome) => {
      busy = false;
      answerHolds(sentHolds, outcome);
      answerSettles(sentSettles, outcome);
      sendNext();
    });
  }

  function answerHolds(sent: readonly PendingHold[], outcome: BatchOutcome): void {
    if (outcome.failed !== undefined) {
      const error = new TollgateError('ledger_unavailable', { cause: new Error(outcome.failed) });
      for (const hold of sent) hold.reject(error);
      return;
    }
    const refused = new Map(outcome.holds?.map((refusal) => [refusal.index, refusal]));
    for (const [index, hold] of sent.entries()) {
      const refusal = refused.get(index);
      if (refusal) hold.reject(holdError(refusal));
      else hold.resolve();
    }
  }

  function answerSettles(sent: readonly PendingSettle[], outcome: BatchOutcome): void {
    if (outcome.failed !== undefined) {
      park(sent, outcome.failed);
      return;
    }
    const refused = new Map(outcome.settles?.map((refusal) => [refusal.index, refusal]));
    for (const [index, pending] of sent.entries()) {
      const refusal = refused.get(index);
      if (refusal?.reason === 'failed') {
        park([pending], refusal.detail ?? 'unknown');
        continue;
      }
      if (refusal) reportRefused(pending, refusal.reason === 'unknown-id', refusal.detail);
      pending.resolve();
    }
    if (!refused.size) resume();
  }

  function reportRefused({ settlement: { id } }: PendingSettle, unknown: boolean, detail?: string): void {
    report(
      unknown
        ? { kind: 'settle-unknown-id', id }
        : { kind: 'settle-lost', id, reason: detail ?? 'refused by the database' },
    );
  }

  /** The database took a whole batch: what was parked goes again at once. */
  function resume(): void {
    failure = undefined;
    retryMs = firstRetryMs;
    unpark();
  }

  function park(sent: readonly PendingSettle[], reason: string): void {
    failure = reason;
    if (sent.length === 0) return;
    parked.push(...sent);
    if (retryTimer) return;
    report({ kind: 'settle-retrying', waiting: parked.length, reason });
    retryTimer = setTimeout(unpark, retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  function unpark(): void {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    if (parked.length === 0) return;
    settles = [...parked, ...settles];
    parked = [];
    schedule();
  }

  return {
    hold: (entry) =>
      new Promise((resolve, reject) => {
        if (draining) {
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
    settle: (settlement) =>
      new Promise((resolve) => {
        settles.push({ settlement, resolve });
        schedule();
      }),
    failure: () => link.failure()?.message ?? failure,
    drain: async () => {
      draining = true;
      for (let attempt = 0; attempt < lastAttempts; attempt++) {
        unpark();
        const idle = new Promise<void>((resolve) => {
          onIdle = resolve;
        });
        schedule();
        await idle;
        if (parked.length === 0) break;
      }
      clearTimeout(retryTimer);
      for (const { settlement, resolve } of parked.splice(0)) {
        report({ kind: 'settle-lost', id: settlement.id, reason: failure ?? 'the store is closed' });
        resolve();
      }
    },
  };
}
