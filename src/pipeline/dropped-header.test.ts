import { expect, test } from 'vitest';
import { droppedHeader } from './dropped-header.ts';

test.each<[readonly string[], string]>([
  [['seed', 'logit_bias'], 'seed, logit_bias'],
  [['a\r\nset-cookie: x'], 'a%0D%0Aset-cookie:%20x'],
  [['größe', '名', '\u{1f600}', '\ud800'], 'gr%C3%B6%C3%9Fe, %E5%90%8D, %F0%9F%98%80, %EF%BF%BD'],
  [['a,b', '50%', ''], 'a%2Cb, 50%25, '],
  [['x'.repeat(70)], `${'x'.repeat(64)}...`],
])('%j', (names, value) => {
  expect(droppedHeader(names)).toBe(value);
});

test('many names do not make a head that nobody takes', () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `${'\u{1f600}'.repeat(40)}${at}`);
  const value = droppedHeader(names);
  expect(value).toMatch(/, \+99\d\d more$/);
  expect(value.length).toBeLessThan(2_048);
});
