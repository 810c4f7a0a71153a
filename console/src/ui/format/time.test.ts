// Moments relative to a moment of looking that is handed in.
import { expect, it } from 'vitest';
import { formatAbsolute, formatClock, formatRelative } from './time.ts';

const now = new Date('2026-11-22T12:00:00').getTime();

it.each([
  [-3_000, 'just now'],
  [4_000, 'just now'],
  [-30_000, '30 sec. ago'],
  [-90_000, '1 min. ago'],
  [-59 * 60_000, '59 min. ago'],
  [3 * 3_600_000, 'in 3 hr.'],
  [-26 * 3_600_000, '1 day ago'],
  [-40 * 86_400_000, '1 mo. ago'],
  [-800 * 86_400_000, '2 yr. ago'],
])('%s ms from now is %s', (distance, words) => expect(formatRelative(now + distance, now)).toBe(words));

it('leaves the day out only when it is today', () => {
  expect(formatClock(now - 3_600_000, now)).toBe('11:00:00');
  expect(formatClock(now - 86_400_000, now)).toBe('21 Nov, 12:00:00');
});

it('says the zone with a whole moment', () => {
  expect(formatAbsolute(now)).toMatch(/^22 Nov 2026, 12:00:00 \S+/);
});
