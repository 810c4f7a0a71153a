// Whether and when to ask again after every target has failed. Pure.
import type { TargetCondition } from './health.ts';

export interface RetryPolicy {
  /** How often all targets are gone through again after the first time. */
  readonly rounds: number;
  /** No retry begins later than that after the first attempt, in ms. */
  readonly deadlineMs: number;
  /** When another target is asked too, because the first has not begun to answer; absent = never. */
  readonly hedgeMs?: number;
}

const firstBackoffMs = 250;
const longestBackoffMs = 8_000;

export interface RetrySituation {
  /** 0 after the first time through. */
  readonly round: number;
  readonly policy: RetryPolicy;
  readonly elapsedMs: number;
  /** Of the targets that are worth asking again; none = give up. */
  readonly conditions: readonly TargetCondition[];
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * How long to wait before the next round in ms; `undefined` = give up. Exponential back-off with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), but never sooner than the first target
 * allows that asked for time (RFC 9110 section 10.2.3) or whose circuit is open.
 */
export function retryWait({
  round,
  policy,
  elapsedMs,
  conditions,
  random,
}: RetrySituation): number | undefined {
  if (round >= policy.rounds || conditions.length === 0) return undefined;
  const backoff = random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** round);
  const asked = Math.min(...conditions.map((condition) => condition.waitMs));
  const wait = Math.max(backoff, asked);
  return elapsedMs + wait <= policy.deadlineMs ? wait : undefined;
}
