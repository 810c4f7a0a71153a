// What the schema's compiler says about a body -> the one thing that is wrong, in OpenAI's words. The phrases are those
// that OpenAI answers with (recorded 2025 and 2026), so that whoever searches for them finds what they know.
import type { ErrorObject } from 'ajv';
import { listed, missing, type RequestProblem, shown, unknownValue } from './request-problem.ts';

/** `errors`: at least one, made with `verbose`, for a body of which `body` is the whole. */
export function describeSchemaErrors(errors: readonly ErrorObject[], body: unknown): RequestProblem {
  return describe(mostTelling(errors), body);
}

/**
 * Of the reasons why no branch fitted, the one deepest in the body, and at equal depth the one from a branch whose
 * type did fit: an unknown mode is an unknown value, not "no object".
 */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject {
  let best = errors[0] as ErrorObject;
  for (const error of errors) {
    const deeper = error.instancePath.length - best.instancePath.length;
    if (deeper > 0 || (deeper === 0 && rank(error) > rank(best))) best = error;
  }
  return best;
}

function rank(error: ErrorObject): number {
  if (error.keyword === 'type') return error.params.type === 'null' ? 0 : 1;
  if (error.keyword === 'enum') return typeof error.data === 'string' ? 3 : 1;
  // The names of members are checked one by one, and then the whole of them is said to fail.
  if (error.keyword === 'propertyNames') return 1;
  return error.keyword === 'anyOf' ? 2 : 3;
}

function describe(error: ErrorObject, body: unknown): RequestProblem {
  const param = paramPath(error.instancePath, body);
  const { params } = error;
  if (error.propertyName !== undefined) return describeName(param, error.propertyName, error);
  switch (error.keyword) {
    case 'required':
      return missing(join(param, String(params.missingProperty)));
    case 'discriminator':
      return describeTag(join(param, String(params.tag)), error);
    case 'minimum':
    case 'maximum':
      return outOfRange(param, error.keyword, params.limit as number, error);
    case 'minItems':
      return { code: 'empty_array', param, values: { limit: params.limit as number } };
    case 'maxItems':
      return tooMany('array_above_max_length', param, params.limit as number, (error.data as []).length);
    case 'maxProperties': {
      const count = Object.keys(error.data as object).length;
      return tooMany('object_above_max_properties', param, params.limit as number, count);
    }
    case 'minLength':
      return { code: 'empty_string', param, values: { limit: params.limit as number } };
    case 'maxLength':
      return tooMany(
        'string_above_max_length',
        param,
        params.limit as number,
        characters(error.data as string),
      );
    case 'pattern':
      return { code: 'pattern_mismatch', param, values: { pattern: String(params.pattern) } };
    case 'enum':
      return typeof error.data === 'string'
        ? unknownValue(param, error.data, listed(params.allowedValues as unknown[], 'and'))
        : wrongType(param, error);
    case 'const':
      return typeof error.data === 'string'
        ? unknownValue(param, error.data, listed([params.allowedValue], 'and'))
        : wrongType(param, error);
    default:
      // `null` counts as absent, and here the field is needed.
      if (error.data === null && /^\/(model|messages)$/.test(error.instancePath)) return missing(param);
      if (isTooLarge(error.data)) return tooLarge(param, error);
      return wrongType(param, error);
  }
}

function tooMany(
  code: 'array_above_max_length' | 'object_above_max_properties' | 'string_above_max_length',
  param: string,
  limit: number,
  actual: number,
): RequestProblem {
  return { code, param, values: { limit, actual } };
}

/** The name of a member, not its value: of `metadata` (its length) or `logit_bias` (a token's id). */
function describeName(param: string, name: string, { keyword, params }: ErrorObject): RequestProblem {
  const path = join(param, name);
  if (keyword === 'maxLength') {
    return {
      code: 'property_name_above_max_length',
      param: path,
      values: { object: param, name: shown(name), limit: params.limit as number, actual: characters(name) },
    };
  }
  return {
    code: 'invalid_value',
    param: path,
    values: { reason: `'${shown(name)}' is no key of this object; keys are non-negative integers.` },
  };
}

