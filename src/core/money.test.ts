import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costOf, formatUsd, type Price, parseUsd } from './money.ts';

const price: Price = {
  version: 'test',
  input: 1_250_000_000n,
  cachedInput: 125_000_000n,
  output: 10_000_000_000n,
};

describe('costOf', () => {
  test('one ceiling division over the sum of all classes', () => {
    expect(costOf({ input: 1_000_000, output: 0 }, price)).toBe(1_250_000_000n);
    expect(costOf({ input: 8, output: 292 }, price)).toBe(2_930_000n);
    expect(costOf({ input: 100, output: 0, cachedInput: 60 }, price)).toBe(57_500n);
    // Two thirds of a nano-USD in two classes are one, not two.
    const tiny = { version: 'tiny', input: 333_333n, output: 333_333n };
    expect(costOf({ input: 1, output: 1 }, tiny)).toBe(1n);
    expect(costOf({ input: 0, output: 0 }, price)).toBe(0n);
  });

  test('classes without a price of their own cost what input or output costs', () => {
    const plain = { version: 'plain', input: 1_000_000n, output: 2_000_000n };
    expect(costOf({ input: 10, output: 10, cachedInput: 4, cacheWrite: 3, reasoning: 7 }, plain)).toBe(30n);
    expect(costOf({ input: 10, output: 10, cacheWrite: 3 }, { ...plain, cacheWrite: 5_000_000n })).toBe(42n);
    expect(costOf({ input: 10, output: 10, reasoning: 7 }, { ...plain, reasoning: 3_000_000n })).toBe(37n);
  });

  test('equals the sum in exact arithmetic, rounded up once, for any counts and prices', () => {
    const count = fc.integer({ min: 0, max: 2 ** 40 });
    const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        count,
        amount,
        amount,
        amount,
        (plain, cached, written, spoken, thought, a, b, c) => {
          const usage = {
            input: plain + cached + written,
            output: spoken + thought,
            cachedInput: cached,
            cacheWrite: written,
            reasoning: thought,
          };
          const sum =
            BigInt(plain) * a +
            BigInt(cached) * b +
            BigInt(written) * a +
            BigInt(spoken) * c +
            BigInt(thought) * c;
          const cost = costOf(usage, { version: '', input: a, cachedInput: b, output: c });
          expect(cost * 1_000_000n >= sum && (cost - 1n) * 1_000_000n < sum).toBe(true);
        },
      ),
    );
  });
});

describe('USD', () => {
  test.each([
    ['1.25', 1_250_000_000n],
    [1.25, 1_250_000_000n],
    [0.1, 100_000_000n],
    ['0', 0n],
    ['0.000000001', 1n],
    [1e-9, 1n],
    ['10.00', 10_000_000_000n],
    ['-1', undefined],
    ['1e3', undefined],
    ['0.0000000001', undefined],
    [1e-10, undefined],
    ['1,25', undefined],
    ['', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('%s is %s nano-USD', (given, nano) => {
    expect(parseUsd(given)).toBe(nano);
  });

  test('what is formatted is read back exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (nano) => {
        expect(parseUsd(formatUsd(nano))).toBe(nano);
      }),
    );
    expect(formatUsd(1_250_000_000n)).toBe('1.25');
    expect(formatUsd(-5n)).toBe('-0.000000005');
    expect(formatUsd(0n)).toBe('0');
  });
});
