import { expect, it } from 'vitest';
import { bottoms, labelStep, marksUpTo } from './scale.ts';

it.each([
  [0, false, [0, 1]],
  [1, true, [0, 1]],
  [3, true, [0, 1, 2, 3]],
  [0.000012, false, [0, 0.000005, 0.00001, 0.000015]],
  [97, false, [0, 25, 50, 75, 100]],
  [1_234, true, [0, 500, 1000, 1500]],
])('marks up to %s', (high, whole, expected) => {
  const marks = marksUpTo(high, whole);
  expect(marks.length).toBe(expected.length);
  for (const [index, mark] of marks.entries()) expect(mark).toBeCloseTo(expected[index] ?? -1, 12);
});

it('always reaches the highest value', () => {
  for (let high = 1e-9; high < 1e15; high *= 1.37) {
    const marks = marksUpTo(high, false);
    expect(marks.at(-1)).toBeGreaterThanOrEqual(high * (1 - 1e-9));
    expect(marks.length).toBeLessThanOrEqual(7);
  }
});

it('stacks what is known', () => {
  expect(bottoms([{ values: [1, null] }, { values: [2, 3] }, { values: [4, 4] }])).toEqual([
    [0, 0],
    [1, 0],
    [3, 3],
  ]);
});

it('leaves room for labels', () => {
  expect(labelStep(100, 64)).toBe(1);
  expect(labelStep(10, 64)).toBe(7);
});
