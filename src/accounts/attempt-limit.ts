// How often somebody may try: a bucket of attempts for each name, which fills up again by and by. In the memory of this node;
// names that nobody used for long are forgotten, the oldest first when there are too many.
import type { Clock } from '../core/clock.ts';

export interface AttemptLimit {
  /** Takes one. 0, or the ms until there is one again (then none is taken). */
  take(name: string): number;
  /** An attempt that was none after all: it succeeded. */
  giveBack(name: string): void;
}

export interface AttemptTerms {
  readonly burst: number;
  /** Ms in which one more is there. */
  readonly refillMs: number;
}

/** So that a flood of names costs no memory. */
const mostNames = 10_000;

export function createAttemptLimit({ burst, refillMs }: AttemptTerms, clock: Clock): AttemptLimit {
  /** Monotonic ms at which the bucket is full again; oldest use first. */
  const fullAt = new Map<string, number>();

  return {
    take: (name) => {
      const now = clock.monotonic();
      const full = Math.max(fullAt.get(name) ?? 0, now);
      const waitMs = full + refillMs - now - burst * refillMs;
      if (waitMs > 0) return waitMs;
      fullAt.delete(name);
      fullAt.set(name, full + refillMs);
      if (fullAt.size > mostNames) {
        const [oldest] = fullAt.keys();
        if (oldest !== undefined) fullAt.delete(oldest);
      }
      return 0;
    },
    giveBack: (name) => {
      const full = fullAt.get(name);
      if (full !== undefined) fullAt.set(name, full - refillMs);
    },
  };
}
