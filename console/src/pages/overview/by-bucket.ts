// Amounts of each hour or day, whatever the rows are split by besides.
import type { Usage, UsageRow } from '../../api/contract.ts';

export function byBucket(
  { buckets, data }: Pick<Usage, 'buckets' | 'data'>,
  size: 'hour' | 'day',
  amount: (row: UsageRow) => number,
): number[] {
  const at = new Map(buckets.map(({ start }, index) => [start, index]));
  const sums = buckets.map(() => 0);
  for (const row of data) {
    const index = at.get(row.group[size] ?? '');
    if (index !== undefined) sums[index] = (sums[index] ?? 0) + amount(row);
  }
  return sums;
}
