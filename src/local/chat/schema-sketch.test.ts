import fc from 'fast-check';
import { expect, test } from 'vitest';
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

test('of many values as many are shown as there is room for', () => {
  const values = Array.from({ length: 5_000 }, (_, index) => `value ${index}`);
  const sketch = sketchSchema({ type: 'object', properties: { a: { enum: values }, b: { enum: values } } });
  expect(sketch.length).toBeLessThan(2_500);
  expect(sketch).toMatch(
    /^\{"a"\?: "value 0" \| "value 1" .* \| one of \d+ more, "b"\?: one of 5000 more\}$/,
  );
});
