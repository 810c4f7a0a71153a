import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBase64Check } from './base64.ts';
import { parseLargeJson } from './json/parse-large.ts';
import { patchMembers, patchMembersInPieces, replaceEarlyMember } from './json-members.ts';

const patched = (json: string, patch: Record<string, string | undefined>) =>
  patchMembers(Buffer.from(json), patch).toString();

describe('patchMembers', () => {
  test('changes only the bytes of the named member', () => {
    expect(patched('{ "a": 1.0,\n "model" : "x" , "b":[{"model":"x"}] }', { model: '"y"' })).toBe(
      '{ "a": 1.0,\n "model" : "y" , "b":[{"model":"x"}] }',
    );
  });
  test('removes first, middle, last and only members', () => {
    expect(patched('{"u":1,"a":2,"b":3}', { u: undefined })).toBe('{"a":2,"b":3}');
    expect(patched('{"a":2,"u":1,"b":3}', { u: undefined })).toBe('{"a":2,"b":3}');
    expect(patched('{"a":2,"b":3,"u":null}', { u: undefined })).toBe('{"a":2,"b":3}');
    expect(patched('{"u":{"x":[1,"}"]}}', { u: undefined })).toBe('{}');
  });
  test('changes every occurrence of a doubled or escaped name', () => {
    expect(JSON.parse(patched('{"model":"a","m\\u006fdel":"b","model":"c"}', { model: '"z"' }))).toEqual({
      model: 'z',
    });
    expect(patched('{"model":"a","m\\u006fdel":"b"}', { model: '"z"' })).toBe(
      '{"model":"z","m\\u006fdel":"z"}',
    );
  });
  test('adds what is missing', () => {
    expect(patched('{}', { a: '1' })).toBe('{"a":1}');
    expect(patched('{"b":2}', { a: '1', b: undefined })).toBe('{"a":1}');
  });
  test('agrees with parse and serialise for any object', () => {
    const name = fc.constantFrom('model', 'usage', 'a', 'quote"', 'back\\slash', 'ü');
    const patchValue = fc.option(fc.json(), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.json())),
        fc.dictionary(name, patchValue),
        fc.constantFrom('', ' ', '\n\t'),
        (members, patch, space) => {
          const json = `{${space}${members.map(([key, value]) => `${JSON.stringify(key)}${space}:${space}${value}${space}`).join(`,${space}`)}}`;
          const expected = JSON.parse(json) as Record<string, unknown>;
          for (const [key, value] of Object.entries(patch)) {
            if (value === undefined) delete expected[key];
            else expected[key] = JSON.parse(value);
          }
          expect(JSON.parse(patched(json, patch))).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('replaceEarlyMember', () => {
  const replaced = (json: string) => replaceEarlyMember(json, 'model', '"x"', '"y"');

  test('replaces a member before any nested object', () => {
    expect(replaced('{"id":"1","model":"x","choices":[{}]}')).toBe('{"id":"1","model":"y","choices":[{}]}');
    expect(replaced('{"model":"x"}')).toBe('{"model":"y"}');
  });

  test.each([
    ['{"choices":[{"model":"x"}]}', 'nested'],
    ['{"a":{},"model":"x"}', 'behind a nested object'],
    ['{"model": "x"}', 'spaced'],
    ['{"model":"x","model":"z"}', 'doubled'],
    ['{"model":"x","a":[{"model":"z"}]}', 'perhaps doubled'],
    ['{"model":"x","mod\\u0065l":"x"}', 'doubled under an escape'],
    ['{"m":"{\\"model\\":\\"x\\"}"}', 'in a string'],
    [' {"model":"x"}', 'not at the start'],
    ['{"model":"xx"}', 'another value'],
  ])('leaves %s alone: %s', (json) => {
    expect(replaced(json)).toBeUndefined();
  });

  test('takes no beginning of a number for the number', () => {
    expect(replaceEarlyMember('{"model":1.0,"a":1}', 'model', '1', '"y"')).toBeUndefined();
    expect(replaceEarlyMember('{"model":1e0}', 'model', '1', '"y"')).toBeUndefined();
    expect(replaceEarlyMember('{"model":1,"a":1}', 'model', '1', '"y"')).toBe('{"model":"y","a":1}');
  });

  test('agrees with parse and serialise wherever it answers', () => {
    const object = fc.dictionary(fc.constantFrom('model', 'a', '{', '"'), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(object, fc.constantFrom('x', '{', '"model":"x"'), (members, value) => {
        const json = JSON.stringify({ a: value, ...members, model: value });
        const result = replaceEarlyMember(json, 'model', JSON.stringify(value), '"y"');
        if (result !== undefined) expect(JSON.parse(result)).toEqual({ ...JSON.parse(json), model: 'y' });
      }),
      { numRuns: 500 },
    );
  });
});

describe('large objects', () => {
  const large = () =>
    Buffer.from(
      JSON.stringify({ model: 'a', messages: ['x"y\\'.repeat(100_000), 'z'.repeat(300_000)], n: 1 }),
    );
  const joined = (pieces: Buffer | readonly Buffer[]) => Buffer.concat([pieces].flat()).toString();

  test('are given in pieces of their own bytes', () => {
    const object = large();
    const pieces = patchMembersInPieces(object, { model: '"b"', n: undefined, user: '"u"' });
    expect(pieces).toBeInstanceOf(Array);
    expect(JSON.parse(joined(pieces))).toEqual({
      ...JSON.parse(String(object)),
      model: 'b',
      n: undefined,
      user: 'u',
    });
    for (const piece of [pieces].flat()) {
      if (piece.length > 1000) expect(piece.buffer).toBe(object.buffer);
    }
    expect(patchMembersInPieces(Buffer.from('{"model":"a"}'), { model: '"b"' }).toString()).toBe(
      '{"model":"b"}',
    );
  });

  test('are the same when their long strings are known', async () => {
    const known = large();
    await parseLargeJson(known, { isBase64: createBase64Check() });
    const patch = { model: '"b"', added: '[1]' };
    expect(joined(patchMembersInPieces(known, patch))).toBe(patchMembers(large(), patch).toString());
  });

  test('any object that was parsed in slices is patched to what the patched value is', async () => {
    const name = fc.constantFrom('model', 'usage', 'a', 'quote"', 'back\\slash');
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ unit: fc.constantFrom('"', '\\', 'a', 'é'), maxLength: 900 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, value),
        fc.dictionary(name, fc.option(fc.json(), { nil: undefined })),
        async (members, patch) => {
          const bytes = Buffer.from(JSON.stringify(members));
          const parsed = await parseLargeJson(bytes, {
            isBase64: createBase64Check(),
            longString: 20,
            slice: 64,
          });
          parsed.restore();
          const expected = parsed.value as Record<string, unknown>;
          for (const [key, raw] of Object.entries(patch)) {
            if (raw === undefined) delete expected[key];
            else expected[key] = JSON.parse(raw);
          }
          expect(JSON.parse(patchMembers(bytes, patch).toString())).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});
