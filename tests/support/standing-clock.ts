// Time that passes only when a test says so: what is remembered for some seconds is remembered however long a busy machine takes.
import type { Clock } from '../../src/core/clock.ts';

export interface StandingClock extends Clock {
  pass(ms: number): void;
}

/** The time of day is the real one; timers are the platform's. */
export function standingClock(): StandingClock {
  let passed = 1_000_000;
  return {
    now: () => Date.now(),
    monotonic: () => passed,
    pass(ms) {
      passed += ms;
    },
  };
}
