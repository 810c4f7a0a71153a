// Takes threads away from the model when they have become a burden. llama.cpp's threads wait for each other by
// spinning, so when other programs need the cores, one pass can take a hundred times as long as with one thread less.

export interface ThreadGovernor {
  /** A forward pass that decoded took so long. */
  decoded(ms: number): void;
  threads(): number;
}

/** Slower than this many times the best pass so far … */
const burdened = 6;
/** … so many times in a row. */
const patience = 4;

/** Starts with `threads` and only ever halves them; a restart measures anew. */
export function createThreadGovernor(threads: number, setThreads: (threads: number) => void): ThreadGovernor {
  let current = threads;
  let best = Number.POSITIVE_INFINITY;
  let slowInARow = 0;
  setThreads(threads);
  return {
    decoded(ms) {
      best = Math.min(best, ms);
      slowInARow = ms > best * burdened ? slowInARow + 1 : 0;
      if (current === 1 || slowInARow < patience) return;
      current = Math.ceil(current / 2);
      setThreads(current);
      best = Number.POSITIVE_INFINITY;
      slowInARow = 0;
    },
    threads: () => current,
  };
}
