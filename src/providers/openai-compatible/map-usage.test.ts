import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toUsage, toWireUsage } from './map-usage.ts';

test.each([
  [
    { prompt_tokens: 8, completion_tokens: 5 },
    { input: 8, output: 5 },
  ],
  [
    {
      prompt_tokens: 8,
      completion_tokens: 377,
      total_tokens: 385,
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 320 },
    },
    { input: 8, output: 377, cachedInput: 2, cacheWrite: 1, reasoning: 320 },
  ],
  // xAI: reasoning beside the completion, as its total shows
  [
    {
      prompt_tokens: 307,
      completion_tokens: 26,
      total_tokens: 560,
      completion_tokens_details: { reasoning_tokens: 227 },
    },
    { input: 307, output: 253, reasoning: 227 },
  ],
  // DeepSeek
  [
    { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10, prompt_cache_hit_tokens: 4 },
    { input: 9, output: 1, cachedInput: 4 },
  ],
  [{ prompt_tokens: 8 }, undefined],
  [{ prompt_tokens: -1, completion_tokens: 5 }, undefined],
  [{ prompt_tokens: 1.5, completion_tokens: 5 }, undefined],
  [{ prompt_tokens: '8', completion_tokens: 5 }, undefined],
  [{ prompt_tokens: 8, completion_tokens: 2e9 }, undefined],
  [null, undefined],
  ['text', undefined],
])('%j', (wire, usage) => {
  expect(toUsage(wire)).toEqual(usage);
});

test('there and back again nothing is lost', () => {
  const count = fc.nat(1_000_000);
  fc.assert(
    fc.property(count, count, count, count, (input, output, cachedInput, cacheWrite) => {
      const usage = { input, output, cachedInput, cacheWrite, reasoning: Math.min(output, 7) };
      expect(toUsage(toWireUsage(usage))).toEqual(usage);
      expect(toWireUsage(usage).total_tokens).toBe(input + output);
    }),
  );
});
