import { expect, test } from 'vitest';
import { formatBytes, formatSeconds } from './format-quantity.ts';

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [8_349_000, '8.3 MB'],
  [99_960_000, '100 MB'],
  [639_446_688, '639 MB'],
  [999_600_000, '1.0 GB'],
])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, '0 s'],
  [0.2, '1 s'],
  [59.5, '1 min 0 s'],
  [75, '1 min 15 s'],
  [7320, '2 h 2 min'],
])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
