// Token counts in the gateway's own terms. Unknown is `undefined`, never 0.

/** Tokens of one request. `input` includes `cachedInput` and `cacheWrite`; `output` includes `reasoning`. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

/** Where the counts came from: the upstream said so, or we counted because it did not. */
export type UsageSource = 'reported' | 'estimated';
