import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleJson, sketchSchema } from './schema-sketch.ts';

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'First and last' },
    age: { type: ['integer', 'null'] },
    kind: { enum: ['a', 2, null] },
    tags: { type: 'array', items: { type: 'string' } },
    born: { type: 'string', format: 'date' },
    boss: { $ref: '#/$defs/boss' },
    one: { anyOf: [{ const: 'x' }, { type: 'number' }] },
    map: { type: 'object', additionalProperties: { type: 'boolean' } },
  },
  required: ['name', 'age'],
  $defs: { boss: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
};

test('a schema in the shape of what it describes', () => {
  expect(sketchSchema(person)).toBe(
    '{"name": string (First and last), "age": integer | null, "kind"?: "a" | 2 | null, "tags"?: [string], ' +
      '"born"?: date, "boss"?: {"name": string}, "one"?: "x" | number, "map"?: {...: boolean}}',
  );
});

test('a sample of it is JSON', () => {
  expect(JSON.parse(sampleJson(person))).toEqual({
    name: 'example',
    age: 1,
    kind: 'a',
    tags: ['example'],
    born: 'example',
    boss: 'example',
    one: 'example',
    map: {},
  });
  expect(sampleJson({ type: 'object' })).toBe('{}');
});

test('schemas that lead back to themselves, or explode, end', () => {
  const endless = { $defs: { a: { properties: { x: { $ref: '#/$defs/a' }, y: { $ref: '#/$defs/a' } } } } };
  const sketch = sketchSchema({ ...endless, $ref: '#/$defs/a' });
  expect(sketch).toContain('any');
  expect(sketch.length).toBeLessThan(20_000);
  expect(sketchSchema({ $ref: '#' })).toBe('any');
  expect(sketchSchema({ $ref: 'https://example.org/x' })).toBe('any');
});

describe('what would take a model long to read', () => {
  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
  const schemas: Readonly<Record<string, unknown>> = {
    'an enum of many': { enum: names(10_000, 'value-') },
    'an anyOf of many': { anyOf: names(1_000, 'value-').map((value) => ({ const: value })) },
    'enums of many': {
      properties: Object.fromEntries(names(300, 'p').map((name) => [name, { enum: names(400, name) }])),
    },
    'many members': {
      properties: Object.fromEntries(names(1_000, 'property-').map((name) => [name, { type: 'boolean' }])),
    },
    'long values': { enum: ['a'.repeat(50_000), 'b'], description: 'c' },
    'long names': { properties: { [`${'a'.repeat(50_000)}`]: { type: 'null' } } },
    'a long description': { properties: { a: { type: 'null', description: 'a'.repeat(50_000) } } },
    'many types': { type: names(10_000, 'type-') },
    'many places in a row': {
      prefixItems: names(10_000, 'a').map((value) => ({ const: value })),
      type: 'array',
    },
  };

  test.each(Object.entries(schemas))('%s: is left out', (_, schema) => {
    const sketch = sketchSchema(schema);
    expect(sketch).toMatch(/\.\.\.|one of \d+ more/);
    expect(sketch.length).toBeLessThan(10_000);
    const sample = sampleJson({ type: 'object', properties: { first: { const: 1 }, large: schema } });
    expect(JSON.parse(sample)).toHaveProperty('first', 1);
    expect(sample.length).toBeLessThan(2_000);
  });

  test('of many values some are shown, and those of the next place as well', () => {
    const values = names(5_000, 'value ');
    const sketch = sketchSchema({ properties: { a: { enum: values }, b: { enum: ['yes', 'no'] } } });
    expect(sketch.length).toBeLessThan(2_500);
    expect(sketch).toMatch(/^\{"a"\?: "value 0" \| "value 1" .* \| one of \d+ more, "b"\?: "yes" \| "no"\}$/);
  });

  test('what comes after a long value is shown', () => {
    expect(sketchSchema({ enum: ['a'.repeat(50_000), 'b'] })).toBe('... | "b"');
  });
});

test('whatever it is given, it says something', () => {
  const json = fc.jsonValue();
  fc.assert(
    fc.property(
      json,
      fc.record(
        { type: json, properties: json, required: json, enum: json, anyOf: json, items: json, $ref: json },
        { requiredKeys: [] },
      ),
      (value, schema) => {
        for (const given of [value, schema]) {
          expect(sketchSchema(given)).not.toBe('');
          expect(() => JSON.parse(sampleJson(given))).not.toThrow();
        }
      },
    ),
  );
});
