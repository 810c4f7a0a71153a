import { describe, expect, test } from 'vitest';
import { createTokenCounter } from '../accounts/token-counter.ts';
import { countText, countTexts } from './count-text.ts';

describe('countText', () => {
  const counter = createTokenCounter();

  test('ordinary text counts as the tokenizer says', async () => {
    const text = 'The quick brown fox jumps over the lazy dog, again and again. '.repeat(400);
    const exact = await counter.count(text);
    expect(Math.abs((await countText(counter, text)) - exact)).toBeLessThan(8);
    expect(await countText(counter, '')).toBe(0);
  });

  test.each(['a', '漢', '=', ' ', '😀'])(
    'a million times %j does not hold up the event loop',
    async (letter) => {
      await counter.count('load the vocabulary');
      let longest = 0;
      let last = performance.now();
      const watch = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      const started = performance.now();
      expect(await countText(counter, letter.repeat(1_000_000))).toBeGreaterThan(1000);
      clearInterval(watch);
      expect(performance.now() - started).toBeLessThan(5000);
      expect(longest).toBeLessThan(500);
    },
  );
});

describe('countTexts', () => {
  const counter = createTokenCounter();

  test('counts as the joined text does, whatever its length', async () => {
    const line = 'The quick brown fox jumps over the lazy dog, again and again.';
    for (const texts of [
      [],
      [''],
      ['', 'a'],
      [line],
      Array(50).fill(line),
      Array(20_000).fill(line),
      [line.repeat(10_000), line],
    ]) {
      const joined = await countText(counter, texts.join('\n'));
      const counted = await countTexts(counter, texts);
      expect(Math.abs(counted - joined)).toBeLessThanOrEqual(joined / 1000);
    }
  });
});
