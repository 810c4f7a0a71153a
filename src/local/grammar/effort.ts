// How much work compiling one grammar may be. Counted, not timed, so that the same schema has the same result on every
// machine. Pure.
import { limits } from './limits.ts';

/** More states or steps than one automaton or grammar may have. */
export class TooComplex extends Error {}

/** The whole schema has cost too much; nothing may go on after this. */
export class Exhausted extends Error {}

export interface Effort {
  /** Throws `Exhausted`. */
  spend(steps: number): void;
}

export function createEffort(): Effort {
  let left: number = limits.totalSteps;
  return {
    spend(steps) {
      left -= steps;
      if (left < 0) throw new Exhausted();
    },
  };
}
