import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editElements } from './json-elements.ts';

const edited = (json: string, edit: Parameters<typeof editElements>[2]) =>
  editElements(Buffer.from(json), 'list', edit).toString();

test('elements keep their bytes, others change', () => {
  const json = '{"a":[0], "list" : [ {"x": 1} , [2,{}],"]" ,-1e2 ], "z":{}}';
  expect(edited(json, () => undefined)).toBe(json);
  expect(edited(json, (_, index) => (index === 1 ? ['7', '8'] : undefined))).toBe(
    '{"a":[0], "list" : [{"x": 1},7,8,"]",-1e2], "z":{}}',
  );
  expect(edited(json, () => [])).toBe('{"a":[0], "list" : [], "z":{}}');
});

test.each(['{}', '{"list":7}', '{"a":{"list":[1]}}', '{"list":[]}'])('%s has nothing to edit', (json) => {
  expect(edited(json, () => ['1'])).toBe(json);
});

test('gives every element its bytes and place, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (list, others) => {
      const seen: unknown[] = [];
      const json = JSON.stringify({ ...others, list, more: 1 });
      const result = edited(json, (element, index) => {
        seen[index] = JSON.parse(element.toString());
        return [element, '"after"'];
      });
      expect(seen).toEqual(JSON.parse(JSON.stringify(list)));
      expect(JSON.parse(result)).toEqual({
        ...JSON.parse(json),
        list: seen.flatMap((element) => [element, 'after']),
      });
    }),
  );
});
