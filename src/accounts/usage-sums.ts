// Sums per hour put together to what people ask for: days of a time zone, totals, and percentiles out of histograms.
import type { WindowOf } from '../budgets/window.ts';
import { formatUsd } from '../core/money.ts';
import { latencySteps } from '../core/usage-hours.ts';
import type { UsageSum } from '../core/usage-report.ts';

/** Sums whose hours are replaced by the beginning of their day, in Unix ms under `hour`. */
export function byDay(sums: readonly UsageSum[], windowOf: WindowOf, timeZone: string): UsageSum[] {
  const days = new Map<string, UsageSum>();
  for (const sum of sums) {
    const day = windowOf('day', timeZone, Number(sum.group.hour)).start;
    const group = { ...sum.group, hour: day };
    const name = JSON.stringify(group);
    const known = days.get(name);
    days.set(name, known ? added(known, sum) : { ...sum, group });
  }
  return [...days.values()];
}

/** As the admin API and the command line write them. */
export function usageMembers(sum: UsageSum) {
  return {
    requests: sum.requests,
    errors: sum.errors,
    partials: sum.partials,
    input_tokens: sum.input,
    output_tokens: sum.output,
    cached_input_tokens: sum.cachedInput,
    cache_write_tokens: sum.cacheWrite,
    reasoning_tokens: sum.reasoning,
    cost_usd: formatUsd(sum.cost),
    cost_nanousd: String(sum.cost),
  };
}

/** The group is that of the first. */
export function totalOf(sums: readonly UsageSum[]): UsageSum {
  return sums.reduce(added, { ...emptySum, group: {} });
}

const steps = [...latencySteps, 0];
export const emptySum: UsageSum = {
  group: {},
  requests: 0,
  errors: 0,
  partials: 0,
  input: 0,
  output: 0,
  cachedInput: 0,
  cacheWrite: 0,
  reasoning: 0,
  cost: 0n,
  duration: steps.map(() => 0),
  firstToken: steps.map(() => 0),
};

function added(a: UsageSum, b: UsageSum): UsageSum {
  return {
    group: a.group,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    partials: a.partials + b.partials,
    input: a.input + b.input,
    output: a.output + b.output,
    cachedInput: a.cachedInput + b.cachedInput,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    reasoning: a.reasoning + b.reasoning,
    cost: a.cost + b.cost,
    duration: a.duration.map((count, step) => count + (b.duration[step] ?? 0)),
    firstToken: a.firstToken.map((count, step) => count + (b.firstToken[step] ?? 0)),
  };
}

/**
 * In ms, from the counts of a histogram: within a step it is taken to lie evenly, above the last bound it is that bound.
 * `undefined` when nothing was counted.
 */
export function percentile(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const wanted = share * total;
  let below = 0;
  for (const [step, count] of counts.entries()) {
    if (count > 0 && below + count >= wanted) {
      const low = latencySteps[step - 1] ?? 0;
      const high = latencySteps[step] ?? low;
      return Math.round(low + (high - low) * ((wanted - below) / count));
    }
    below += count;
  }
  return latencySteps.at(-1);
}
