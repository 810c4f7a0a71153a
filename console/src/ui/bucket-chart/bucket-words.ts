// Hours, days, weeks and months in words, in the time zone in which the gateway has cut them.
import type { UsageBucket, UsageBucketSize } from '../../api/contract.ts';

export interface BucketWords {
  /** Below a chart. */
  tick(bucket: UsageBucket): string;
  /** In full: `Sun 22 Nov 2026`, `22 Nov 2026, 10:00 – 11:00`. */
  full(bucket: UsageBucket): string;
  /** The date of a moment, as the page's address has it: `2026-11-22`. */
  date(at: string): string;
}

export function bucketWords(size: UsageBucketSize, timeZone: string, isOneDay: boolean): BucketWords {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
    return (at: string | number) => made.format(new Date(at));
  };
  const clock = format({ hour: '2-digit', minute: '2-digit' });
  const dayMonth = format({ day: 'numeric', month: 'short' });
  const day = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const plainDay = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const month = format({ month: 'long', year: 'numeric' });
  const shortMonth = format({ month: 'short', year: '2-digit' });
  const iso = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const lastDay = ({ end }: UsageBucket) => Date.parse(end) - 1;
  return {
    tick(bucket) {
      if (size === 'month') return shortMonth(bucket.start);
      if (size !== 'hour') return dayMonth(bucket.start);
      const time = clock(bucket.start);
      // Of several days, each is named where it begins.
      return isOneDay || time !== '00:00' ? time : dayMonth(bucket.start);
    },
    full(bucket) {
      if (size === 'month') return month(bucket.start);
      if (size === 'week') return `${dayMonth(bucket.start)} – ${plainDay(lastDay(bucket))}`;
      if (size === 'day') return day(bucket.start);
      return `${plainDay(bucket.start)}, ${clock(bucket.start)} – ${clock(bucket.end)}`;
    },
    date: (at) => iso.format(new Date(at)),
  };
}
