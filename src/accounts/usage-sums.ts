// Sums per hour put together to what people ask for: totals, and percentiles out of histograms.
import { formatUsd } from '../core/money.ts';
import { latencySteps } from '../core/usage-hours.ts';
import { addSum, emptySum, type UsageSum } from '../core/usage-sum.ts';

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

export function totalOf(sums: readonly UsageSum[]): UsageSum {
  return sums.reduce((total, sum) => addSum(total, sum), emptySum);
}

/** Sums that `groupOf` makes the same group are one. In the order of their first. */
export function regroup(
  sums: readonly UsageSum[],
  groupOf: (sum: UsageSum) => UsageSum['group'],
): UsageSum[] {
  const groups = new Map<string, UsageSum>();
  for (const sum of sums) {
    const group = groupOf(sum);
    const name = JSON.stringify(Object.entries(group).sort());
    const known = groups.get(name);
    groups.set(name, known ? addSum(known, sum) : { ...sum, group });
  }
  return [...groups.values()];
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
