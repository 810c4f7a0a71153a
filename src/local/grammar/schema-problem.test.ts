// What is not supported, malformed or hostile ends soon, with a problem that names keyword and place.
import { expect, it } from 'vitest';
import { compileJsonSchema, SchemaProblem } from './grammar.ts';
import { limits } from './limits.ts';

function problemOf(schema: unknown, strict = true): SchemaProblem {
  try {
    compileJsonSchema(schema, { strict });
  } catch (error) {
    if (error instanceof SchemaProblem) return error;
    throw error;
  }
  throw new Error('no problem');
}

const property = (schema: unknown) => ({ type: 'object', properties: { a: schema }, required: ['a'] });

it.each<[string, unknown, string]>([
  ['not', { not: { type: 'null' } }, 'not supported'],
  ['if', { if: true }, 'not supported'],
  ['patternProperties', { patternProperties: { '^x': {} } }, 'not supported'],
  ['uniqueItems', { type: 'array', uniqueItems: true }, 'not supported'],
  ['contains', { type: 'array', contains: {} }, 'not supported'],
  ['dependentRequired', { type: 'object', dependentRequired: {} }, 'not supported'],
  ['minimun', { type: 'integer', minimun: 3 }, 'not supported'],
  ['format', { type: 'string', format: 'postcode' }, "'postcode' is not supported; date, time"],
  ['multipleOf', { type: 'number', multipleOf: 0.01 }, 'integers only'],
  ['multipleOf', { type: 'integer', multipleOf: 9_999 }, 'too large'],
  ['minimum', { type: 'integer', minimum: 1e20 }, 'more than 15 digits'],
  ['pattern', { pattern: '^(?=a)b' }, 'look-around (?= is not supported'],
  ['pattern', { pattern: '(?<!a)b' }, 'look-around (?<! is not supported'],
  ['pattern', { pattern: '(a)\\1' }, 'back-reference'],
  ['pattern', { pattern: '\\bword' }, 'word boundary'],
  ['pattern', { pattern: '^\\p{L}+$' }, 'Unicode property'],
  ['pattern', { pattern: '(a|b)*a(a|b){20}' }, 'too complex'],
  ['pattern', { pattern: '^a{1000000}$' }, 'too complex'],
  ['pattern', { pattern: '^((((a{99}){99}){99}){99}){99}$' }, 'too complex'],
  ['pattern', { pattern: '^(|){999999999}$' }, 'too complex'],
  ['pattern', { pattern: 'a'.repeat(3_000) }, 'longer than 2000'],
  ['minProperties', { type: 'object', minProperties: 2 }, 'named properties'],
  ['unevaluatedProperties', { unevaluatedProperties: { type: 'null' } }, 'only false'],
])('under strict refuses %s', (keyword, schema, reason) => {
  const problem = problemOf(property(schema));
  expect(problem).toMatchObject({ path: 'properties.a', keyword });
  expect(problem.message).toContain(`'${keyword}' at properties.a: `);
  expect(problem.reason).toContain(reason);
  expect(() =>
    compileJsonSchema(property({ ...(schema as object), minimum: 0 }), { strict: false }),
  ).not.toThrow();
});

const deep = (levels: number, wrap: (inner: unknown) => unknown) => {
  let schema: unknown = { type: 'null' };
  for (let level = 0; level < levels; level += 1) schema = wrap(schema);
  return schema;
};

it.each<[string, unknown, string | undefined, string]>([
  ['an unknown type', { type: 'strng' }, 'type', 'one of null'],
  ['a required that is no list', { required: 'a' }, 'required', 'array of strings'],
  ['a negative length', { minLength: -1 }, 'minLength', '0 or more'],
  ['an empty enum', { enum: [] }, 'enum', 'one value or more'],
  ['a schema that is none', { items: 5 }, 'items', 'a schema'],
  ['a reference to nothing', { $ref: '#/$defs/gone' }, '$ref', "'#/$defs/gone' refers to nothing"],
  ['a reference by way of prototypes', { $ref: '#/__proto__/a' }, '$ref', 'refers to nothing'],
  ['a reference outside', { $ref: 'https://example.com/a.json' }, '$ref', 'another document'],
  ['a reference to an anchor', { $ref: '#name' }, '$ref', 'anchor'],
  [
    'a circle of references',
    { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
    '$ref',
    'leads back',
  ],
  ['a circle through anyOf', { anyOf: [{ $ref: '#' }, { type: 'null' }] }, '$ref', 'leads back'],
  ['bounds that exclude all', { type: 'integer', minimum: 5, maximum: 4 }, undefined, 'no JSON value fits'],
  ['an object that needs itself', { ...property({ $ref: '#' }) }, undefined, 'no JSON value fits'],
  ['false', false, undefined, 'no JSON value fits'],
  ['no schema', null, undefined, 'an object or a boolean'],
  ['depth of arrays', deep(100_000, (items) => ({ type: 'array', items })), undefined, 'deep'],
  ['depth of allOf', deep(100_000, (inner) => ({ allOf: [inner] })), undefined, 'deep'],
  ['depth of anyOf', deep(100_000, (inner) => ({ anyOf: [inner, inner] })), undefined, 'deep'],
  ['depth of a constant', { const: deep(100_000, (inner) => [inner]) }, 'const', 'deep'],
  [
    'a million values',
    { enum: Array.from({ length: 1_000_000 }, (_, index) => index) },
    'enum',
    'more than 10000',
  ],
  [
    'long values',
    { enum: Array.from({ length: 500 }, (_, index) => `${index}`.repeat(500)) },
    'enum',
    'characters',
  ],
  [
    'too many properties',
    { properties: Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`p${index}`, {}])) },
    'properties',
    'more than 1000',
  ],
  ['a long string at least', { minLength: 1e9 }, 'minLength', 'more than 1000000'],
  [
    'alternatives that multiply',
    { allOf: Array.from({ length: 20 }, () => ({ anyOf: [{ minLength: 1 }, { maxLength: 1 }] })) },
    undefined,
    'alternatives',
  ],
])('refuses %s', (_, schema, keyword, reason) => {
  for (const strict of [true, false]) {
    const problem = problemOf(schema, strict);
    expect(problem.keyword).toBe(keyword);
    expect(problem.reason).toContain(reason);
    expect(problem.message.length).toBeLessThan(1_000);
  }
});

it('counts the work of all patterns together', () => {
  const slow = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [
      `p${index}`,
      { type: 'string', pattern: `(a|b)*a(a|b){${20 + (index % 50)}}${index}` },
    ]),
  );
  expect(problemOf({ properties: slow }, false).reason).toContain('too complex');
});

it('keeps grammars within what the engine is given', () => {
  const wide = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'integer', minimum: index }]),
    );
  const { text } = compileJsonSchema({ type: 'object', properties: wide(300) }, { strict: true });
  expect(text.length).toBeLessThan(limits.text);
  const tooMany = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`o${index}`, { type: 'object', properties: wide(900) }]),
  );
  expect(problemOf({ type: 'object', properties: tooMany }).reason).toContain('too large');
});
