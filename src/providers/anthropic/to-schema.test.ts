import { expect, test } from 'vitest';
import { toSchema } from './to-schema.ts';

test('open objects are closed, bounds become words, all else stays', () => {
  const schema = {
    type: 'object',
    properties: {
      age: { type: 'integer', minimum: 0, maximum: 150, description: 'In years.' },
      // A property that is called like a bound is none.
      minimum: { type: 'string', pattern: '^a', minLength: 2 },
      tags: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'object', properties: {} } },
      either: { anyOf: [{ type: 'object' }, { type: 'null' }] },
      other: { $ref: '#/$defs/other' },
    },
    required: ['age'],
    $defs: { other: { type: ['object', 'null'], additionalProperties: { type: 'string' } } },
  };
  const before = structuredClone(schema);
  expect(toSchema(schema)).toEqual({
    type: 'object',
    additionalProperties: false,
    properties: {
      age: { type: 'integer', description: 'In years. {minimum: 0, maximum: 150}' },
      minimum: { type: 'string', pattern: '^a', description: '{minLength: 2}' },
      tags: {
        type: 'array',
        minItems: 1,
        description: '{maxItems: 3}',
        items: { type: 'object', properties: {}, additionalProperties: false },
      },
      either: { anyOf: [{ type: 'object', additionalProperties: false }, { type: 'null' }] },
      other: { $ref: '#/$defs/other' },
    },
    required: ['age'],
    $defs: { other: { type: ['object', 'null'], additionalProperties: { type: 'string' } } },
  });
  expect(schema).toEqual(before);
});

test('what is no object is not touched', () => {
  for (const value of [true, null, [1], 'x']) expect(toSchema(value)).toEqual(value);
});

test('names that mean something to JavaScript stay names', () => {
  const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"integer","minimum":1}}}');
  expect(JSON.stringify(toSchema(schema))).toBe(
    '{"type":"object","properties":{"__proto__":{"type":"integer","description":"{minimum: 1}"}},"additionalProperties":false}',
  );
});
