import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costOf, formatUsd } from './money.ts';
import {
  type PriceTerms,
  parseTerms,
  readTerms,
  termsProblem,
  versionedPrice,
  writeTerms,
} from './price-terms.ts';

const gemini: PriceTerms = {
  input: 1.25,
  cached_input: '0.125',
  output: '10.00',
  audio_input: 3,
  tiers: [{ above: 200_000, input: 2.5, cached_input: 0.25, output: 15 }],
  services: { batch: 0.5, priority: { input: '2.25', output: 18 } },
  default_service: 'priority',
};

describe('terms of a price', () => {
  test('a service given as a factor has every rate of every tier times that', () => {
    const price = readTerms(gemini, 'v');
    expect(price.services?.batch).toEqual({
      input: 625_000_000n,
      cachedInput: 62_500_000n,
      audioInput: 1_500_000_000n,
      output: 5_000_000_000n,
      tiers: [{ above: 200_000, input: 1_250_000_000n, cachedInput: 125_000_000n, output: 7_500_000_000n }],
    });
    expect(formatUsd(costOf({ input: 300_000, output: 0, serviceTier: 'batch' }, price))).toBe('0.375');
    expect(formatUsd(costOf({ input: 1_000_000, output: 0 }, price))).toBe('2.25');
  });

  test('a factor that does not come out even is rounded up, never down', () => {
    const price = readTerms({ input: '0.000000001', output: '0.000000003', services: { flex: '0.5' } }, 'v');
    expect(price.services?.flex).toMatchObject({ input: 1n, output: 2n });
  });

  test('are written in one spelling and read back as the same price', () => {
    const price = readTerms(gemini, 'v');
    expect(parseTerms(writeTerms(price), 'v')).toEqual(price);
    const other = {
      ...gemini,
      input: '1.250',
      services: { priority: gemini.services?.priority ?? 1, batch: '0.50' },
    };
    expect(writeTerms(readTerms(other, 'w'))).toBe(writeTerms(price));
  });

  test('the version follows the terms and the model', () => {
    const version = (terms: PriceTerms, model = 'm') => versionedPrice(terms, model, 'tollgate.yaml').version;
    expect(version(gemini)).toMatch(/^tollgate\.yaml@[0-9a-f]{12}$/);
    expect(version({ ...gemini, input: '1.2500' })).toBe(version(gemini));
    const changed = [
      { ...gemini, input: 1.26 },
      { ...gemini, tiers: [{ above: 200_001, input: 2.5, cached_input: 0.25, output: 15 }] },
      { ...gemini, services: { batch: 0.4, priority: { input: '2.25', output: 18 } } },
      { ...gemini, default_service: 'batch' },
    ];
    expect(
      new Set([...changed.map((terms) => version(terms)), version(gemini, 'n'), version(gemini)]).size,
    ).toBe(6);
  });

  test('any terms survive being written and read', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 18n }).map(formatUsd);
    const rates = fc.record({ input: amount, output: amount, cache_write_1h: amount, image_output: amount });
    fc.assert(
      fc.property(rates, rates, rates, (base, tier, service) => {
        const terms = { ...base, tiers: [{ ...tier, above: 5 }], services: { 'x-1': service } };
        const price = readTerms(terms, 'v');
        expect(parseTerms(writeTerms(price), 'v')).toEqual(price);
      }),
    );
  });

  test.each(['-1', 'free', '', '1e3'])('what is no amount is never taken for 0: %j', (input) => {
    expect(() => readTerms({ input, output: 1 }, 'v')).toThrow(RangeError);
  });

  test.each<[PriceTerms, string]>([
    [
      {
        input: 1,
        output: 1,
        tiers: [
          { above: 5, input: 1, output: 1 },
          { above: 5, input: 2, output: 2 },
        ],
      },
      '`tiers` must begin with the lowest: `tiers[1].above` is not more than the one before.',
    ],
    [
      {
        input: 1,
        output: 1,
        services: {
          flex: {
            input: 1,
            output: 1,
            tiers: [
              { above: 9, input: 1, output: 1 },
              { above: 5, input: 2, output: 2 },
            ],
          },
        },
      },
      '`tiers` must begin with the lowest: `tiers[1].above` is not more than the one before.',
    ],
    [
      { input: 1, output: 1, default_service: 'flex' },
      '`default_service` is `flex`, which `services` does not have.',
    ],
  ])('%j is told', (terms, problem) => {
    expect(termsProblem(terms)).toBe(problem);
    expect(termsProblem(gemini)).toBeUndefined();
  });
});
