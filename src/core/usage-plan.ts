// Which sums a question about stretches of time is answered from: a day of UTC where a stretch has most of it, and the hours
// at its edges put right. So a stretch of any time zone is exact to the hour, and a year is 365 days and a few hours each.
// Pure; knows no SQL.
import { dayMs, dayOf, hourMs } from './usage-hours.ts';

export interface UsagePlan {
  /** Days of UTC, in one piece, that count to a bucket, by its number. Unix ms; `to` is left out. */
  readonly days: readonly { readonly from: number; readonly to: number; readonly bucket: number }[];
  /** Hours that lie in another bucket than their day counts to, or in one while their day counts to none. */
  readonly moved: readonly MovedHours[];
}

export interface MovedHours {
  readonly hours: readonly number[];
  /** Absent: not to be taken away from any. */
  readonly from?: number;
  /** Absent: outside of what was asked for. */
  readonly to?: number;
}

/**
 * `from` and `to`: whole hours of UTC, the latter left out. `starts`: where buckets begin, ascending, the first not later than
 * `from`. An hour lies in the bucket in which it begins, so where a zone is off by half an hour, in the one of its first half.
 */
export function planUsage(from: number, to: number, starts: readonly number[]): UsagePlan {
  const bounds = [
    from,
    ...starts.slice(1).map((start) => Math.min(to, Math.max(from, ceilTo(hourMs, start)))),
    to,
  ];
  const days: { from: number; to: number; bucket: number }[] = [];
  const moved = new Map<string, { hours: number[]; from?: number; to?: number }>();
  for (let bucket = 0; bucket + 1 < bounds.length; bucket++) {
    const [first, last] = [ceilTo(dayMs, bounds[bucket] ?? 0), dayOf(bounds[bucket + 1] ?? 0)];
    if (first < last) days.push({ from: first, to: last, bucket });
  }
  const edges = new Set(bounds.filter((bound) => bound % dayMs !== 0).map(dayOf));
  for (const day of edges) {
    const hours = hoursOf(day, bounds);
    const most = mostFrequent(hours);
    if (most !== undefined) days.push({ from: day, to: day + dayMs, bucket: most });
    for (const [index, bucket] of hours.entries()) {
      if (bucket === most) continue;
      const name = `${most} ${bucket}`;
      const hour = day + index * hourMs;
      const known = moved.get(name);
      if (known) known.hours.push(hour);
      else {
        moved.set(name, {
          hours: [hour],
          ...(most === undefined ? {} : { from: most }),
          ...(bucket === undefined ? {} : { to: bucket }),
        });
      }
    }
  }
  return { days, moved: [...moved.values()] };
}

function ceilTo(unit: number, at: number): number {
  return Math.ceil(at / unit) * unit;
}

/** The bucket of each hour of the day; `undefined` for those outside. */
function hoursOf(day: number, bounds: readonly number[]): (number | undefined)[] {
  // The last bound that is not later: of bounds that are the same, buckets before it are empty.
  let bound = lastNotAfter(bounds, day);
  return Array.from({ length: 24 }, (_, index) => {
    while ((bounds[bound + 1] ?? Number.POSITIVE_INFINITY) <= day + index * hourMs) bound++;
    return bound >= 0 && bound < bounds.length - 1 ? bound : undefined;
  });
}

function lastNotAfter(bounds: readonly number[], at: number): number {
  let [low, high] = [-1, bounds.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((bounds[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

function mostFrequent(values: readonly (number | undefined)[]): number | undefined {
  const counts = new Map<number | undefined, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [best, most]: [number | undefined, number] = [undefined, 0];
  for (const [value, count] of counts) {
    if (count > most) [best, most] = [value, count];
  }
  return best;
}
