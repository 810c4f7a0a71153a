import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highestPrice, perMillion } from './prices.ts';

test.each([
  [0.0000025, '2.5'],
  [2.5e-6, '2.5'],
  [1e-7, '0.1'],
  [1.1e-6, '1.1'],
  [3e-6, '3'],
  [0.00003, '30'],
  [1.2345e-7, '0.12345'],
  [0, '0'],
  [2, '2000000'],
  ['1e-05', '10'],
  ['0.000000075', '0.075'],
  ['.000001', '1'],
  [-1, undefined],
  ['free', undefined],
  ['', undefined],
  [Number.NaN, undefined],
  [true, undefined],
])('%j per token is %j per million', (perToken, expected) => {
  expect(perMillion(perToken)).toBe(expected);
});

test('every price that a list can have comes back digit for digit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999_999 }),
      fc.integer({ min: 0, max: 999 }),
      (whole, thousandths) => {
        const price = `${whole}.${String(thousandths).padStart(3, '0')}`;
        const canonical = price.replace(/\.?0+$/, '');
        // As Python and JavaScript print a price per token, with and without an exponent.
        const perToken = Number(`${price}e-6`);
        expect(perMillion(perToken)).toBe(canonical);
        expect(perMillion(perToken.toExponential())).toBe(canonical);
      },
    ),
  );
});

test('of several prices the highest of each class; a class without a price costs what its parent does', () => {
  expect(
    highestPrice([
      { input: '1', output: '9', cached_input: '0.1' },
      { input: '2', output: '3' },
    ]),
  ).toEqual({ input: '2', output: '9', cached_input: '2' });
  expect(highestPrice([{ input: '0', output: '0' }])).toBe('free');
  expect(highestPrice([])).toBeUndefined();
});
