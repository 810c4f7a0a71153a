// Old rows of the ledger leave, a bounded number at a time, so that no request waits for it. What they add up to stays, by
// hour. Knows no SQL and no timer: the gateway says when.
import type { Clock } from '../core/clock.ts';
import type { LedgerUpkeep } from '../core/ledger-snapshot.ts';
import { hourOf } from '../core/usage-hours.ts';

/** Rows of one transaction: a few milliseconds of the writer's time. */
export const retentionBatch = 500;

export interface Retention {
  /** One batch, if rows are kept for a bounded time. Resolves with whether there is more to do. Rejects with StoreError. */
  tick(): Promise<boolean>;
}

/** `keepMs` is asked at every tick, so a reload is followed; `undefined` = for ever. */
export function createRetention(
  upkeep: LedgerUpkeep,
  clock: Pick<Clock, 'now'>,
  keepMs: () => number | undefined,
): Retention {
  let highest = 0;
  return {
    async tick() {
      const keep = keepMs();
      if (keep === undefined) return false;
      // A clock that was set back must not make the horizon fall behind what is deleted already.
      highest = Math.max(highest, hourOf(clock.now() - keep));
      return highest > 0 && (await upkeep.deleteBefore(highest, retentionBatch)) === retentionBatch;
    },
  };
}

export interface UpkeepPace {
  /** Between batches while there is more to do. */
  readonly pauseMs: number;
  /** When there is nothing to do. */
  readonly restMs: number;
}

/** Leaves the writer most of its time: 500 rows every quarter of a second are 170 million a day. */
export const upkeepPace: UpkeepPace = { pauseMs: 250, restMs: 60_000 };

/** Ticks until it is disposed of. `onError` is told of a batch that failed; the next is tried after the longer pause. */
export function startUpkeep(
  tick: () => Promise<boolean>,
  onError: (error: unknown) => void,
  { pauseMs, restMs }: UpkeepPace = upkeepPace,
): AsyncDisposable {
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = (ms: number) => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = run();
    }, ms);
    timer.unref();
  };
  async function run(): Promise<void> {
    try {
      next((await tick()) ? pauseMs : restMs);
    } catch (error) {
      onError(error);
      next(restMs);
    }
  }
  next(pauseMs);
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
