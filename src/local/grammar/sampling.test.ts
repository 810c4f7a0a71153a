// A model that knows nothing but the grammar writes JSON that Ajv accepts: the random model draws whatever the grammar
// lets through, so a grammar that lets too much through is found out.
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GrammarEngine, startGrammarEngine } from '../fixtures/grammar-engine.ts';
import { compileJsonSchema } from './grammar.ts';

let engine: GrammarEngine;
beforeAll(async () => {
  engine = await startGrammarEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());

const closed = (properties: Record<string, unknown>, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const text = { type: 'string', maxLength: 5 };

const schemas: Readonly<Record<string, unknown>> = {
  'any value': {},
  true: true,
  'any object': { type: 'object' },
  'any array': { type: 'array', maxItems: 3 },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  string: { type: 'string' },
  'string of 3 to 5': { type: 'string', minLength: 3, maxLength: 5 },
  'string of 150 to 200': { type: 'string', minLength: 150, maxLength: 200 },
  'integer within': { type: 'integer', minimum: -17, maximum: 2_345 },
  'integer between, exclusive': { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 11 },
  'integer by 7': { type: 'integer', minimum: 0, maximum: 10_000, multipleOf: 7 },
  'integer by 1000': { type: 'integer', multipleOf: 1000 },
  'number within': { type: 'number', minimum: -0.75, maximum: 12.5 },
  'number between, exclusive': { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  'number above': { type: 'number', exclusiveMinimum: 99.5 },
  'number below': { type: 'number', maximum: -1e-7 },
  'number of whole hundreds': { type: 'number', multipleOf: 100, maximum: 5_000, minimum: -5_000 },
  enum: { enum: ['red', 'green', 'grey', 1, 1.5, null, true, { a: [1, 'x"y'] }, 'ä\n'] },
  const: { const: { kind: 'circle', radius: -1e21 } },
  pattern: { type: 'string', pattern: '^[A-Z]{2}-\\d{3,5}$' },
  'pattern of quotes': { type: 'string', pattern: '^["\\\\\\n/]{1,6}$' },
  'pattern anywhere': { type: 'string', pattern: 'ab|^c|d$', maxLength: 12 },
  'pattern with stars within stars': { type: 'string', pattern: '^(?:(a*)*|b+)*c?$', maxLength: 20 },
  'pattern of what is not': { type: 'string', pattern: '^[^a-z\\s]{2,4}.$' },
  'two patterns': {
    allOf: [{ pattern: '^a' }, { pattern: 'z$' }],
    type: 'string',
    minLength: 3,
    maxLength: 9,
  },
  ...Object.fromEntries(
    ['date', 'time', 'date-time', 'duration', 'uuid', 'email', 'hostname', 'ipv4', 'ipv6', 'uri'].map(
      (format) => [
        `format ${format}`,
        { type: 'string', format, ...(/email|hostname|uri/.test(format) && { maxLength: 40 }) },
      ],
    ),
  ),
  'all required': closed({
    name: text,
    age: { type: 'integer', minimum: 0 },
    'a "b"\\': { type: 'boolean' },
  }),
  'none required': closed({ a: { type: 'null' }, b: { type: 'null' }, c: { type: 'null' } }, []),
  'some required': closed(Object.fromEntries([...'abcdefgh'].map((name) => [name, { const: name }])), [
    'c',
    'f',
  ]),
  'no properties': closed({}),
  'not closed': { type: 'object', properties: { a: text }, required: ['b'] },
  'numbers by name': { type: 'object', additionalProperties: { type: 'integer' } },
  'named and others': {
    type: 'object',
    properties: { id: { type: 'integer' }, idea: { type: 'null' } },
    required: ['id'],
    additionalProperties: { type: 'boolean' },
  },
  'names by pattern': {
    type: 'object',
    propertyNames: { pattern: '^[a-z]{1,3}$' },
    additionalProperties: text,
    maxProperties: 3,
  },
  '1 to 2 properties': {
    ...closed({ a: text, b: text, c: text, d: text }, ['b']),
    minProperties: 2,
    maxProperties: 2,
  },
  'array of 2 to 4': {
    type: 'array',
    items: { type: 'integer', minimum: 0, maximum: 9 },
    minItems: 2,
    maxItems: 4,
  },
  'array of 100': { type: 'array', items: { enum: [0, 1] }, minItems: 100, maxItems: 130 },
  'empty array': { type: 'array', items: false },
  tuple: { type: 'array', prefixItems: [text, { type: 'integer' }], minItems: 2, items: false },
  'tuple and more': {
    type: 'array',
    prefixItems: [{ type: 'null' }, { type: 'null' }],
    items: { type: 'boolean' },
    minItems: 1,
    maxItems: 6,
  },
  anyOf: {
    anyOf: [closed({ kind: { const: 'a' }, x: text }), closed({ kind: { const: 'b' } }), { type: 'null' }],
  },
  oneOf: { oneOf: [{ type: 'integer' }, { type: 'string', maxLength: 3 }] },
  'anyOf of required': {
    ...closed({ a: text, b: text, c: text }, []),
    anyOf: [{ required: ['a'] }, { required: ['b', 'c'] }],
  },
  allOf: {
    allOf: [
      { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] },
      { type: 'object', properties: { a: { minimum: 5, maximum: 12 }, b: text }, required: ['b'] },
    ],
  },
  'type list': { type: ['string', 'null', 'integer'], maxLength: 4, minimum: 3 },
  nullable: { type: 'boolean', nullable: true },
  'enum beside others': { type: 'string', enum: ['a', 'bb', 'ccc', 4], minLength: 2, pattern: '^[a-c]+$' },
  recursive: {
    $ref: '#/$defs/tree',
    $defs: {
      tree: closed({
        value: { type: 'integer', minimum: 0, maximum: 9 },
        children: { type: 'array', items: { $ref: '#/$defs/tree' }, maxItems: 2 },
      }),
    },
  },
  'linked list at the root': {
    ...closed({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }),
  },
  'no type': { properties: { a: text }, required: ['a'], additionalProperties: false },
};

describe('a random model under the grammar of a schema', () => {
  it.each(Object.keys(schemas))('writes valid JSON: %s', async (name) => {
    const schema = schemas[name];
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    const validate = ajv.compile(schema as object | boolean);
    const { text: grammar } = compileJsonSchema(schema, { strict: true });
    let whole = 0;
    for (let seed = 1; seed <= 12; seed += 1) {
      const written = await engine.write(grammar, { seed, mostTokens: 500 });
      if (!written.isWhole) continue;
      whole += 1;
      const value: unknown = JSON.parse(written.text);
      expect(validate(value), `${written.text}: ${ajv.errorsText(validate.errors)}`).toBe(true);
      expect(engine.fits(grammar, written.text), written.text).toBe(true);
    }
    expect(whole).toBeGreaterThan(0);
  });
});
