import { expect, test } from 'vitest';
import { refuseFarTooLong } from './context-limit.ts';

/** Ten characters a token. */
function counter() {
  const seen = { characters: 0 };
  const count = (sample: string) => {
    seen.characters += sample.length;
    return sample.length / 10;
  };
  return { seen, count };
}

test('megabytes are refused after a look at the beginning', () => {
  const { seen, count } = counter();
  const refuse = () => refuseFarTooLong('x'.repeat(10_000_000), 1000, count);
  expect(refuse).toThrow(
    /maximum context length is 1000 tokens. However, your messages resulted in 1000000 tokens/,
  );
  expect(seen.characters).toBeLessThan(100_000);
});

test('what may fit is left to the exact count', () => {
  const { seen, count } = counter();
  refuseFarTooLong('x'.repeat(8000), 1000, count);
  expect(seen.characters).toBe(0);
  refuseFarTooLong('x'.repeat(15_000), 1000, count);
});
