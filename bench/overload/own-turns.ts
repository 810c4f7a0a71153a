// How long this process may have kept an answer waiting before it read it: bytes that were there when the loop came back to the
// sockets may have come at any time since it was there before.

export interface OwnTurns {
  /** The turn under way has begun to work. */
  works(): void;
  /** For something read at `at`, in ms. */
  lagAt(at: number): number;
}

/** A loop that comes back to its sockets later than this has waited there: nothing had come before. */
const waitedMs = 0.1;

export function watchTurns(): OwnTurns {
  let began: number | undefined;
  let ended = 0;
  /** How long the turn before worked, if the loop did not wait after it. */
  let before = 0;

  function work(at: number): number {
    if (began === undefined) {
      if (at - ended > waitedMs) before = 0;
      began = at;
      setImmediate(end);
    }
    return began;
  }

  function end(): void {
    ended = performance.now();
    before = ended - (began ?? ended);
    began = undefined;
  }

  return {
    works: () => void work(performance.now()),
    lagAt: (at) => at - work(at) + before,
  };
}
