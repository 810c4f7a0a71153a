import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costOf, type Price } from '../core/money.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { outputCapOf } from './output-cap.ts';
import { worstCase } from './worst-case.ts';

const ask = (members: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: 'Hi' }],
  ...members,
});
const price: Price = {
  version: 'v',
  input: 1_000n,
  output: 10_000n,
  cacheWrite: 1_250n,
  audioInput: 40_000n,
};

describe('the output cap', () => {
  test.each([
    ['the client’s', ask({ max_tokens: 50 }), { maxOutputTokens: 100 }, { cap: 50, least: 50 }],
    ['no more than the model’s', ask({ max_tokens: 500 }), { maxOutputTokens: 100 }, { cap: 100, least: 100 }],
    ['the newer name wins', ask({ max_tokens: 5, max_completion_tokens: 9 }), {}, { cap: 9, least: 9 }],
    ['null is none', ask({ max_tokens: null }), { maxOutputTokens: 100 }, { cap: 100, least: 16 }],
    ['a tiny model', ask(), { maxOutputTokens: 8 }, { cap: 8, least: 8 }],
    ['unknown', ask(), {}, { cap: 1_000_000, least: 16, limited: 4096 }],
    ['unknown, with a small window', ask(), { contextWindow: 2000 }, { cap: 2000, least: 16, limited: 2000 }],
  ] as const)('%s', (_name, request, model, expected) => {
    expect(outputCapOf(request, model)).toEqual(expected);
  }); // biome-ignore format: a table
});

test('no usage within the bounds costs more than the hold', () => {
  const tokens = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(
      fc.record({ prompt: tokens, cap: tokens, choices: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ input: tokens, output: tokens, cacheWrite: tokens }),
      ({ prompt, cap, choices }, used) => {
        const worst = worstCase(ask({ n: choices }), prompt, { cap, least: cap }, price);
        const held = (worst.promptCost + BigInt(cap * choices) * worst.outputPrice + 999_999n) / 1_000_000n;
        const input = Math.min(used.input, prompt);
        const usage = {
          input,
          output: Math.min(used.output, cap * choices),
          cacheWrite: Math.min(used.cacheWrite, input),
        };
        expect(costOf(usage, price)).toBeLessThanOrEqual(held);
      },
    ),
  );
});

test('text alone does not reserve the price of sound', () => {
  const cap = { cap: 1, least: 1 };
  expect(worstCase(ask(), 1_000, cap, price).promptCost).toBe(1_250_000n);
  const sound = { type: 'input_audio' as const, input_audio: { data: 'AAAA', format: 'wav' as const } };
  const spoken = ask({ messages: [{ role: 'user', content: [sound] }] });
  expect(worstCase(spoken, 1_000, cap, price).promptCost).toBe(40_000_000n);
});

test('a prediction may be billed as if it was written', () => {
  const prediction = { type: 'content' as const, content: 'x'.repeat(100) };
  const cap = { cap: 1, least: 1 };
  const { promptCost } = worstCase(ask({ prediction }), 10, cap, price);
  expect(promptCost).toBe(10n * 1_250n + 100n * 10_000n);
});

test('a cap and a price beyond all measure stay within a column of 64 bits', () => {
  const dear: Price = { version: 'v', input: 10n ** 15n, output: 10n ** 15n };
  const cap = outputCapOf(ask({ max_tokens: Number.MAX_SAFE_INTEGER }), {});
  const worst = worstCase(ask({ n: 128 }), 10_000_000, cap, dear);
  const held = (worst.promptCost + BigInt(worst.outputCap) * 128n * worst.outputPrice) / 1_000_000n;
  expect(held).toBeLessThanOrEqual(2n ** 63n - 1n);
  expect(worst.leastOutputCap).toBeLessThanOrEqual(worst.outputCap);
});
