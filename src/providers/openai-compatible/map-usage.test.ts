import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Usage } from '../../core/usage.ts';
import { completeUsage, isCompleteUsage, toUsage, toWireUsage } from './map-usage.ts';

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
  // reasoning larger than the completion is beside it, total or not
  [
    { prompt_tokens: 3, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 9 } },
    { input: 3, output: 11, reasoning: 9 },
  ],
  // gateways to Anthropic: cached tokens beside the prompt, by their size or by the total
  [
    { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 100 } },
    { input: 103, output: 2, cachedInput: 100 },
  ],
  [
    {
      prompt_tokens: 30,
      completion_tokens: 2,
      total_tokens: 43,
      prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 1 },
    },
    { input: 41, output: 2, cachedInput: 10, cacheWrite: 1 },
  ],
  // audio and images, within what is left of their wholes
  [
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { cached_tokens: 30, audio_tokens: 40, image_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 10, audio_tokens: 15, image_tokens: 5 },
    },
    {
      input: 100,
      output: 50,
      cachedInput: 30,
      reasoning: 10,
      audioInput: 40,
      imageInput: 30,
      audioOutput: 15,
      imageOutput: 5,
    },
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

test('how it was processed is part of it', () => {
  const wire = { prompt_tokens: 1, completion_tokens: 2 };
  expect(toUsage(wire, 'flex')).toEqual({ input: 1, output: 2, serviceTier: 'flex' });
  for (const nothing of [undefined, null, '', 5])
    expect(toUsage(wire, nothing)).toEqual({ input: 1, output: 2 });
});

test('there and back again nothing is lost', () => {
  const count = fc.nat(1_000_000);
  fc.assert(
    fc.property(count, count, count, count, (plain, output, cachedInput, cacheWrite) => {
      const input = plain + cachedInput + cacheWrite;
      const usage = { input, output, cachedInput, cacheWrite, reasoning: Math.min(output, 7) };
      const wire = toWireUsage(usage);
      expect(toUsage(wire)).toEqual(usage);
      expect(wire.total_tokens).toBe(input + output);
      expect(isCompleteUsage(wire, usage)).toBe(true);
    }),
  );
});

test('what an upstream tells is completed, and what else it tells is kept', () => {
  const wire = {
    prompt_tokens: 307,
    completion_tokens: 26,
    total_tokens: 560,
    prompt_tokens_details: { text_tokens: 307, cached_tokens: null },
    completion_tokens_details: { reasoning_tokens: 227 },
    num_sources_used: 0,
  };
  const usage = toUsage(wire);
  if (!usage) throw new Error('no usage');
  expect(isCompleteUsage(wire, usage)).toBe(false);
  const completed = completeUsage(wire, usage);
  expect(completed).toEqual({
    prompt_tokens: 307,
    completion_tokens: 253,
    total_tokens: 560,
    prompt_tokens_details: { text_tokens: 307, cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 227,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    num_sources_used: 0,
  });
  expect(isCompleteUsage(completed, usage)).toBe(true);
});

test.each([-100, 1.5, '7', 2e9, {}])('a detail that is no count is not passed on: %j', (cached_tokens) => {
  const wire = {
    prompt_tokens: 10,
    completion_tokens: 2,
    total_tokens: 12,
    prompt_tokens_details: { cached_tokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
  const usage = toUsage(wire);
  expect(usage).toEqual({ input: 10, output: 2, reasoning: 0 });
  expect(isCompleteUsage(wire, usage as Usage)).toBe(false);
  expect(completeUsage(wire, usage as Usage)).toEqual({
    ...wire,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  });
});
