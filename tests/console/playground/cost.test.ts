// What the playground says an answer costs: the same to the nano-USD as the ledger, and never more exact than it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../console/src/pages/playground/cost/compare.ts';
import {
  estimatePrompt,
  estimateTokens,
} from '../../../console/src/pages/playground/cost/estimate-tokens.ts';
import { figuresOf } from '../../../console/src/pages/playground/cost/figures.ts';
import { costOf, isFree, readRates } from '../../../console/src/pages/playground/cost/rates.ts';
import { ended, newAnswer, withChunk } from '../../../console/src/pages/playground/stream/answer.ts';
import { costOf as ledgerCost } from '../../../src/core/money.ts';
import { readTerms, writeTerms } from '../../../src/core/price-terms.ts';

const decimal = fc.integer({ min: 0, max: 2_000_000_000 }).map((nano) => (nano / 1e6).toFixed(6));
const classes = fc.record(
  { input: decimal, output: decimal, cached_input: decimal, cache_write: decimal, reasoning: decimal },
  { requiredKeys: ['input', 'output'] },
);
const count = fc.nat(3_000_000);

describe('the cost', () => {
  it('is to the nano-USD what the ledger computes, for any price and usage', () => {
    fc.assert(
      fc.property(classes, classes, fc.tuple(count, count, count, count, count), (base, tier, counts) => {
        const price = readTerms({ ...base, tiers: [{ ...tier, above: 200_000 }] }, 'v');
        const rates = readRates(JSON.parse(writeTerms(price)));
        const [cachedInput, cacheWrite, fresh, reasoning, plain] = counts;
        const usage = {
          input: cachedInput + cacheWrite + fresh,
          output: reasoning + plain,
          cachedInput,
          cacheWrite,
          reasoning,
        };
        expect(rates && costOf(usage, rates)).toBe(ledgerCost(usage, price));
      }),
    );
  });

  it('is not known without a price, and free is known', () => {
    expect(readRates(null)).toBeUndefined();
    expect(readRates({ input: 'x', output: '1' })).toBeUndefined();
    const free = readRates({ input: '0', output: '0' });
    expect(free && isFree(free)).toBe(true);
    const paid = readRates({ input: '0', output: '0', tiers: [{ above: 9, input: '1', output: '0' }] });
    expect(paid && isFree(paid)).toBe(false);
  });
});

describe('figures', () => {
  const rates = readRates({ input: '1', output: '2' });
  const chunk = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });

  it('are estimates while the answer runs, computed from what is reported, exact from the ledger', () => {
    let answer = withChunk(newAnswer(1000), chunk('word '.repeat(80)), 1250);
    const running = figuresOf(answer, 2250, { promptTokens: 10, rates });
    expect(running).toMatchObject({
      firstTokenMs: 250,
      durationMs: 1250,
      inputTokens: 10,
      outputTokens: 100,
      tokensEstimated: true,
      tokensPerSecond: 100,
      cost: 210_000n,
      costFrom: 'estimated',
    });
    answer = withChunk(answer, { choices: [], usage: { prompt_tokens: 20, completion_tokens: 50 } }, 2300);
    answer = ended(answer, 'done', 3250);
    expect(figuresOf(answer, 9999, { promptTokens: 10, rates })).toMatchObject({
      durationMs: 2250,
      inputTokens: 20,
      outputTokens: 50,
      tokensEstimated: false,
      tokensPerSecond: 25,
      cost: 120_000n,
      costFrom: 'computed',
    });
    const charge = { costNanoUsd: '119', usageSource: 'reported', partial: false } as const;
    expect(figuresOf(answer, 9999, { promptTokens: 10, charge })).toMatchObject({
      cost: 119n,
      costFrom: 'exact',
    });
  });

  it('have no cost where no price is known', () => {
    const figures = figuresOf(newAnswer(0), 10, { promptTokens: 1 });
    expect(figures).not.toHaveProperty('cost');
    expect(figures).not.toHaveProperty('firstTokenMs');
  });
});

describe('the difference of two answers', () => {
  const of = (model: string, firstTokenMs: number, durationMs: number, cost?: bigint) => ({
    model,
    figures: {
      firstTokenMs,
      durationMs,
      inputTokens: 1,
      outputTokens: 1,
      tokensEstimated: false,
      ...(cost === undefined ? {} : { cost }),
    },
  });

  it('names the better one of each figure, and by how much', () => {
    expect(compare(of('a', 100, 900, 3_000n), of('b', 250, 700, 1_000n))).toEqual({
      firstToken: { better: 'a', byMs: 150 },
      time: { better: 'b', byMs: 200 },
      cost: { better: 'b', by: 2_000n, times: '3' },
    });
  });

  it('says nothing of what is equal or not known, and no ratio to nothing', () => {
    expect(compare(of('a', 5, 9), of('b', 5, 9, 1n))).toEqual({});
    expect(compare(of('a', 5, 9, 1n), of('b', 5, 9, 1n))).toEqual({ cost: 'same' });
    expect(compare(of('a', 5, 9, 0n), of('b', 5, 9, 7n))).toEqual({ cost: { better: 'a', by: 7n } });
  });
});

it('estimates tokens by script', () => {
  expect(estimateTokens('')).toBe(0);
  expect(estimateTokens('The quick brown fox jumps.')).toBe(7);
  expect(estimateTokens('你好世界')).toBe(3);
  expect(estimatePrompt([{ role: 'user', content: [{ type: 'text', text: 'abcd' }] }])).toBe(5);
});
