// From an answer of the API to what a chart draws. Every bucket of the range is there, also those in which nothing was.
import type { Usage, UsagePeriod, UsageRow } from '../../api/contract.ts';
import type { BucketSeries } from '../../ui/bucket-chart/bucket-chart.tsx';
import { type Metric, percentilesOf, tokenClasses } from './metrics.ts';
import { nameOf, splitValue } from './names.ts';
import type { Split, UsageState } from './usage-state.ts';

type Amount = (row: UsageRow) => bigint | null;

/** In the order in which they are stacked: the largest at the bottom, all others on top. */
export function seriesOf(
  usage: Usage,
  state: Pick<UsageState, 'split' | 'metric' | 'bucket'>,
  metric: Metric,
): BucketSeries[] {
  const { split } = state;
  const numbers = bucketNumbers(usage);
  const make = (id: string, label: string, color: number, rows: readonly UsageRow[], amount: Amount) =>
    series(id, label, color, numbers, rows, state, amount, metric);
  if (split === 'class') {
    return tokenClasses.map(({ label, amount }, index) => make(label, label, index, usage.data, amount));
  }
  if (split === 'none') {
    if (metric.name === 'duration' || metric.name === 'first_token') {
      return percentilesOf(metric.name).map(({ label, amount }, index) =>
        make(label, label, index, usage.data, amount),
      );
    }
    return [make('all', metric.label, 0, usage.data, metric.amount)];
  }
  return topRows(usage, split).map(({ row, rows, color }) =>
    make(
      row.other ? '(other)' : (splitValue(row, split) ?? ''),
      nameOf(row, split, usage.names),
      color,
      rows,
      metric.amount,
    ),
  );
}

/** Rows of the chart by the value they are of; the colour of a value is its rank. */
function topRows(usage: Usage, split: Split) {
  const byValue = new Map<string, UsageRow[]>();
  for (const row of usage.data) {
    const name = row.other ? '(other)' : `=${splitValue(row, split)}`;
    const rows = byValue.get(name);
    if (rows) rows.push(row);
    else byValue.set(name, [row]);
  }
  const ranked = usage.series.filter((row) => byValue.has(`=${splitValue(row, split)}`) && !row.other);
  const found = ranked.map((row, index) => ({
    row,
    rows: byValue.get(`=${splitValue(row, split)}`) ?? [],
    color: Math.min(index, 6),
  }));
  const others = byValue.get('(other)');
  const [first] = others ?? [];
  return first ? [...found, { row: first, rows: others ?? [], color: 7 }] : found;
}

function series(
  id: string,
  label: string,
  color: number,
  numbers: ReadonlyMap<string, number>,
  rows: readonly UsageRow[],
  { bucket }: Pick<UsageState, 'bucket'>,
  amount: Amount,
  metric: Metric,
): BucketSeries {
  const none = metric.adds ? 0n : null;
  const amounts = new Array<bigint | null>(numbers.size).fill(none);
  for (const row of rows) {
    const index = numbers.get(row.group[bucket] ?? '');
    if (index !== undefined) amounts[index] = amount(row);
  }
  return {
    id,
    label,
    color,
    values: amounts.map((value) => (value === null ? null : metric.drawn(value))),
    words: (index) => wordsOf(amounts[index], metric),
  };
}

/** The whole of each bucket, whatever it is split by. */
export function wholeOf(
  period: Pick<UsagePeriod, 'buckets' | 'data'>,
  bucket: UsageState['bucket'],
  metric: Metric,
): { readonly values: readonly (number | null)[]; readonly words: (index: number) => string } {
  const numbers = bucketNumbers(period);
  const sums = new Array<bigint | null>(numbers.size).fill(metric.adds ? 0n : null);
  for (const row of period.data) {
    const index = numbers.get(row.group[bucket] ?? '');
    if (index === undefined) continue;
    const amount = metric.amount(row);
    sums[index] = metric.adds ? (sums[index] ?? 0n) + (amount ?? 0n) : amount;
  }
  return {
    values: sums.map((sum) => (sum === null ? null : metric.drawn(sum))),
    words: (index) => wordsOf(sums[index], metric),
  };
}

function bucketNumbers({ buckets }: Pick<UsagePeriod, 'buckets'>): ReadonlyMap<string, number> {
  return new Map(buckets.map(({ start }, index) => [start, index]));
}

function wordsOf(amount: bigint | null | undefined, metric: Metric): string {
  return amount === null || amount === undefined ? 'not measured' : metric.words(amount);
}
