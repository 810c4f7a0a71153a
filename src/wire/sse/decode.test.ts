import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEventStreamDecoder } from './decode.ts';

function decode(pieces: Buffer[], limit = 1 << 20): string[] {
  const decoder = createEventStreamDecoder(limit);
  const events = pieces.flatMap((piece) => decoder.push(piece));
  return [...events, ...decoder.end()].map((event) => event.toString());
}

describe('createEventStreamDecoder', () => {
  test.each([
    ['data: a\n\ndata: b\n\n', ['a', 'b']],
    ['data:a\r\n\r\ndata:  b\r\n\r\n', ['a', ' b']],
    [': keep-alive\n\ndata: a\n\n', ['a']],
    ['data: a\r\rdata: b\rdata: c\r\r', ['a', 'b\nc']],
    ['data: a\r\n\rdata: b\n\r\n', ['a', 'b']],
    ['event: x\nid: 1\ndata: a\ndata: b\n\n', ['a\nb']],
    ['\uFEFFdata: a\n\n\uFEFFdata: b\n\n', ['a']],
    ['data\n\n', ['']],
    ['data:\n\n', ['']],
    ['database: no\n\n', []],
    ['data: cut off at the end', ['cut off at the end']],
    ['\n\n\n', []],
  ])('%j', (text, events) => {
    expect(decode([Buffer.from(text)])).toEqual(events);
  });

  test('gives the same events however the bytes are cut', () => {
    const line = fc.stringMatching(/^[a-z:{} äあ😀]{0,12}$/u);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }),
        fc.array(fc.nat(200)),
        fc.constantFrom('\n', '\r\n', '\r'),
        (lines, cuts, ending) => {
          const bytes = Buffer.from(lines.map((text) => `data: ${text}${ending}${ending}`).join(''));
          const places = [
            0,
            ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ];
          const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
          expect(decode(pieces)).toEqual(lines);
        },
      ),
    );
  });

  test('an endless event ends in an error, not in memory', () => {
    const decoder = createEventStreamDecoder(1000);
    expect(() => {
      for (let count = 0; count < 100; count++) decoder.push(Buffer.alloc(100, 'x'));
    }).toThrow(RangeError);
    const lines = createEventStreamDecoder(1000);
    expect(() => {
      for (let count = 0; count < 100; count++) lines.push(Buffer.from(`data: ${'x'.repeat(100)}\n`));
    }).toThrow(RangeError);
    const empty = createEventStreamDecoder(1000);
    expect(() => {
      for (let count = 0; count < 100; count++) empty.push(Buffer.from('data:\n'));
    }).toThrow(RangeError);
  });
});
