import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editMembers, replaceLateMember } from './edit-members.ts';

test('the members have the new values, the others the old ones, wherever they stand', () => {
  const name = fc.constantFrom('usage', 'model', 'id', 'a"b', 'x');
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('usage', '"usage":1', '}', ']', ',"usage":{}}'));
  fc.assert(
    fc.property(
      fc.dictionary(name, value, { minKeys: 1 }),
      fc.dictionary(name, value),
      fc.constantFrom(0, 1),
      (object, patch, spaces) => {
        const json = JSON.stringify(object, null, spaces);
        const parsed = JSON.parse(json);
        const raw = Object.fromEntries(Object.entries(patch).map(([key, set]) => [key, JSON.stringify(set)]));
        expect(JSON.parse(editMembers(json, parsed, raw))).toEqual({
          ...parsed,
          ...JSON.parse(JSON.stringify(patch)),
        });
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ['{"choices":[{}],"usage":{"a":1},"x":"y"}', '{"choices":[{}],"usage":2,"x":"y"}'],
  ['{"choices":[{}],"usage":{"a":1}}\n', '{"choices":[{}],"usage":2}\n'],
  ['{"o":{"usage":{"a":1}}}', undefined],
  ['{"o":[{"usage":{"a":1}}]}', undefined],
  ['{"usage":1,"o":{"usage":{"a":1}}}', undefined],
  ['{"usage":{"a":1},"o":{}}', undefined],
  ['{"o":"\\"usage\\":{\\"a\\":1}"}', undefined],
])('%s', (json, expected) => {
  expect(replaceLateMember(json, 'usage', '{"a":1}', '2')).toBe(expected);
});

test('takes no beginning of a number for the number', () => {
  expect(replaceLateMember('{"o":{},"created":1.0}', 'created', '1', '2')).toBeUndefined();
  expect(replaceLateMember('{"o":{},"created":1}', 'created', '1', '2')).toBe('{"o":{},"created":2}');
});
