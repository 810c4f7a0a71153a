// Quantities in words that do not lie at their edges.
import { expect, it } from 'vitest';
import { formatBytes, formatCountShort, formatDuration, formatShare, plural } from './quantity.ts';

it.each([
  [0, '0 ms'],
  [0.42, '0.4 ms'],
  [999, '999 ms'],
  [1240, '1.24 s'],
  [9_994, '9.99 s'],
  [2000, '2 s'],
  [12_340, '12.3 s'],
  [30_000, '30 s'],
  [59_960, '1 min'],
  [125_000, '2 min 5 s'],
  [12_000_000, '3 h 20 min'],
  [90_000_000, '1 d 1 h'],
])('%s milliseconds are %s', (ms, words) => expect(formatDuration(ms)).toBe(words));

it.each([
  [0, '0%'],
  [0.0004, '< 0.1%'],
  [0.123, '12.3%'],
  [0.5, '50%'],
  [0.9999, '99.9%'],
  [1, '100%'],
])('the share %s is %s', (share, words) => expect(formatShare(share)).toBe(words));

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [48_256, '48.3 kB'],
  [639_446_688, '639 MB'],
  [999_600, '1.0 MB'],
])('%s bytes are %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

it('counts in words', () => {
  expect(plural(1, 'request')).toBe('1 request');
  expect(plural(1200, 'request')).toBe('1,200 requests');
  expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  expect(formatCountShort(9999)).toBe('9,999');
  expect(formatCountShort(1_250_000)).toBe('1.3M');
});
