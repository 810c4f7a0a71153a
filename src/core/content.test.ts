import { describe, expect, it } from 'vitest';
import { contentWish } from './content.ts';

describe('what is kept of a key', () => {
  it.each([
    ['off', undefined, undefined],
    ['off', true, undefined],
    ['off', false, undefined],
    ['keys', undefined, undefined],
    ['keys', true, 'all'],
    ['keys', false, undefined],
    ['errors', undefined, 'errors'],
    ['errors', true, 'all'],
    ['errors', false, undefined],
    ['all', undefined, 'all'],
    ['all', true, 'all'],
    ['all', false, undefined],
  ] as const)('with `content: %s` and `log_content` %s is %s', (mode, logContent, wish) => {
    expect(contentWish(mode, logContent)).toBe(wish);
  });
});
