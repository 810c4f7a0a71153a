// Sums by end user, or of one end user: read from the rows, so by time they come hour by hour.
import type { Range } from '../../accounts/usage-buckets.ts';
import { regroup, totalOf } from '../../accounts/usage-sums.ts';
import type { Span } from '../../budgets/window.ts';
import type { UsageReader } from '../../core/usage-report.ts';
import { invalid } from './usage-invalid.ts';
import { byTime, inOrder, topOf, withoutTail } from './usage-order.ts';
import { mostSeries, type Period, type Question } from './usage-question.ts';

/** Rows of one look. */
const mostLooked = 100_000;
/** Whose hours are told apart where nobody said how many. */
const defaultTop = 50;

export async function readUserPeriod(
  reader: UsageReader,
  asked: Question,
  range: Range,
  buckets: readonly Span[],
): Promise<Period> {
  const { groups, orderBy, endUser } = asked;
  if (groups.dimensions.some((name) => name !== 'end_user')) {
    throw invalid('group_by', 'sums of one end user can be grouped by time only.');
  }
  const query = { ...range, ...asked.filter, endUser, most: mostLooked };
  const { sums, ...look } = await reader.endUsers({ ...query, byHour: false });
  const all = inOrder(sums, orderBy);
  const total = totalOf(all);
  const isSplit = groups.dimensions.length > 0;
  if (groups.bucket === undefined) {
    const data = isSplit ? withoutTail(all, asked.top ?? mostSeries, 'end_user') : [total];
    return { range, buckets, data, series: [], total, look };
  }
  const top = isSplit ? topOf(all, asked.top ?? defaultTop, 'end_user') : [];
  const hours = await reader.endUsers({ ...query, top, byHour: true });
  const inBuckets = regroup(hours.sums, ({ group: { hour, ...rest } }) => ({
    ...rest,
    bucket: bucketAt(buckets, Number(hour)),
  }));
  const series = isSplit ? withoutTail(all, mostSeries, 'end_user') : [];
  return { range, buckets, data: byTime(inBuckets, orderBy), series, total, look };
}

function bucketAt(buckets: readonly Span[], hour: number): number {
  return buckets.findLast(({ start }) => start <= hour)?.start ?? 0;
}
