// Long answers are noted in the ledger as they go, so that a crash charges what was used by then. One timer for all requests,
// and none while there are none.

export interface CheckpointedRequest {
  /** Notes where the request stands; called again only when it has settled. */
  note(): Promise<void>;
}

export interface Checkpoints {
  /** Returns the function that ends the watch. */
  watch(request: CheckpointedRequest): () => void;
}

/** How often a request is noted, the first time after as long. */
const everyMs = 5_000;
const tickMs = 1_000;

interface Watched {
  readonly request: CheckpointedRequest;
  noting: boolean;
  lastAt: number;
  /** Index in the list; -1 once it is out of it. */
  place: number;
}

/** `monotonic`: ms. */
export function createCheckpoints(monotonic: () => number, everyTickMs = tickMs): Checkpoints {
  // @NOTE an array, because the outgrown tables of a Set point to their successors, and from V8's old generation keep every
  // later request (src/http/exchanges.ts). Measured at 32 connections: 10 KB of each request outlived it.
  const watched: Watched[] = [];
  let ticking = false;

  function tick(): void {
    const now = monotonic();
    for (const entry of [...watched]) {
      if (entry.noting || now - entry.lastAt < everyMs) continue;
      entry.noting = true;
      entry.lastAt = now;
      const noted = () => {
        entry.noting = false;
      };
      // A note that could not be made is made five seconds later.
      entry.request.note().then(noted, noted);
    }
    ticking = false;
    if (watched.length > 0) start();
  }

  function remove(entry: Watched): void {
    if (entry.place === -1) return;
    const last = watched.pop();
    if (last !== undefined && last !== entry) {
      watched[entry.place] = last;
      last.place = entry.place;
    }
    entry.place = -1;
  }

  // Ends by itself a tick behind the last request: short requests start no timer each.
  function start(): void {
    if (ticking) return;
    ticking = true;
    setTimeout(tick, everyTickMs).unref();
  }

  return {
    watch(request) {
      const entry: Watched = { request, noting: false, lastAt: monotonic(), place: watched.length };
      watched.push(entry);
      start();
      return () => remove(entry);
    },
  };
}
