// How fast a target is, by the times to its first token lately. Pure.

/** Time in which an old latency fades to a third, in ms. */
const fadeMs = 10_000;

export interface KnownLatency {
  /** `undefined` before the first answer. */
  readonly latencyMs: number | undefined;
  /** Monotonic ms. */
  readonly latencyAt: number;
}

/**
 * Worse news is believed at once, better news as the old fades ("peak EWMA", Finagle's load balancer): a target that
 * has just stalled must not look good because it was fast before.
 */
export function peak(known: KnownLatency, sample: number, now: number): number {
  if (known.latencyMs === undefined || sample >= known.latencyMs) return sample;
  const old = Math.exp(-(now - known.latencyAt) / fadeMs);
  return known.latencyMs * old + sample * (1 - old);
}
