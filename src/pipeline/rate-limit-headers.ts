// `x-ratelimit-*`: how the limits of requests and tokens stand after this request, as OpenAI's SDKs and their users read them.
// CONTRACT section 3, "Headers out".
import type { LimitRefusal, LimitStanding } from '../core/limits.ts';
import { goDuration } from './durations.ts';

export type RateLimitHeaders = Readonly<Record<string, string>>;

const metrics = ['requests', 'tokens'] as const;

/** Of several limits of one metric the one with the least room. None where no such limit applies. */
export function rateLimitHeaders(standings: readonly LimitStanding[]): RateLimitHeaders {
  if (standings.length === 0) return {};
  const headers: Record<string, string> = {};
  for (const metric of metrics) {
    let tightest: LimitStanding | undefined;
    for (const standing of standings) {
      if (standing.metric !== metric) continue;
      if (!tightest || standing.remaining < tightest.remaining) tightest = standing;
    }
    if (!tightest) continue;
    headers[`x-ratelimit-limit-${metric}`] = String(tightest.amount);
    headers[`x-ratelimit-remaining-${metric}`] = String(tightest.remaining);
    headers[`x-ratelimit-reset-${metric}`] = goDuration(tightest.resetMs);
  }
  return headers;
}

/** The same of the limit that had no room. `now`: Unix ms. */
export function refusedHeaders(refusal: LimitRefusal, now: number): RateLimitHeaders {
  const { limit, settled, held, resetsAt, retryAfterMs } = refusal;
  const remaining = limit.amount - settled - held;
  const resetMs = resetsAt === undefined ? (retryAfterMs ?? 0) : Math.max(resetsAt - now, 0);
  return rateLimitHeaders([
    {
      metric: limit.metric,
      window: limit.window,
      amount: limit.amount,
      remaining: remaining > 0n ? remaining : 0n,
      resetMs,
    },
  ]);
}
