// What a reader is told of a schema: its type in words, its range, the shapes it may have.
import { expect, it } from 'vitest';
import { rangeOf, viewOf } from './schema-view.ts';

const components = {
  Part: { type: 'object', title: 'Part', required: ['text'], properties: { text: { type: 'string' } } },
  Image: { type: 'object', title: 'Image', properties: {} },
};
const part = { $ref: '#/components/schemas/Part' };

it.each([
  [{ type: 'integer' }, 'integer'],
  [{ type: ['number', 'null'] }, 'number'],
  [{ type: 'string', enum: ['a', 'b'] }, 'enum<string>'],
  [
    { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }] },
    'string or string[]',
  ],
  [{ type: 'array', items: part }, 'object[]'],
  [{ type: 'array', items: { anyOf: [{ type: 'string' }, part] } }, '(string or object)[]'],
  [{ anyOf: [part, { type: 'null' }] }, 'object'],
  [{ oneOf: [part, { $ref: '#/components/schemas/Image' }] }, 'object'],
  [{}, 'any'],
])('%j is %s', (schema, words) => {
  expect(viewOf(schema, components).type).toBe(words);
});

it('tells null, defaults, options, ranges and limits', () => {
  const view = viewOf(
    { type: ['string', 'null'], enum: ['a', null], default: 'a', deprecated: true, description: 'D.' },
    components,
  );
  expect(view).toMatchObject({
    nullable: true,
    default: 'a',
    deprecated: true,
    description: 'D.',
    options: ['a'],
  });
  const range = (schema: object) => rangeOf(viewOf({ type: 'number', ...schema }, components));
  expect(range({ minimum: 0, maximum: 2 })).toBe('0 <= x <= 2');
  expect(range({ minimum: 1 })).toBe('x >= 1');
  expect(range({ maximum: 9 })).toBe('x <= 9');
  expect(range({})).toBeUndefined();
  expect(viewOf({ type: 'array', items: {}, minItems: 1 }, components).limits).toEqual([
    'Minimum array length: `1`',
  ]);
});

it('finds the shapes behind references and arrays', () => {
  const { shapes } = viewOf({ type: 'array', items: { oneOf: [part, { $ref: '#/x/Image' }] } }, components);
  expect(shapes.map(({ title }) => title)).toEqual(['Part', 'Image']);
  expect(shapes[0]?.members).toEqual([{ name: 'text', required: true, schema: { type: 'string' } }]);
});

it('says of a field what stands beside the reference', () => {
  expect(viewOf({ ...part, description: 'Own.' }, components).description).toBe('Own.');
});
