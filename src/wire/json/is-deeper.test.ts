import { expect, test } from 'vitest';
import { isDeeper } from './is-deeper.ts';

const arrays = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const objects = (depth: number) => JSON.parse(`${'{"a":0,"__proto__":'.repeat(depth)}1${'}'.repeat(depth)}`);

test.each([
  ['arrays', arrays],
  ['objects', objects],
  ['the last of many', (depth: number) => [1, 'a', null, [], {}, arrays(depth - 1)]],
])('%s', (_, make) => {
  expect(isDeeper(make(1000), 1000)).toBe(false);
  expect(isDeeper(make(1001), 1000)).toBe(true);
  expect(isDeeper(make(100_000), 1000)).toBe(true);
});

test('what has no depth', () => {
  for (const value of [null, 1, 'text', true, undefined]) expect(isDeeper(value, 0)).toBe(false);
  expect(isDeeper([], 0)).toBe(true);
  expect(isDeeper([{}, []], 2)).toBe(false);
});
