// Numbers within bounds, exactly, as patterns of their digits. A bounded number has no exponent and, where it is not an
// integer, so few digits after the point that it cannot round on to a bound. Pure.

import { mostIntegerDigits } from './any-value.ts';
import type { Automaton } from './automaton.ts';
import { characters, digits } from './code-points.ts';
import { intersect } from './combine-automata.ts';
import { type Decimal, decimalOf } from './decimal.ts';
import { wholeMatch } from './determinise.ts';
import type { Effort } from './effort.ts';
import { explore } from './explore.ts';
import { choice, type Expression, exactly, oneOf, optional, repeat, sequence } from './regular-expression.ts';

const ascii = characters('\0\u007f');
const digit = oneOf(digits);
const anyDigits = repeat(digit, 0, Number.POSITIVE_INFINITY);
const largest = 10n ** BigInt(mostIntegerDigits) - 1n;

/** Both inclusive; `undefined`: as far as 15 digits go. */
export function integersBetween(min: bigint | undefined, max: bigint | undefined, effort: Effort): Automaton {
  const low = min === undefined || min < -largest ? -largest : min;
  const high = max === undefined || max > largest ? largest : max;
  return wholeMatch(
    choice(
      sequence(exactly('-'), naturals(low > -1n ? 1n : high < 0n ? -high : 1n, -low)),
      naturals(low > 0n ? low : 0n, high),
    ),
    ascii,
    effort,
  );
}

/** Integers of any length that `divisor` divides; has a state for each remainder. */
export function multiplesOf(divisor: number, effort: Effort): Automaton {
  const start = -1;
  return explore(
    start,
    {
      key: String,
      accepting: (remainder) => remainder === 0,
      *edges(remainder) {
        if (remainder === start) yield { set: characters('-'), to: -2 };
        for (let next = 0; next < 10; next += 1) {
          const before = Math.max(remainder, 0);
          yield { set: characters(String(next)), to: (before * 10 + next) % divisor };
        }
      },
    },
    effort,
  );
}

export interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

export function decimalsBetween(min: Bound | undefined, max: Bound | undefined, effort: Effort): Automaton {
  const low = min && { decimal: decimalOf(min.value), exclusive: min.exclusive };
  const high = max && { decimal: decimalOf(max.value), exclusive: max.exclusive };
  const width = Math.max(...[low, high].map((bound) => bound?.decimal.integer.length ?? 1));
  const plain = sequence(
    choice(exactly('0'), sequence(oneOf(characters('19')), repeat(digit, 0, mostIntegerDigits - 1))),
    optional(sequence(exactly('.'), repeat(digit, 1, Math.max(1, mostIntegerDigits - width)))),
  );
  const positive = magnitudes(low, high, plain, effort);
  const negative = magnitudes(
    high && { ...high, decimal: negated(high.decimal) },
    low && { ...low, decimal: negated(low.decimal) },
    plain,
    effort,
  );
  // Zero has no sign.
  const aboveZero = wholeMatch(atLeast(decimalOf(0), true), ascii, effort);
  const minus = intersect(negative, aboveZero, effort);
  return union(positive, minus, effort);
}

interface DecimalBound {
  readonly decimal: Decimal;
  readonly exclusive: boolean;
}

/** Numbers without a sign. */
function magnitudes(
  low: DecimalBound | undefined,
  high: DecimalBound | undefined,
  plain: Expression,
  effort: Effort,
): Automaton {
  let result = wholeMatch(plain, ascii, effort);
  if (low !== undefined && !low.decimal.negative) {
    result = intersect(result, wholeMatch(atLeast(low.decimal, low.exclusive), ascii, effort), effort);
  }
  if (high === undefined) return result;
  if (high.decimal.negative) return [];
  return intersect(result, wholeMatch(atMost(high.decimal, high.exclusive), ascii, effort), effort);
}

/** The first as it is, the second after a minus. */
function union(positive: Automaton, negative: Automaton, effort: Effort): Automaton {
  const shifted = (automaton: Automaton, by: number) =>
    automaton.map(({ accepting, edges }) => ({
      accepting,
      edges: edges.map(({ set, to }) => ({ set, to: to + by })),
    }));
  const first = positive[0] ?? { accepting: false, edges: [] };
  const all: Automaton = [
    {
      accepting: first.accepting,
      edges: [
        ...first.edges.map(({ set, to }) => ({ set, to: to + 1 })),
        ...(negative.length > 0 ? [{ set: characters('-'), to: 1 + positive.length }] : []),
      ],
    },
    ...shifted(positive, 1),
    ...shifted(negative, 1 + positive.length),
  ];
  return explore(
    0,
    {
      key: String,
      accepting: (state) => all[state]?.accepting ?? false,
      edges: (state) => all[state]?.edges ?? [],
    },
    effort,
  );
}

