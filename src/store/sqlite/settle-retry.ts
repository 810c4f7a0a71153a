// Settlements the database refused for now. They go again after a while, growing, or at once when it takes a batch:
// a settlement is given up only when the store closes and the last attempts have failed.
import type { Settlement } from '../../core/ports.ts';
import type { StoreProblem } from '../../core/store.ts';

const firstRetryMs = 50;
const longestRetryMs = 5_000;

export interface PendingSettle {
  readonly settlement: Settlement;
  /** Its row may never have been made: then there is nothing to tell. */
  readonly mayBeUnknown?: true;
  readonly resolve: () => void;
}

export interface SettleRetry {
  readonly waiting: number;
  park(refused: readonly PendingSettle[], reason: string): void;
  /** Hands everything back now. */
  release(): void;
  /** The database took a whole batch: the next failure starts with a short wait again. */
  recovered(): void;
  /** From now on nothing goes again by itself: the caller decides when, and when to give up. */
  manual(): void;
  /** Gives up what is left. */
  abandon(): PendingSettle[];
}

/** `again` takes settlements back into the queue. */
export function createSettleRetry(
  again: (settles: readonly PendingSettle[]) => void,
  report: (problem: StoreProblem) => void,
): SettleRetry {
  let parked: PendingSettle[] = [];
  let waitMs = firstRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let byItself = true;

  function take(): PendingSettle[] {
    clearTimeout(timer);
    timer = undefined;
    const taken = parked;
    parked = [];
    return taken;
  }

  function release(): void {
    const taken = take();
    if (taken.length > 0) again(taken);
  }

  return {
    get waiting() {
      return parked.length;
    },
    park: (refused, reason) => {
      if (refused.length === 0) return;
      parked = parked.concat(refused);
      if (timer || !byItself) return;
      report({ kind: 'settle-retrying', waiting: parked.length, reason });
      timer = setTimeout(release, waitMs);
      waitMs = Math.min(waitMs * 2, longestRetryMs);
    },
    release,
    recovered: () => {
      waitMs = firstRetryMs;
      release();
    },
    manual: () => {
      byItself = false;
      clearTimeout(timer);
    },
    abandon: take,
  };
}
