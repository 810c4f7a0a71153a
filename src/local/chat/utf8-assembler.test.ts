import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createUtf8Assembler } from './utf8-assembler.ts';

test('a character spread over tokens comes out whole, once', () => {
  const assembler = createUtf8Assembler();
  const [a, b, c, d] = new TextEncoder().encode('🦊');
  const out = [a, b, c, d].map((byte) => assembler.push(Uint8Array.of(byte ?? 0)));
  expect(out).toEqual(['', '', '', '🦊']);
});

test('a byte order mark is text like any other', () => {
  expect(createUtf8Assembler().push(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\u{FEFF}A');
});

test('a character that is never completed is left out', () => {
  const assembler = createUtf8Assembler();
  expect(assembler.push(Uint8Array.of(0x41, 0xf0, 0x9f))).toBe('A');
});

test('any text in any cut comes out as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 1, max: 4 })), (text, lengths) => {
      const bytes = new TextEncoder().encode(text);
      const assembler = createUtf8Assembler();
      let offset = 0;
      let out = '';
      for (const length of [...lengths, bytes.length]) {
        out += assembler.push(bytes.subarray(offset, offset + length));
        offset += length;
      }
      expect(out).toBe(text.toWellFormed());
    }),
  );
});

test('any bytes come out as one decoder would have them, but for a last character that is cut off', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const assembler = createUtf8Assembler();
      const out = [...bytes].map((byte) => assembler.push(Uint8Array.of(byte))).join('');
      expect(out).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true }));
    }),
  );
});