const negated = (decimal: Decimal): Decimal => ({
  ...decimal,
  negative: !decimal.negative && !(decimal.integer === '0' && decimal.fraction === ''),
});

function atLeast({ integer, fraction }: Decimal, exclusive: boolean): Expression {
  const isWhole = fraction === '';
  const rest = sequence(exactly('.'), fractionAtLeast(fraction, exclusive));
  return choice(
    sequence(naturals(BigInt(integer) + 1n, largest), optional(sequence(exactly('.'), anyDigits))),
    sequence(exactly(integer), isWhole && !exclusive ? optional(rest) : rest),
  );
}

function atMost({ integer, fraction }: Decimal, exclusive: boolean): Expression {
  const rest = sequence(exactly('.'), fractionAtMost(fraction, exclusive));
  const below = sequence(naturals(0n, BigInt(integer) - 1n), optional(sequence(exactly('.'), anyDigits)));
  if (fraction === '' && exclusive) return below;
  return choice(below, sequence(exactly(integer), optional(rest)));
}

/** Digits after the point; `fraction` has no zeros at its end. */
function fractionAtLeast(fraction: string, exclusive: boolean): Expression {
  if (fraction === '') {
    return exclusive
      ? sequence(repeat(exactly('0'), 0, Number.POSITIVE_INFINITY), nonZero, anyDigits)
      : anyDigits;
  }
  const [first = '', rest] = [fraction[0], fraction.slice(1)];
  return choice(
    sequence(between(Number(first) + 1, 9), anyDigits),
    sequence(exactly(first), fractionAtLeast(rest, exclusive)),
  );
}

function fractionAtMost(fraction: string, exclusive: boolean): Expression {
  if (fraction === '') return exclusive ? nothing : repeat(exactly('0'), 0, Number.POSITIVE_INFINITY);
  const [first = '', rest] = [fraction[0], fraction.slice(1)];
  return optional(
    choice(
      sequence(between(0, Number(first) - 1), anyDigits),
      sequence(exactly(first), fractionAtMost(rest, exclusive)),
    ),
  );
}

const nonZero = oneOf(characters('19'));
/** Matches no text at all. */
const nothing: Expression = oneOf([]);
const between = (first: number, last: number): Expression =>
  first > last ? nothing : oneOf(characters(`${first}${last}`));

/** Integers of 0 or more without a sign, both inclusive; none if `max` is less than `min`. */
function naturals(min: bigint, max: bigint): Expression {
  const options: Expression[] = [];
  let next = min;
  while (next <= max) {
    const length = String(next).length;
    const highest = 10n ** BigInt(length) - 1n;
    if (next === lowestOf(length) && next > 0n && highest <= max) {
      // All of this length and of as many longer ones as are there whole.
      const longest =
        max === lowestOf(String(max).length + 1) - 1n ? String(max).length : String(max).length - 1;
      options.push(sequence(nonZero, repeat(digit, length - 1, longest - 1)));
      next = lowestOf(longest + 1);
    } else {
      options.push(sameLength(String(next), String(max < highest ? max : highest)));
      next = highest + 1n;
    }
  }
  return choice(...options);
}

/** Least number of so many digits. */
const lowestOf = (length: number) => 10n ** BigInt(length - 1);

/** Digit strings from `low` to `high`, which are of one length. */
function sameLength(low: string, high: string): Expression {
  if (/^0*$/.test(low) && /^9*$/.test(high)) return repeat(digit, low.length, low.length);
  const [first = '', last = ''] = [low[0], high[0]];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (first === last) return sequence(exactly(first), sameLength(lowRest, highRest));
  const length = lowRest.length;
  return choice(
    sequence(exactly(first), sameLength(lowRest, '9'.repeat(length))),
    sequence(between(Number(first) + 1, Number(last) - 1), repeat(digit, length, length)),
    sequence(exactly(last), sameLength('0'.repeat(length), highRest)),
  );
}
