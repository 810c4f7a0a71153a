// How a check says that something is wrong, or that it cannot judge. Knows neither servers nor checks.

/** One thing that is not as it should be. */
export interface Mismatch {
  /** Where: a field, a request or a moment, such as `choices[0].index` or `n: 129`. */
  readonly at: string;
  readonly expected: string;
  readonly actual: string;
}

/** The server cannot be judged by this check, and why. */
export class Skip extends Error {
  override readonly name = 'Skip';
}

/** Ends a check at once: what came is not what the rest of the check could look at. */
export class Failed extends Error {
  override readonly name = 'Failed';
  readonly mismatches: readonly Mismatch[];

  constructor(mismatches: readonly Mismatch[]) {
    super('the check failed');
    this.mismatches = mismatches;
  }
}
