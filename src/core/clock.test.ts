import { expect, test } from 'vitest';
import { createIdSource, randomBase62 } from './clock.ts';

test('ids sort by time, differ within a millisecond, and have one length', () => {
  let now = 1_795_357_512_000;
  const next = createIdSource('req_', { now: () => now, monotonic: () => 0 });
  const ids: string[] = [];
  for (let ms = 0; ms < 50; ms++) {
    for (let count = 0; count < 40; count++) ids.push(next());
    now++;
  }
  expect(new Set(ids).size).toBe(2000);
  expect(new Set(ids.map((id) => id.length)).size).toBe(1);
  const stamps = ids.map((id) => id.slice(0, 12));
  expect(stamps).toEqual(stamps.toSorted());
  expect(new Set(stamps).size).toBe(50);
});

test('random characters are of the alphabet and evenly spread', () => {
  const text = randomBase62(62_000);
  expect(text).toMatch(/^[0-9A-Za-z]{62000}$/);
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // A thousand each, give or take seven standard deviations.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(230);
});
