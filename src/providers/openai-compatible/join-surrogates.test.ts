import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSurrogateJoiner } from './join-surrogates.ts';

test('a character cut in two goes out whole, in each member by itself', () => {
  const joiner = createSurrogateJoiner();
  const deltas: Record<string, unknown>[] = [
    { content: 'a\ud83d', reasoning_content: '\ud83d' },
    { content: '\ude00b', reasoning_content: null },
    { reasoning_content: '\ude01' },
  ];
  expect(deltas.map((delta) => joiner.join(delta))).toEqual([true, true, true]);
  expect(deltas).toEqual([
    { content: 'a', reasoning_content: '' },
    { content: '😀b', reasoning_content: null },
    { reasoning_content: '😁' },
  ]);
});

test('wherever a text is cut, it comes out whole and in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40)), (text, cuts) => {
      const joiner = createSurrogateJoiner();
      const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((place, index) => {
        const delta: Record<string, unknown> = { content: text.slice(places[index], place) };
        joiner.join(delta);
        return delta.content as string;
      });
      expect(pieces.join('')).toBe(text);
      if (text.isWellFormed()) expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
    }),
  );
});
