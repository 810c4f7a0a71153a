import { expect, test } from 'vitest';
import { tokenAttribute } from './token-text.ts';
import { createUnspeakable } from './unspeakable.ts';

const tokens: (string | number[])[] = [
  '<|start|>',
  '<|end|>',
  'text',
  [0xc0],
  [0xf8],
  [0x20, 0xe0],
  [0xf0],
  [0x85],
  [0x95],
  [0xa5],
  [0xe0, 0x80, 0x80],
  [0xe0, 0xa4],
];

const encoder = new TextEncoder();
const unspeakable = createUnspeakable(
  {
    vocabularySize: tokens.length,
    tokenAttributes: (token) => (token < 2 ? tokenAttribute.control : tokenAttribute.normal),
    isEndOfGeneration: (token) => token === 1,
  },
  {
    bytes(token) {
      const given = tokens[token] ?? '';
      return typeof given === 'string' ? encoder.encode(given) : Uint8Array.from(given);
    },
  },
);

const spelled = (given: readonly number[]) => given.map((token) => tokens[token]);

test('control tokens that do not end an answer, and bytes that are no UTF-8', () => {
  expect(spelled(unspeakable.after(undefined))).toEqual(['<|start|>', [0xc0], [0xf8], [0xe0, 0x80, 0x80]]);
  expect(unspeakable.after(2)).toBe(unspeakable.after(undefined));
});

test('a character in more bytes than it needs cannot be begun', () => {
  const more = (token: number) =>
    spelled(unspeakable.after(token).slice(unspeakable.after(undefined).length));
  expect(more(5)).toEqual([[0x85], [0x95]]);
  expect(more(6)).toEqual([[0x85]]);
  expect(more(11)).toEqual([]);
});
