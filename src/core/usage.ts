// Token counts in the gateway's own terms. Unknown is `undefined`, never 0.

/**
 * Tokens of one request. `input` includes `cachedInput`, `cacheWrite`, `audioInput` and `imageInput`, which do not
 * overlap; `output` includes `reasoning`, `audioOutput` and `imageOutput`, which do not overlap either.
 */
export interface Usage {
  readonly input: number;
  readonly output: number;
  /** Read from a cache, of whatever kind. */
  readonly cachedInput?: number;
  /** Written to a cache, for however long. */
  readonly cacheWrite?: number;
  readonly reasoning?: number;
  /** Of `cacheWrite`: kept for an hour, where the usual is 5 minutes. */
  readonly cacheWrite1h?: number;
  /** Of `cachedInput`: audio. */
  readonly cachedAudioInput?: number;
  /** Audio that came from no cache. */
  readonly audioInput?: number;
  readonly audioOutput?: number;
  /** Images that came from no cache. */
  readonly imageInput?: number;
  readonly imageOutput?: number;
  /** How it was processed, where that changes the price: `flex`, `priority`, `batch`. What the upstream says it was. */
  readonly serviceTier?: string;
}

/** Where the counts came from: the upstream said so, or we counted because it did not. */
export type UsageSource = 'reported' | 'estimated';
