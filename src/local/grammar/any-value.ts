// The rules of JSON itself: any string, number, value. White space is one blank after `:` and `,` at most: given
// more, a small model pads for ever. Pure.

import { textRule } from './automaton-rules.ts';
import { characters, digits, rawInString, unionOf } from './code-points.ts';
import { wholeMatch } from './determinise.ts';
import { createEffort } from './effort.ts';
import { choice, type Expression, exactly, oneOf, optional, repeat, sequence } from './regular-expression.ts';
import type { RuleReference, Rules } from './rules.ts';

export interface AnyValue {
  /** One character of a string, in any of its spellings. */
  readonly character: RuleReference;
  readonly string: RuleReference;
  readonly number: RuleReference;
  readonly integer: RuleReference;
  readonly boolean: RuleReference;
  readonly null: RuleReference;
  readonly array: RuleReference;
  readonly object: RuleReference;
  readonly value: RuleReference;
  /** `,` and `:` with what may follow them. */
  readonly comma: RuleReference;
  readonly colon: RuleReference;
}

/** More digits are beyond what a double tells apart, and a small model would not stop. */
export const mostIntegerDigits = 15;
/** What the longest double without an exponent has: 0.0000012345678901234567. */
const mostFractionDigits = 22;

const digit = oneOf(digits);
export const wholeNumber = choice(
  exactly('0'),
  sequence(oneOf(characters('19')), repeat(digit, 0, mostIntegerDigits - 1)),
);
const fraction = sequence(exactly('.'), repeat(digit, 1, mostFractionDigits));
const exponent = sequence(
  oneOf(characters('e', 'E')),
  optional(oneOf(characters('+', '-'))),
  oneOf(characters('19')),
  optional(digit),
);
const minus = optional(exactly('-'));
const integerText = choice(
  exactly('0'),
  sequence(minus, oneOf(characters('19')), repeat(digit, 0, mostIntegerDigits - 1)),
);
const numberText = choice(
  integerText,
  sequence(minus, wholeNumber, choice(fraction, exponent, sequence(fraction, exponent))),
);
const ascii = characters('\0\u007f');

export function anyValueRules(rules: Rules): AnyValue {
  const effort = createEffort();
  const lexical = (hint: string, text: Expression) => textRule(rules, hint, wholeMatch(text, ascii, effort));
  const comma = rules.add('comma', [[', '], [',']]);
  const colon = rules.add('colon', [[': '], [':']]);
  const character = characterRule(rules);
  const string = stringRule(rules, character);
  const number = lexical('number', numberText);
  const boolean = rules.add('boolean', [['true'], ['false']]);
  const nothing = rules.add('null', [['null']]);
  const value = rules.reserve('value');

  const elements = rules.reserve('elements');
  elements.define([[comma, value.reference, elements.reference], [']']]);
  const array = rules.add('array', [['[', value.reference, elements.reference], ['[]']]);
  const members = rules.reserve('members');
  members.define([[comma, string, colon, value.reference, members.reference], ['}']]);
  const object = rules.add('object', [['{', string, colon, value.reference, members.reference], ['{}']]);
  value.define([string, number, boolean, nothing, array, object].map((rule) => [rule]));
  return {
    character,
    string,
    number,
    integer: lexical('integer', integerText),
    boolean,
    null: nothing,
    array,
    object,
    value: value.reference,
    comma,
    colon,
  };
}

function stringRule(rules: Rules, character: RuleReference): RuleReference {
  const rest = rules.reserve('characters');
  rest.define([[character, rest.reference], ['"']]);
  return rules.add('string', [['"', rest.reference]]);
}

/** `\uXXXX` is let through for what is text: no control characters, surrogates in pairs only. */
function characterRule(rules: Rules): RuleReference {
  const hex = { set: characters('09', 'af', 'AF') };
  const d = { set: characters('d', 'D') };
  const escaped = rules.add('escape', [
    [{ set: characters('"', '\\', '/', 'b', 'f', 'n', 'r', 't') }],
    ['u00', { set: characters('29', 'af', 'AF') }, hex],
    ['u0', { set: characters('19', 'af', 'AF') }, hex, hex],
    ['u', { set: characters('19', 'ac', 'AC', 'ef', 'EF') }, hex, hex, hex],
    ['u', d, { set: characters('07') }, hex, hex],
    [
      'u',
      d,
      { set: characters('89', 'ab', 'AB') },
      hex,
      hex,
      '\\u',
      d,
      { set: characters('cf', 'CF') },
      hex,
      hex,
    ],
  ]);
  return rules.add('character', [[{ set: unionOf(rawInString) }], ['\\', escaped]]);
}
