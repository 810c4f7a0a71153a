// From a slice of usage to the list of its requests: the same filters, and a range that list knows.
import type { UsageState } from './usage-state.ts';

const known = ['24h', '7d', '30d', '90d'];

export function requestsSearch(
  { range, from, to, filters }: Pick<UsageState, 'range' | 'from' | 'to' | 'filters'>,
  slice: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const time =
    range === undefined ? { from, to } : known.includes(range) ? { range } : daysOf(range, new Date());
  return { ...time, ...filters, ...slice };
}

function daysOf(range: string, now: Date): { from: string; to?: string } {
  const iso = (date: Date) => new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' }).format(date);
  const month = (offset: number, day = 1) => new Date(now.getFullYear(), now.getMonth() + offset, day);
  if (range === 'month') return { from: iso(month(0)) };
  if (range === 'last_month') return { from: iso(month(-1)), to: iso(month(0, 0)) };
  return { from: iso(month(-11)) };
}
