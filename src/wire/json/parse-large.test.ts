import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBase64Check } from '../base64.ts';
import { TooDeep } from './is-deeper.ts';
import { parseLargeJson } from './parse-large.ts';

const isBase64 = createBase64Check();

/** With limits so low that a short text has long strings and many slices. */
async function parsed(json: string | Buffer, longString = 8, slice = 16): Promise<unknown> {
  const large = await parseLargeJson(Buffer.from(json), { isBase64, longString, slice });
  large.restore();
  return large.value;
}

/** The same or the same refusal. */
async function agrees(json: string): Promise<void> {
  let expected: unknown;
  try {
    expected = JSON.parse(json);
  } catch {
    await expect(parsed(json)).rejects.toThrow();
    return;
  }
  expect(await parsed(json)).toEqual(expected);
}

describe('the same value as JSON.parse', () => {
  test.each([
    ['a text', '{"a":"0123456789 0123456789 0123456789"}'],
    ['an image', `{"a":"data:image/png;base64,${'aGVs'.repeat(50)}"}`],
    ['base64 with padding', `["${'aGVs'.repeat(50)}aA==","${'aGVs'.repeat(50)}aGU="]`],
    ['what looks like base64 at first', `["${'aGVs'.repeat(50)}!"]`],
    ['padding in the middle', `["${'aGVsbG9oZWxsbw=='.repeat(3)}"]`],
    ['escapes everywhere', JSON.stringify({ a: '"\\\n\t'.repeat(40), b: '\\'.repeat(101) })],
    ['escaped characters', `["${'\\u00e9\\ud83d\\ude00'.repeat(20)}"]`],
    ['characters of many bytes', JSON.stringify(['é😀漢'.repeat(30)])],
    ['a long name', JSON.stringify({ ['n'.repeat(40)]: 1 })],
    ['a long name twice', '{"nnnnnnnnnnnnnnnn":1,"nnnnnnnnnnnnnnnn":2}'],
    ['the same text twice', JSON.stringify(['0123456789', '0123456789', { a: '0123456789' }])],
    ['a member sent twice', '{"a":"01234567890123","a":"98765432109876"}'],
    ['an own __proto__', '{"__proto__":"01234567890123","a":{"__proto__":{"b":"01234567890123"}}}'],
    ['a long text alone', '"01234567890123"'],
    ['no string at all', ' [1, 2, 3] '],
    ['space around', '\n{ "a" : "01234567890123" , "b" : [ "98765432109876" ] }\t'],
  ])('%s', async (_, json) => {
    await agrees(json);
  });

  test.each([
    ['cut off in a string', '{"a":"01234567890123'],
    ['cut off behind a string', '{"a":"01234567890123"'],
    ['a line break in a string', '{"a":"0123456789\n0123"}'],
    ['a line break in base64', `["aGVsaGVsaGVs\naGVs"]`],
    ['a false escape', '["0123456789\\x0123"]'],
    ['a cut escape', '["0123456789012345\\u00"]'],
    ['two strings in a row', '["01234567890123""01234567890123"]'],
    ['a word behind a string', '["01234567890123"true]'],
    ['nothing', ''],
    ['a quote', '"'],
  ])('no JSON: %s', async (_, json) => {
    expect(() => JSON.parse(json)).toThrow();
    await expect(parsed(json)).rejects.toThrow();
  });

  test('bytes that are no UTF-8, wherever they stand', async () => {
    const json = Buffer.from('{"a":"0123456789012345678901234567890123456789","b":1}');
    for (let place = 1; place < json.length; place++) {
      const broken = Buffer.from(json);
      broken[place] = 0xff;
      await expect(parsed(broken)).rejects.toThrow();
    }
  });

  test('a client that sends stand-ins as its own text', async () => {
    const base64 = 'aGVs'.repeat(20);
    const standIns = ['A'.repeat(600).concat('000000000000'), '~'.repeat(600).concat('000000000001')];
    for (const own of standIns) {
      // Short enough here to be left alone, so that it meets the stand-in of the long one.
      const json = JSON.stringify([own, base64.repeat(20), `${'x !'.repeat(400)}`, own]);
      expect(await parsed(json, 700)).toEqual(JSON.parse(json));
    }
  });

  test('any value, however it is written', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.base64String({ maxLength: 80 }),
      fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'a', '\ud83d', '😀'), maxLength: 60 }),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.double(),
        fc.constantFrom(null, true, false),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.dictionary(text, tie('value'), { maxKeys: 5 }),
      ),
    })).value;
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.constantFrom(undefined, 1),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 4, max: 20 }),
        async (any, indent, longString, quarter) => {
          const json = JSON.stringify(any, undefined, indent);
          expect(await parsed(json, longString, quarter * 4)).toEqual(JSON.parse(json));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('any bytes: the same value or a refusal', async () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0123456789',
      'aGVs',
      'é',
      '\n',
      '\\u0041',
      '1',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => agrees(pieces.join(''))),
      { numRuns: 3000 },
    );
  });
});

test('no deeper than a thousand levels', async () => {
  const nested = (depth: number) => `${'{"a":["0123456789",'.repeat(depth / 2)}1${']}'.repeat(depth / 2)}`;
  await agrees(nested(1000));
  await expect(parsed(nested(1002))).rejects.toThrow(TooDeep);
  await expect(parsed('['.repeat(100_000))).rejects.toThrow(TooDeep);
  // Brackets in strings are none, and neighbours are not deep.
  await agrees(JSON.stringify(['['.repeat(5000), '{"['.repeat(5000), ...Array(3000).fill([{}])]));
});

test('long strings stand aside until they are put back', async () => {
  const image = `data:image/png;base64,${'aGVs'.repeat(100)}`;
  const large = await parseLargeJson(Buffer.from(JSON.stringify({ image, text: 'no base64 '.repeat(10) })), {
    isBase64,
    longString: 50,
    slice: 64,
  });
  const { image: standIn, text } = large.value as { image: string; text: string };
  expect(standIn).toMatch(/^data:image\/png;base64,A{600}\d{12}$/);
  expect(isBase64(standIn.slice(standIn.indexOf(',') + 1))).toBe(true);
  expect(isBase64(text)).toBe(false);
  large.restore();
  expect(large.value).toEqual({ image, text: 'no base64 '.repeat(10) });
});
