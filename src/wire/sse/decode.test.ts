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

  test('tells a lone event by its ends, wherever the stream is', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'data: a\n\n',
        'data: \n\n',
        'data:b\n\n',
        'data: c\r\n\r\n',
        ': comment\n\n',
        '\n',
        '\r',
      ),
      fc.constantFrom(
        'data: d\ndata: e\n\n',
        'data: f\n\ndata: g\n\n',
        'da',
        'ta: h',
        '\n\n',
        '\uFEFFdata: i\n\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const decoder = createEventStreamDecoder(1 << 20);
        for (const text of pieces) {
          const bytes = Buffer.from(text);
          const start = decoder.startOfLone(bytes);
          const events = decoder.push(bytes).map(String);
          if (start < 0) continue;
          // What is between says by itself whether it is one line.
          const between = bytes.toString('utf8', start, bytes.length - 2);
          if (!/[\r\n]/.test(between)) expect(events).toEqual([between]);
        }
      }),
    );
  });

  test.each([
    ['data: a\n\n', 6],
    ['data: \n\n', 6],
    ['data: a\n', -1],
    ['data:a\n\n', -1],
    ['date: a\n\n', -1],
    ['a\n\n', -1],
    ['', -1],
  ])('the data of %j begins at %i', (text, start) => {
    const decoder = createEventStreamDecoder(1000);
    expect(decoder.startOfLone(Buffer.from(text))).toBe(-1);
    decoder.push(Buffer.from('data: first\n\n'));
    expect(decoder.startOfLone(Buffer.from(text))).toBe(start);
    decoder.push(Buffer.from('data: half'));
    expect(decoder.startOfLone(Buffer.from(text))).toBe(-1);
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
