import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits, type ElementEditor, editElements } from './json-elements.ts';

/** The whole, and the same made from slices of it. */
function edited(json: string, edit: ElementEditor): string {
  const object = Buffer.from(json);
  const edits = editElements(object, 'list', edit);
  const whole = Buffer.concat(applyEdits([object], object, edits)).toString();
  const [first] = edits;
  const cut = first?.start ?? 0;
  const slices = [object.subarray(0, cut), Buffer.from('!'), object.subarray(cut)];
  const added = `${whole.slice(0, object.toString('utf8', 0, cut).length)}!${whole.slice(object.toString('utf8', 0, cut).length)}`;
  expect(Buffer.concat(applyEdits(slices, object, edits)).toString()).toBe(added);
  return whole;
}

test('elements keep their bytes, others change', () => {
  const json = '{"a":[0], "list" : [ {"x": 1} , [2,{}],"]" ,-1e2 ], "z":{}}';
  expect(edited(json, () => undefined)).toBe(json);
  expect(edited(json, (_, index) => (index === 1 ? ['7', '8'] : undefined))).toBe(
    '{"a":[0], "list" : [ {"x": 1} , 7,8,"]" ,-1e2 ], "z":{}}',
  );
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
