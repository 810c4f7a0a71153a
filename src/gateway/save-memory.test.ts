import { expect, test } from 'vitest';
import { createGrowthRule } from './save-memory.ts';

const mib = 1024 * 1024;

test('the young generation grows as it likes while few requests are open', () => {
  const mayGrow = createGrowthRule();
  expect([0, 64, 255].map((open) => mayGrow(open, 64 * mib))).toEqual([true, true, true]);
});

test('with many open it may only become as large as it needs to be', () => {
  const mayGrow = createGrowthRule();
  expect([1, 4, 8, 16].map((young) => mayGrow(256, young * mib))).toEqual([true, true, false, false]);
  expect(mayGrow(10_000, 2 * mib)).toBe(true);
});

test('many are many until half of them have ended', () => {
  const mayGrow = createGrowthRule();
  const open = [255, 256, 200, 128, 127, 200];
  expect(open.map((count) => mayGrow(count, 32 * mib))).toEqual([true, false, false, false, true, true]);
});
