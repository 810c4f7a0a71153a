// Waiting that an AbortSignal ends at once; handed in, so that tests need not wait.
import { setTimeout as delay } from 'node:timers/promises';

/** Rejects with the signal's reason when it aborts. */
export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

export const waitFor: Wait = async (ms, signal) => {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};

/** `firstMs`, doubled for every failure before this one, at most `longestMs`. */
export function backOff(failures: number, firstMs: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
}
