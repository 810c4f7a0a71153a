import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWindowOf } from '../budgets/window.ts';
import { hourMs } from '../core/usage-hours.ts';
import { bucketsOf, type Calendar, periodBefore, rangeUntilNow, startOfDate } from './usage-buckets.ts';

const windowOf = createWindowOf();
const calendar = (timeZone: string): Calendar => ({ windowOf, timeZone });
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const shown = ({ from, to }: { from: number; to: number }) => `${iso(from)} ${iso(to)}`;
const range = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe('buckets', () => {
  it('are days of the zone, also the short and the long one', () => {
    const october = range('2026-10-24T22:00:00Z', '2026-10-26T23:00:00Z');
    const days = bucketsOf('day', october, calendar('Europe/Berlin'), 10);
    expect(days?.map(({ start, end }) => [iso(start), (end - start) / hourMs])).toEqual([
      ['2026-10-24T22:00', 25],
      ['2026-10-25T23:00', 24],
    ]);
  });

  it('have no gap and cover the range, whatever its size and zone', () => {
    const sizes = fc.constantFrom('hour' as const, 'day' as const, 'week' as const, 'month' as const);
    const zones = fc.constantFrom(
      'UTC',
      'America/Los_Angeles',
      'Asia/Kolkata',
      'Africa/Cairo',
      'Pacific/Apia',
    );
    const hours = fc.integer({ min: 400_000, max: 420_000 });
    fc.assert(
      fc.property(sizes, zones, hours, fc.integer({ min: 1, max: 2_000 }), (size, zone, from, length) => {
        const asked = { from: from * hourMs, to: (from + length) * hourMs };
        const buckets = bucketsOf(size, asked, calendar(zone), 5_000) ?? [];
        expect(buckets[0]?.start).toBeLessThanOrEqual(asked.from);
        expect(buckets.at(-1)?.end).toBeGreaterThanOrEqual(asked.to);
        expect(buckets.at(-1)?.start).toBeLessThan(asked.to);
        for (const [index, bucket] of buckets.slice(1).entries())
          expect(bucket.start).toBe(buckets[index]?.end);
      }),
      { numRuns: 300 },
    );
  });

  it('are not made without end', () => {
    expect(bucketsOf('hour', { from: 0, to: 10 * hourMs }, calendar('UTC'), 9)).toBe(undefined);
  });
});

describe('ranges up to now', () => {
  const now = at('2026-11-22T10:20:00Z');
  it.each([
    ['24h', 'UTC', '2026-11-21T11:00 2026-11-22T11:00'],
    ['7d', 'UTC', '2026-11-16T00:00 2026-11-22T11:00'],
    ['30d', 'America/New_York', '2026-10-24T04:00 2026-11-22T11:00'],
    ['month', 'Europe/Berlin', '2026-10-31T23:00 2026-11-22T11:00'],
    ['12m', 'UTC', '2025-12-01T00:00 2026-11-22T11:00'],
    ['last_month', 'Europe/Berlin', '2026-09-30T22:00 2026-10-31T23:00'],
  ] as const)('%s in %s', (name, zone, expected) => {
    expect(shown(rangeUntilNow(name, now, calendar(zone)))).toBe(expected);
  });
});

describe('the period before', () => {
  it.each([
    ['a month', 'UTC', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', '2026-10-01T00:00 2026-11-01T00:00'],
    [
      'its first days',
      'UTC',
      '2026-11-01T00:00:00Z',
      '2026-11-22T11:00:00Z',
      '2026-10-01T00:00 2026-10-22T11:00',
    ],
    [
      'March against February',
      'UTC',
      '2026-03-01T00:00:00Z',
      '2026-03-31T00:00:00Z',
      '2026-02-01T00:00 2026-03-01T00:00',
    ],
    [
      'days over a change of clocks',
      'Europe/Berlin',
      '2026-10-24T22:00:00Z',
      '2026-10-25T23:00:00Z',
      '2026-10-23T22:00 2026-10-24T22:00',
    ],
    [
      'days of which the last runs',
      'UTC',
      '2026-11-16T00:00:00Z',
      '2026-11-22T11:00:00Z',
      '2026-11-09T00:00 2026-11-15T11:00',
    ],
    ['hours', 'UTC', '2026-11-21T11:00:00Z', '2026-11-22T11:00:00Z', '2026-11-20T11:00 2026-11-21T11:00'],
  ])('%s', (_, zone, from, to, expected) => {
    expect(shown(periodBefore(range(from, to), calendar(zone)))).toBe(expected);
  });
});

describe('a date', () => {
  it.each([
    ['UTC', '2026-11-01T00:00'],
    ['Pacific/Kiritimati', '2026-10-31T10:00'],
    ['Pacific/Pago_Pago', '2026-11-01T11:00'],
    ['America/Los_Angeles', '2026-11-01T07:00'],
    ['Asia/Kolkata', '2026-10-31T18:30'],
  ])('begins in %s when it does there', (zone, expected) => {
    expect(iso(startOfDate('2026-11-01', calendar(zone)))).toBe(expected);
  });
});
