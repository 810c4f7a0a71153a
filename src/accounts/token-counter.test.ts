import { expect, test } from 'vitest';
import { createTokenCounter } from './token-counter.ts';

test('counts as o200k_base does', async () => {
  const counter = createTokenCounter();
  expect(await counter.count('')).toBe(0);
  expect(await counter.count('hello world')).toBe(2);
  expect(await counter.count('<|endoftext|>')).toBeGreaterThan(0);
});

test('a text of megabytes is not encoded whole', async () => {
  const counter = createTokenCounter();
  const part = await counter.count('hello world '.repeat(16_000));
  const whole = await counter.count('hello world '.repeat(160_000));
  expect(whole / part).toBeGreaterThan(9.5);
  expect(whole / part).toBeLessThan(10.5);
});
