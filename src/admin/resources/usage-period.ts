// The sums of one period as `/usage` groups them: by time, by a dimension, by both with the top values apart. Knows no wire.
import { fewLatencies, withTimes } from '../../accounts/exact-latency.ts';
import { type BucketSize, bucketsOf, type Calendar, type Range } from '../../accounts/usage-buckets.ts';
import { regroup, totalOf } from '../../accounts/usage-sums.ts';
import type { Span } from '../../budgets/window.ts';
import type { UsageGrouping, UsageQuery, UsageReader } from '../../core/usage-report.ts';
import type { UsageSum } from '../../core/usage-sum.ts';
import { readUserPeriod } from './usage-end-users.ts';
import { invalid } from './usage-invalid.ts';
import { byTime, inOrder, topOf, withoutTail } from './usage-order.ts';
import { readOutcomes } from './usage-outcomes.ts';
import { mostRows, mostSeries, type Period, type Question } from './usage-question.ts';
import { readInSlices } from './usage-slices.ts';

export async function readPeriod(reader: UsageReader, asked: Question, range: Range): Promise<Period> {
  const sums = await readSums(reader, asked, range);
  const period =
    asked.outcomes && !sums.look
      ? { ...sums, outcomes: await readOutcomes(reader, { ...range, ...asked.filter }) }
      : sums;
  const rows = await fewLatencies(reader, { ...range, ...asked.filter }, period.total);
  if (!rows) return period;
  const { buckets, total } = period;
  const timed = (sums: readonly UsageSum[]) =>
    withTimes(
      sums,
      rows,
      buckets.map(({ start }) => start),
    );
  return {
    ...period,
    data: timed(period.data),
    series: timed(period.series),
    total: timed([total])[0] ?? total,
  };
}

async function readSums(reader: UsageReader, asked: Question, range: Range): Promise<Period> {
  const { groups, top } = asked;
  const buckets = calendarOf(groups.bucket, range, asked.calendar);
  if (asked.endUser !== undefined || groups.dimensions.includes('end_user')) {
    return await readUserPeriod(reader, asked, range, buckets);
  }
  const query = { ...range, ...asked.filter, histograms: asked.histograms };
  const dimensions = groups.dimensions as readonly UsageGrouping[];
  const time = timeOf(groups.bucket);
  const inTime = { ...query, buckets: buckets.map(({ start }) => start) };
  const [dimension] = dimensions;
  if (top !== undefined && dimension !== undefined) {
    const all = inOrder(await readInSlices(reader, { ...query, groupBy: dimensions }, []), asked.orderBy);
    const total = await totalWith(reader, asked, query, all);
    if (time === undefined)
      return { range, buckets, data: withoutTail(all, top, dimension), series: [], total };
    const values = topOf(all, top, dimension);
    const split = { ...inTime, groupBy: [time, ...dimensions], top: { dimension, values } };
    const data = await readInSlices(reader, split, buckets);
    return {
      range,
      buckets,
      data: byTime(data, asked.orderBy),
      series: withoutTail(all, mostSeries, dimension),
      total,
    };
  }
  const groupBy = [...(time === undefined ? [] : [time]), ...dimensions];
  const sums = await readInSlices(reader, { ...inTime, groupBy }, buckets);
  const total = await totalWith(reader, asked, query, sums);
  const series = time === undefined || dimension === undefined ? [] : regroup(sums, withoutTime);
  const data = time === undefined ? inOrder(sums, asked.orderBy) : byTime(sums, asked.orderBy);
  return { range, buckets, data, series: inOrder(series, asked.orderBy), total };
}

/** What to compare with: in time as a whole, and each value over the whole period. */
export async function readPeriodBefore(reader: UsageReader, asked: Question, range: Range): Promise<Period> {
  const { groups } = asked;
  const { bucket, dimensions } = groups;
  const top = dimensions.length === 1 ? mostSeries : undefined;
  const whole = () =>
    readPeriod(
      reader,
      {
        ...asked,
        outcomes: asked.outcomes && bucket === undefined,
        groups: { ...groups, bucket: undefined },
        top,
      },
      range,
    );
  if (bucket === undefined) return await whole();
  const unsplit = { ...asked, groups: { ...groups, dimensions: [] }, top: undefined };
  const inTime = dimensions.includes('end_user')
    ? await readUserPeriod(reader, unsplit, range, calendarOf(bucket, range, asked.calendar))
    : await readPeriod(reader, unsplit, range);
  return dimensions.length === 0 ? inTime : { ...inTime, series: (await whole()).data };
}

function calendarOf(bucket: BucketSize | undefined, range: Range, calendar: Calendar): readonly Span[] {
  if (bucket === undefined) return [];
  const found = bucketsOf(bucket, range, calendar, mostRows);
  if (found) return found;
  throw invalid('group_by', `there are more than ${mostRows} of \`${bucket}\`; ask for a shorter time.`);
}

function timeOf(bucket: BucketSize | undefined): UsageGrouping | undefined {
  return bucket === undefined || bucket === 'hour' ? bucket : 'bucket';
}

/** Errors by their code count nothing else: what they are compared with is asked for beside them. */
async function totalWith(
  reader: UsageReader,
  { groups }: Question,
  query: Omit<UsageQuery, 'groupBy'>,
  sums: readonly UsageSum[],
): Promise<UsageSum> {
  if (!groups.dimensions.includes('error')) return totalOf(sums);
  return totalOf(await reader.usage({ ...query, groupBy: [] }));
}

function withoutTime({ group }: UsageSum): UsageSum['group'] {
  const { hour, bucket, ...rest } = group;
  return rest;
}
