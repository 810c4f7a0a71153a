import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWindowOf, isTimeZone } from './window.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const spanAt = (window: 'month' | 'week' | 'day' | 'hour', zone: string, at: string) => {
  const { start, end } = createWindowOf()(window, zone, Date.parse(at));
  return [iso(start), iso(end)];
};

describe('calendar windows', () => {
  it.each([
    ['month', 'UTC', '2026-02-14T12:00:00Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['month', 'UTC', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['week', 'UTC', '2026-11-22T10:00:00Z', '2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['week', 'UTC', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['day', 'Europe/Berlin', '2026-07-01T21:59:59Z', '2026-06-30T22:00:00.000Z', '2026-07-01T22:00:00.000Z'],
    ['hour', 'Asia/Kolkata', '2026-07-01T10:31:00Z', '2026-07-01T10:30:00.000Z', '2026-07-01T11:30:00.000Z'],
    // Summer time begins and ends: days of 23 and 25 hours.
    ['day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    // Midnight itself is skipped: the day begins at one.
    [
      'day',
      'America/Santiago',
      '2026-09-06T12:00:00Z',
      '2026-09-06T04:00:00.000Z',
      '2026-09-07T03:00:00.000Z',
    ],
    // A whole day is skipped: 30 December 2011 did not happen in Samoa.
    ['day', 'Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
    [
      'month',
      'America/New_York',
      '2026-03-15T00:00:00Z',
      '2026-03-01T05:00:00.000Z',
      '2026-04-01T04:00:00.000Z',
    ],
  ] as const)('%s in %s at %s', (window, zone, at, start, end) => {
    expect(spanAt(window, zone, at)).toEqual([start, end]);
  });

  it('hold their moment, follow each other without a gap, and begin at a local midnight', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'America/Sao_Paulo',
      'Africa/Cairo',
      'Pacific/Chatham',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom('month' as const, 'week' as const, 'day' as const, 'hour' as const),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.parse('1995-01-01'), max: Date.parse('2060-01-01') }),
        (window, zone, at) => {
          const windowOf = createWindowOf();
          const { start, end } = windowOf(window, zone, at);
          expect(start).toBeLessThanOrEqual(at);
          expect(end).toBeGreaterThan(at);
          expect(windowOf(window, zone, start).start).toBe(start);
          expect(windowOf(window, zone, end).start).toBe(end);
          expect(windowOf(window, zone, start - 1).end).toBe(start);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('know the zones of the runtime', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });
});
