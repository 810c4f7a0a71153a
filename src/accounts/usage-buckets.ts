// The calendar of a chart: which hours, days, weeks or months a range has in a time zone, and which period came before it.
// Knows no sums.
import type { Span, WindowOf } from '../budgets/window.ts';
import { dayMs, hourMs, hourOf } from '../core/usage-hours.ts';

export type BucketSize = 'hour' | 'day' | 'week' | 'month';

export interface Range {
  /** Unix ms; whole hours, the latter left out. */
  readonly from: number;
  readonly to: number;
}

export interface Calendar {
  readonly windowOf: WindowOf;
  readonly timeZone: string;
}

/** Beyond it a day more or less is no matter. */
const mostDays = 10_000;

/** Every bucket that has a part in the range; `undefined` when there are more than `most`. */
export function bucketsOf(
  size: BucketSize,
  { from, to }: Range,
  { windowOf, timeZone }: Calendar,
  most: number,
): readonly Span[] | undefined {
  const buckets: Span[] = [];
  for (let at = from; at < to; ) {
    if (buckets.length === most) return undefined;
    // Hours are those of UTC, in which they were counted, also where the zone is off by half an hour.
    const bucket = size === 'hour' ? { start: at, end: at + hourMs } : windowOf(size, timeZone, at);
    buckets.push(bucket);
    at = bucket.end;
  }
  return buckets;
}

export const relativeRanges = {
  '24h': { hours: 24 },
  '7d': { days: 7 },
  '30d': { days: 30 },
  '90d': { days: 90 },
  '12m': { months: 12 },
  month: { months: 1 },
} as const;

/** Up to and with the hour that runs: so many hours, days or months, of which the last has not ended. */
export function rangeUntilNow(
  name: keyof typeof relativeRanges | 'last_month',
  now: number,
  calendar: Calendar,
): Range {
  const { windowOf, timeZone } = calendar;
  const to = hourOf(now) + hourMs;
  if (name === 'last_month') {
    const end = windowOf('month', timeZone, now).start;
    return wholeHours({ from: windowOf('month', timeZone, end - 1).start, to: end });
  }
  const length = relativeRanges[name];
  if ('hours' in length) return { from: to - length.hours * hourMs, to };
  const size = 'days' in length ? 'day' : 'month';
  let { start } = windowOf(size, timeZone, now);
  for (let left = (('days' in length) ? length.days : length.months) - 1; left > 0; left--) {
    start = windowOf(size, timeZone, start - 1).start;
  }
  return wholeHours({ from: start, to });
}

/**
 * The period to compare with: the same part of the month before for (the beginning of) a month, as many calendar days
 * earlier for what begins with a day, and otherwise as long a time before.
 */
export function periodBefore(range: Range, calendar: Calendar): Range {
  const { from, to } = range;
  const { windowOf, timeZone } = calendar;
  const month = windowOf('month', timeZone, from);
  if (ceilHour(month.start) === from && to <= ceilHour(month.end)) {
    const before = windowOf('month', timeZone, month.start - 1);
    const start = ceilHour(before.start);
    return {
      from: start,
      to: to === ceilHour(month.end) ? from : Math.min(from, start + (to - from)),
    };
  }
  if (ceilHour(windowOf('day', timeZone, from).start) === from) {
    let { start } = windowOf('day', timeZone, from);
    const length = bucketsOf('day', range, calendar, mostDays)?.length ?? Math.round((to - from) / dayMs);
    for (let days = length; days > 0; days--) {
      start = windowOf('day', timeZone, start - 1).start;
    }
    const isWholeDays = ceilHour(windowOf('day', timeZone, to).start) === to;
    return wholeHours({ from: start, to: isWholeDays ? from : Math.min(from, start + (to - from)) });
  }
  return { from: Math.max(0, from - (to - from)), to: from };
}

/** Unix ms at which the day of that date (`2026-11-01`) begins. */
export function startOfDate(date: string, { windowOf, timeZone }: Calendar): number {
  const noon = Date.parse(`${date}T12:00:00Z`);
  const dateAt = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  for (const shift of [0, -dayMs, dayMs]) {
    const day = windowOf('day', timeZone, noon + shift);
    if (dateAt.format(day.start + hourMs) === date) return day.start;
  }
  return windowOf('day', timeZone, noon).start;
}

/** An hour belongs where it begins. */
function wholeHours({ from, to }: Range): Range {
  return { from: Math.max(0, ceilHour(from)), to: ceilHour(to) };
}

function ceilHour(at: number): number {
  return Math.ceil(at / hourMs) * hourMs;
}
