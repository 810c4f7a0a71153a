// Percentiles of few requests, from the times that they took: a histogram would tell of times that none of them had. Which rows
// belong to which sum is read off the groups; where they are not all there, as after retention, the histogram stands.
import { hourOf } from '../core/usage-hours.ts';
import type { LatencyRow, UsageFilter, UsageReader } from '../core/usage-report.ts';
import type { UsageSum } from '../core/usage-sum.ts';
import { percentile } from './usage-sums.ts';

/** Requests of a range whose rows are looked at; of more the histograms are near enough. */
const mostRows = 1_000;

export type LatencyOf = 'duration' | 'firstToken';

/** A sum with the times, ascending, that its histograms count; without where only those are known. */
export type TimedSum = UsageSum & {
  readonly times?: Readonly<Partial<Record<LatencyOf, readonly number[]>>>;
};

export interface LatencyRange extends UsageFilter {
  /** Unix ms, whole hours. */
  readonly from: number;
  readonly to: number;
}

/** The rows of a range whose sum is `total`, if they are few enough. */
export async function fewLatencies(
  reader: Pick<UsageReader, 'latencies'>,
  range: LatencyRange,
  { duration, firstToken }: UsageSum,
): Promise<readonly LatencyRow[] | undefined> {
  const counted = Math.max(countOf(duration), countOf(firstToken));
  if (counted === 0 || counted > mostRows) return undefined;
  return await reader.latencies({ ...range, most: mostRows });
}

/** `sums`: disjoint, grouped alike. `bucketStarts`: Unix ms, ascending, where a group is of `bucket`. */
export function withTimes(
  sums: readonly UsageSum[],
  rows: readonly LatencyRow[],
  bucketStarts: readonly number[] = [],
): readonly TimedSum[] {
  const dimensions = [...new Set(sums.flatMap(({ group }) => Object.keys(group)))].sort();
  if (dimensions.includes('error')) return sums;
  const valueIn = (row: LatencyRow, dimension: string) => {
    if (dimension === 'hour') return hourOf(row.startedAt);
    if (dimension === 'bucket') return bucketStarts.findLast((start) => start <= row.startedAt);
    return row[dimension as 'key' | 'project' | 'model' | 'provider'];
  };
  const isTime = (dimension: string) => dimension === 'hour' || dimension === 'bucket';
  const name = (value: (dimension: string) => unknown) =>
    JSON.stringify(dimensions.map((dimension) => value(dimension) ?? null));
  const piles = new Map(sums.map(({ group }) => [name((dimension) => group[dimension]), newPile()] as const));
  for (const row of rows) {
    const pile =
      piles.get(name((dimension) => valueIn(row, dimension))) ??
      piles.get(name((dimension) => (isTime(dimension) ? valueIn(row, dimension) : undefined)));
    if (row.durationMs !== undefined) pile?.duration.push(row.durationMs);
    if (row.firstTokenMs !== undefined) pile?.firstToken.push(row.firstTokenMs);
  }
  return sums.map((sum) => {
    const pile = piles.get(name((dimension) => sum.group[dimension])) ?? newPile();
    const all = (of: LatencyOf) =>
      pile[of].length === countOf(sum[of]) ? { [of]: pile[of].sort((a, b) => a - b) } : {};
    return { ...sum, times: { ...all('duration'), ...all('firstToken') } };
  });
}

/** In ms: the least that so large a share took at most; estimated where the times are not known. `undefined` of nothing. */
export function percentileOf(sum: TimedSum, of: LatencyOf, share: number): number | undefined {
  const times = sum.times?.[of];
  if (times === undefined) return percentile(sum[of], share);
  return times[Math.max(Math.ceil(share * times.length) - 1, 0)];
}

/** Whether no percentile of it is an estimate. */
export function isExact({ duration, firstToken, times }: TimedSum): boolean {
  return (
    (times?.duration !== undefined || countOf(duration) === 0) &&
    (times?.firstToken !== undefined || countOf(firstToken) === 0)
  );
}

function newPile(): Record<LatencyOf, number[]> {
  return { duration: [], firstToken: [] };
}

function countOf(steps: readonly number[]): number {
  return steps.reduce((sum, count) => sum + count, 0);
}
