import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf } from './money.ts';
import { formatProduct, priceArithmetic } from './price-lines.ts';
import { readTerms } from './price-terms.ts';

const count = fc.nat({ max: 2_000_000 });
/** As adapters report it: parts that fit into the whole, and now and then such that do not. */
const usages = fc.record(
  {
    input: count,
    output: count,
    cachedInput: count,
    cacheWrite: count,
    cacheWrite1h: count,
    cachedAudioInput: count,
    audioInput: count,
    imageInput: count,
    reasoning: count,
    audioOutput: count,
    imageOutput: count,
    serviceTier: fc.constantFrom('flex', 'priority', 'fast', 'auto', 'default', 'toString'),
  },
  { requiredKeys: ['input', 'output'] },
);
const amount = fc.nat({ max: 900_000 }).map((value) => (value / 10_000).toFixed(4));
const rates = fc.record(
  {
    input: amount,
    output: amount,
    cached_input: amount,
    cache_write: amount,
    cache_write_1h: amount,
    audio_input: amount,
    cached_audio_input: amount,
    image_input: amount,
    reasoning: amount,
    audio_output: amount,
    image_output: amount,
  },
  { requiredKeys: ['input', 'output'] },
);
const terms = fc
  .record({ base: rates, tier: rates, flex: rates, tiered: fc.boolean(), served: fc.boolean() })
  .map(({ base, tier, flex, tiered, served }) => ({
    ...base,
    ...(tiered ? { tiers: [{ above: 200_000, ...tier }] } : {}),
    ...(served ? { services: { flex, priority: '1.5' }, default_service: 'flex' } : {}),
  }));

describe('price arithmetic', () => {
  it('is what the ledger charges, for every usage and every price', () => {
    fc.assert(
      fc.property(usages, terms, (usage, given) => {
        const price = readTerms(given, 'v');
        const { lines, sum, total } = priceArithmetic(usage, price);
        expect(total).toBe(costOf(usage, price));
        expect(lines.reduce((added, { product }) => added + product, 0n)).toBe(sum);
        for (const { tokens, rate, product } of lines) expect(BigInt(tokens) * rate).toBe(product);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says which tier and which service it is by, and whose rate a class borrows', () => {
    const price = readTerms(
      { input: 1, output: 2, tiers: [{ above: 100, input: 3, output: 4 }], services: { flex: '0.5' } },
      'v',
    );
    expect(priceArithmetic({ input: 101, output: 1, cachedInput: 1 }, price)).toMatchObject({
      tierAbove: 100,
      lines: [
        { tokenClass: 'input', tokens: 100, rate: 3_000_000_000n, rateOf: 'input' },
        { tokenClass: 'cached_input', tokens: 1, rate: 3_000_000_000n, rateOf: 'input' },
        { tokenClass: 'output', tokens: 1, rate: 4_000_000_000n, rateOf: 'output' },
      ],
    });
    const served = priceArithmetic({ input: 10, output: 0, serviceTier: 'flex' }, price);
    expect(served).toMatchObject({ service: 'flex', total: 5_000n });
    expect(served).not.toHaveProperty('tierAbove');
  });

  it.each([
    [0n, '0'],
    [1n, '0.000000000000001'],
    [1_250_000_000_000_000n, '1.25'],
    [12_345_678_900_000_000_000n, '12345.6789'],
  ])('%s x 10^-15 USD is %s', (product, text) => {
    expect(formatProduct(product)).toBe(text);
  });
});
