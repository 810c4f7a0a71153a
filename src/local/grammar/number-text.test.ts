// Bounds of numbers, digit by digit, against arithmetic.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accepts } from './automaton.ts';
import { decimalOf } from './decimal.ts';
import { createEffort } from './effort.ts';
import { decimalsBetween, integersBetween, multiplesOf } from './number-text.ts';

const bound = fc.oneof(
  fc.integer({ min: -120, max: 120 }),
  fc.integer(),
  fc.constantFrom(0, 9, 10, 99, 100, -1, -10),
);

it('takes integers within bounds and no others', () => {
  fc.assert(
    fc.property(
      bound,
      bound,
      fc.array(bound, { minLength: 1 }),
      fc.boolean(),
      (min, max, samples, isOpen) => {
        const automaton = integersBetween(BigInt(min), isOpen ? undefined : BigInt(max), createEffort());
        for (const value of [...samples, min, min - 1, max, max + 1]) {
          expect(accepts(automaton, String(value)), String(value)).toBe(
            value >= min && (isOpen || value <= max),
          );
        }
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

it('takes multiples and no others', () => {
  for (const divisor of [1, 2, 7, 10, 36, 100, 250]) {
    const automaton = multiplesOf(divisor, createEffort());
    for (let value = -600; value <= 600; value += 1) {
      expect(accepts(automaton, String(value)), `${value} by ${divisor}`).toBe(value % divisor === 0);
    }
  }
});

const decimal = fc
  .tuple(fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer()), fc.integer({ min: 0, max: 4 }))
  .map(([digits, places]) => Number(`${digits}e-${places}`));
const optionalBound = fc.option(fc.record({ value: decimal, exclusive: fc.boolean() }), { nil: undefined });

/** As many zeros more as there may be. */
const spellings = (value: number) => {
  const { negative, integer, fraction } = decimalOf(value);
  const sign = negative ? '-' : '';
  return [`${sign}${integer}${fraction && `.${fraction}`}`, `${sign}${integer}.${fraction}0`];
};

it('takes decimals within bounds and no others', () => {
  fc.assert(
    fc.property(optionalBound, optionalBound, fc.array(decimal, { maxLength: 6 }), (min, max, samples) => {
      const automaton = decimalsBetween(min, max, createEffort());
      const near = [min, max].flatMap((one) =>
        one ? [one.value, one.value + 0.001, one.value - 0.001, -one.value] : [],
      );
      for (const value of [...samples, 0, ...near].map((one) => Number(one.toFixed(4)))) {
        const isAbove = min === undefined || (min.exclusive ? value > min.value : value >= min.value);
        const isBelow = max === undefined || (max.exclusive ? value < max.value : value <= max.value);
        for (const text of spellings(value)) {
          expect(accepts(automaton, text), text).toBe(isAbove && isBelow);
        }
      }
    }),
    { numRuns: 400 },
  );
}, 120_000);

it('takes no zero with a sign and no digits that could round on to a bound', () => {
  const automaton = decimalsBetween(
    { value: -1, exclusive: false },
    { value: 1, exclusive: true },
    createEffort(),
  );
  for (const text of ['-0', '-0.0', '00', '.5', '1.', '0.999999999999999999'])
    expect(accepts(automaton, text)).toBe(false);
  expect(accepts(automaton, '0.99999999999999')).toBe(true);
});

it.each([
  [0, false, '0', ''],
  [-12.5, true, '12', '5'],
  [1e-7, false, '0', '0000001'],
  [1.5e-9, false, '0', '0000000015'],
  [1.25e22, false, '12500000000000000000000', ''],
])('writes %d out', (value, negative, integer, fraction) => {
  expect(decimalOf(value)).toEqual({ negative, integer, fraction });
});
