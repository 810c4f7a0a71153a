// How a request is wrong and what it is told then, in the words of the contract's section 4: one function a code.
import type { Json } from '../support/scripted-upstream.ts';

export type Row = readonly [members: Json, code: string | null, param: string, message: string | RegExp];

export const beyond = (
  kind: 'integer' | 'decimal',
  name: string,
  value: number,
  limit: number,
  members: Json = {},
): Row => {
  const above = value > limit;
  return [
    { [name]: value, ...members },
    `${kind}_${above ? 'above_max' : 'below_min'}_value`,
    name,
    `Invalid '${name}': ${kind} ${above ? 'above maximum' : 'below minimum'} value. Expected a value ${above ? '<=' : '>='} ${limit}, but got ${value} instead.`,
  ];
};
export const wrongType = (
  name: string,
  value: unknown,
  expected: string,
  got: string,
  members: Json = {},
): Row => [
  { ...members, [name]: value },
  'invalid_type',
  name,
  `Invalid type for '${name}': expected ${expected}, but got ${got} instead.`,
];
export const wrongWord = (name: string, supported: readonly string[]): Row => [
  { [name]: 'conformance' },
  'invalid_value',
  name,
  `Invalid value: 'conformance'. Supported values are: ${words.format(supported.map((value) => `'${value}'`))}.`,
];
const words = new Intl.ListFormat('en');
export const missing = (param: string, members: Json): Row => [
  members,
  'missing_required_parameter',
  param,
  `Missing required parameter: '${param}'.`,
];
export const empty = (param: string, members: Json): Row => [
  members,
  'empty_array',
  param,
  `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
];
export const tooMany = (param: string, limit: number, members: Json): Row => [
  members,
  'array_above_max_length',
  param,
  `Invalid '${param}': array too long. Expected an array with maximum length ${limit}, but got an array with length ${limit + 1} instead.`,
];
export const tooLong = (param: string, limit: number, members: Json): Row => [
  members,
  'string_above_max_length',
  param,
  `Invalid '${param}': string too long. Expected a string with maximum length ${limit}, but got a string with length ${limit + 1} instead.`,
];
