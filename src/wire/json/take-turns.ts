// Long work on the one thread that serves everybody: done in slices, with everybody else's turn in between.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Told how much was done; resolves at once, or in a later turn of the event loop when it was enough for this one. */
export type Turns = (bytes: number) => Promise<void> | undefined;

/** `bytesPerTurn`: of work that costs about a nanosecond a byte. */
export function takeTurns(bytesPerTurn: number): Turns {
  let done = 0;
  return function worked(bytes) {
    done += bytes;
    if (done < bytesPerTurn) return undefined;
    done = 0;
    return nextTurn();
  };
}
