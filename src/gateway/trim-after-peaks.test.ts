import { expect, test } from 'vitest';
import { createPeakRule } from './trim-after-peaks.ts';

const mib = 1024 * 1024;
const rest = { busy: 0.001, heapBytes: 30 * mib };
const grown = { busy: 0.001, heapBytes: 200 * mib };
const working = { busy: 0.6, heapBytes: 200 * mib };

test('memory is given back once a peak is over, and not while there is work', () => {
  const isDue = createPeakRule(30 * mib);
  const looks = [rest, rest, working, working, grown, working, grown, grown];
  expect(looks.map(isDue)).toEqual([false, false, false, false, false, false, false, true]);
});

test('what stays after that is not tried again', () => {
  const isDue = createPeakRule(30 * mib);
  expect([grown, grown].map(isDue)).toEqual([false, true]);
  const kept = { ...grown, heapBytes: 190 * mib };
  expect(Array.from({ length: 100 }, () => isDue(kept))).not.toContain(true);
});

test('a heap that grows back is left alone for a minute', () => {
  const isDue = createPeakRule(30 * mib);
  expect([grown, grown].map(isDue)).toEqual([false, true]);
  isDue(rest);
  const due = Array.from({ length: 30 }, () => isDue(grown)).indexOf(true);
  expect(due).toBe(18);
});

test('a little more than at rest is not worth a pause', () => {
  const isDue = createPeakRule(30 * mib);
  const more = { busy: 0, heapBytes: 50 * mib };
  expect(Array.from({ length: 50 }, () => isDue(more))).not.toContain(true);
});
