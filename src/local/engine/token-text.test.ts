import { expect, test } from 'vitest';
import { byteLevelAlphabet, createTokenText, tokenAttribute } from './token-text.ts';

function textOf(vocabularyType: string, entries: [string, number][]) {
  return createTokenText({
    vocabularyType,
    tokenString: (token) => entries[token]?.[0] ?? '',
    tokenAttributes: (token) => entries[token]?.[1] ?? 0,
  });
}
const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('byte-level BPE: every byte has its own character', () => {
  expect(new Set(byteLevelAlphabet).size).toBe(256);
  const text = textOf('bpe', [
    ['Ġhello', tokenAttribute.normal],
    ['Ã¤', tokenAttribute.normal],
    ['ðŁ', tokenAttribute.normal],
  ]);
  expect(read(text.bytes(0))).toBe(' hello');
  expect(read(text.bytes(1))).toBe('ä');
  expect([...text.bytes(2)]).toEqual([0xf0, 0x9f]);
});

test('SentencePiece: spaces and bytes have a spelling of their own', () => {
  const text = textOf('spm', [
    ['▁hello', tokenAttribute.normal],
    ['<0xF0>', tokenAttribute.byte],
  ]);
  expect(read(text.bytes(0))).toBe(' hello');
  expect([...text.bytes(1)]).toEqual([0xf0]);
});

test('control tokens are silent, user-defined ones read as they are written', () => {
  const text = textOf('bpe', [
    ['<|im_end|>', tokenAttribute.control],
    ['<think>', tokenAttribute.userDefined],
    ['a', tokenAttribute.normal],
  ]);
  expect(text.bytes(0)).toHaveLength(0);
  expect(read(text.bytes(1))).toBe('<think>');
  expect([text.special(0), text.special(1), text.special(2)]).toEqual(['<|im_end|>', '<think>', undefined]);
});
