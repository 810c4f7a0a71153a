import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepLastMembers } from './last-members.ts';

const kept = (json: string) =>
  keepLastMembers(Buffer.from(json), Object.keys(JSON.parse(json) as object).length).toString();

test('of a name that stands twice, the last stays', () => {
  expect(kept('{"n":128, "a":[1,{"n":2}] ,"n" : 1 }')).toBe('{"a":[1,{"n":2}],"n" : 1}');
  expect(kept('{"model":"a","mod\\u0065l":"b"}')).toBe('{"mod\\u0065l":"b"}');
  expect(kept('{"a":1,"a":1,"a":1}')).toBe('{"a":1}');
  expect(kept('{"__proto__":1,"x":{"a":1,"a":2},"__proto__":2}')).toBe('{"x":{"a":1,"a":2},"__proto__":2}');
});

test.each(['{}', ' {\n} ', '{"a":1}', '{ "a" : "}" , "b" : [ "," ] }', '{"":1,"1":2,"__proto__":3}'])(
  'without any, %s keeps its very bytes',
  (json) => {
    const bytes = Buffer.from(json);
    expect(keepLastMembers(bytes, Object.keys(JSON.parse(json) as object).length)).toBe(bytes);
  },
);

test('any object means the same to a reader that takes the first and one that takes the last', () => {
  const name = fc.constantFrom('model', 'n', 'quote"', 'back\\slash', 'ü', '__proto__', '', '0');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.json())), fc.constantFrom('', ' ', '\n\t'), (members, space) => {
      const json = `{${members.map(([key, value]) => `${JSON.stringify(key)}${space}:${value}${space}`).join(',')}}`;
      const result = kept(json);
      expect(JSON.parse(result)).toEqual(JSON.parse(json));
      expect(kept(result)).toBe(result);
      const distinct = new Set(members.map(([key]) => key)).size;
      const bytes = Buffer.from(result);
      expect(keepLastMembers(bytes, distinct)).toBe(bytes);
    }),
    { numRuns: 500 },
  );
});
