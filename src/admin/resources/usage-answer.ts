// Sums as `/usage` writes them, in JSON and in CSV.
import { csvCell } from '../../accounts/csv.ts';
import { isExact, type LatencyOf, percentileOf, type TimedSum } from '../../accounts/exact-latency.ts';
import { usageMembers } from '../../accounts/usage-sums.ts';
import type { UsageNames } from '../../core/usage-report.ts';
import type * as contract from '../contract/usage.ts';
import { isoTime } from '../times.ts';
import type { Groups } from './usage-groups.ts';
import type { Period } from './usage-question.ts';

/** `groups`: of `data`; `series` has the same dimensions or, of a period to compare with, those that `data` are not split by. */
export function showPeriod(
  period: Period,
  groups: Groups,
  now: number,
  ofSeries: Groups = groups,
): contract.UsagePeriod {
  const { range, buckets, data, series, total } = period;
  return {
    from: isoTime(range.from),
    to: isoTime(range.to),
    buckets: buckets.map(({ start, end }) => ({
      start: isoTime(start),
      end: isoTime(end),
      complete: start >= range.from && end <= range.to && end <= now,
    })),
    data: data.map((sum) => showSum(sum, groups)),
    series: series.map((sum) => showSum(sum, { ...ofSeries, bucket: undefined })),
    total: showSum(total, undefined),
    outcomes: period.outcomes ?? null,
  };
}

function showSum(sum: TimedSum, groups: Groups | undefined): contract.UsageRow {
  const group: Partial<Record<contract.UsageGroup, string>> = {};
  let isOther = false;
  if (groups?.bucket !== undefined) {
    group[groups.bucket] = isoTime(Number(sum.group.hour ?? sum.group.bucket ?? 0));
  }
  for (const name of groups?.dimensions ?? []) {
    const value = sum.group[name];
    if (value === undefined) isOther = true;
    else group[name] = String(value);
  }
  return {
    group,
    ...(isOther ? { other: true } : {}),
    ...usageMembers(sum),
    duration_ms: percentilesOf(sum, 'duration'),
    first_token_ms: percentilesOf(sum, 'firstToken'),
    exact_percentiles: isExact(sum),
  };
}

function percentilesOf(sum: TimedSum, of: LatencyOf) {
  const at = (share: number) => percentileOf(sum, of, share) ?? null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Of one period and what it is compared with: the ids that people know by names. */
export function idsIn(periods: readonly Period[], dimension: 'key' | 'project'): string[] {
  const ids = new Set<string>();
  for (const { data, series } of periods) {
    for (const { group } of [...data, ...series]) {
      if (group[dimension] !== undefined) ids.add(String(group[dimension]));
    }
  }
  return [...ids];
}

export function namesFor({ keys, projects }: UsageNames): contract.Usage['names'] {
  return { key: Object.fromEntries(keys), project: Object.fromEntries(projects) };
}

const counts = [
  'requests',
  'errors',
  'partials',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'cost_usd',
  'cost_nanousd',
] as const;
const percentiles = ['p50', 'p95', 'p99'] as const;

/** One line a row, with a head. Names of keys and projects have columns of their own. */
export function* csvLines(
  rows: readonly contract.UsageRow[],
  groups: readonly contract.UsageGroup[],
  names: contract.Usage['names'],
): Generator<string> {
  const named = groups.flatMap((group) =>
    group === 'key' || group === 'project' ? [`${group}_id`, `${group}_name`] : [group],
  );
  const latencies = ['duration', 'first_token'].flatMap((name) => percentiles.map((p) => `${name}_${p}_ms`));
  yield line([...named, ...counts, ...latencies]);
  for (const row of rows) {
    yield line([
      ...groups.flatMap((group) => {
        const value = row.group[group] ?? (row.other ? '(other)' : '');
        return group === 'key' || group === 'project' ? [value, names[group][value] ?? ''] : [value];
      }),
      ...counts.map((name) => row[name]),
      ...percentiles.map((p) => row.duration_ms[p] ?? undefined),
      ...percentiles.map((p) => row.first_token_ms[p] ?? undefined),
    ]);
  }
}

const line = (cells: readonly (string | number | undefined)[]) => `${cells.map(csvCell).join(',')}\r\n`;
