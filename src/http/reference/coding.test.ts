// Accept-Encoding as browsers, curl and proxies send it.
import { expect, it } from 'vitest';
import { preferredCoding } from './coding.ts';

it.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['GZIP;Q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['br;q=0, *', 'gzip'],
  ['identity', 'identity'],
  ['', 'identity'],
  [undefined, 'identity'],
  ['br;q=nonsense', 'identity'],
])('%s: %s', (header, coding) => {
  expect(preferredCoding(header)).toBe(coding);
});