function describeTag(param: string, error: ErrorObject): RequestProblem {
  const value: unknown = error.params.tagValue;
  if (value === undefined) return missing(param);
  const supported = tagValues(error);
  if (typeof value === 'string') return unknownValue(param, value, listed(supported, 'and'));
  return {
    code: 'invalid_type',
    param,
    values: { expected: `one of ${listed(supported, 'or')}`, actual: actual(value) },
  };
}

function tagValues(error: ErrorObject): readonly string[] {
  const tag = String(error.params.tag);
  const shapes = (error.parentSchema?.oneOf ?? []) as {
    properties: Record<string, { const?: string; enum?: string[] }>;
  }[];
  return shapes.flatMap((shape) => shape.properties[tag]?.enum ?? [shape.properties[tag]?.const ?? '']);
}

function outOfRange(
  param: string,
  keyword: 'minimum' | 'maximum',
  limit: number,
  error: ErrorObject,
): RequestProblem {
  const kind = typesOf(error.parentSchema as Schema).includes('integer') ? 'integer' : 'decimal';
  return {
    code: keyword === 'minimum' ? `${kind}_below_min_value` : `${kind}_above_max_value`,
    param,
    values: { limit: inDigits(limit), actual: inDigits(error.data as number) },
  };
}

/** A number such as 1e999: JSON knows it, a double is infinite. */
function isTooLarge(value: unknown): value is number {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}

function tooLarge(param: string, error: ErrorObject): RequestProblem {
  const value = error.data as number;
  const schema = error.parentSchema as Schema & { minimum?: number; maximum?: number };
  const limit = value > 0 ? schema.maximum : schema.minimum;
  if (limit === undefined) return wrongType(param, error);
  return outOfRange(param, value > 0 ? 'maximum' : 'minimum', limit, error);
}

/** Integers digit by digit; 2^63 stands for the largest 64-bit integer, which no double holds. */
function inDigits(value: number): string {
  if (isTooLarge(value)) return 'a number too large for a double';
  if (value === 2 ** 63) return '9223372036854775807';
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

function wrongType(param: string, error: ErrorObject): RequestProblem {
  return {
    code: 'invalid_type',
    param,
    values: { expected: expected(error.parentSchema as Schema), actual: actual(error.data) },
  };
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

const nouns: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'integer',
  number: 'decimal',
  boolean: 'boolean',
  object: 'object',
  array: 'array',
};
const plurals: Readonly<Record<string, string>> = { object: 'array of objects', string: 'array of strings' };

/** `a string`, `an array of objects`, `one of a string or array of objects`, `one of 'a' or 'b'`. */
function expected(schema: Schema): string {
  const names = (schema.anyOf ?? [schema]).flatMap(namesOf);
  const [first = 'another type'] = names;
  if (names.length < 2) return first.startsWith('one of') ? first : withArticle(first);
  return `${first.startsWith('one of') ? first : `one of ${withArticle(first)}`} or ${names.slice(1).join(' or ')}`;
}

function namesOf(schema: Schema): string[] {
  if (schema.enum) return [`one of ${listed(schema.enum, 'or')}`];
  if (schema.const !== undefined) return [`one of '${schema.const}'`];
  return typesOf(schema)
    .filter((type) => type !== 'null')
    .map((type) => (type === 'array' ? arrayOf(schema) : (nouns[type] ?? type)));
}

function arrayOf({ items }: Schema): string {
  return (items && plurals[typesOf(items)[0] ?? '']) ?? 'array';
}

function typesOf({ type }: Schema): readonly string[] {
  return typeof type === 'string' ? [type] : (type ?? []);
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function actual(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (isTooLarge(value)) return 'a number too large for a double';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  return withArticle(nouns[typeof value] ?? typeof value);
}

/** In characters as JSON Schema counts them, code points; a text that is far too long is measured in units. */
function characters(text: string): number {
  return text.length > 10_000 ? text.length : [...text].length;
}

/** `/messages/2/content/0/text` -> `messages[2].content[0].text`: brackets are for elements of arrays. */
function paramPath(pointer: string, body: unknown): string {
  let path = '';
  let value: unknown = body;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    path = Array.isArray(value) ? `${path}[${name}]` : join(path, name);
    value = (value as Record<string, unknown> | undefined)?.[name];
  }
  return path;
}

const longestName = 100;

function join(path: string, name: string): string {
  const short = name.length > longestName ? `${name.slice(0, longestName)}…` : name;
  return path ? `${path}.${short.toWellFormed()}` : short.toWellFormed();
}
