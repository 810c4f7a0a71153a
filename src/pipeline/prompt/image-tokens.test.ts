import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageTokens } from './image-tokens.ts';

const square = { width: 1024, height: 1024 };

describe('the samples of the providers', () => {
  test.each([
    // OpenAI, "Images and vision", calculating costs.
    ['gpt-4o', square, 'high', 765],
    ['gpt-4o-2024-11-20', { width: 2048, height: 4096 }, 'high', 1105],
    ['gpt-4o', { width: 4096, height: 8192 }, 'low', 85],
    ['gpt-4.1-mini', square, 'high', Math.ceil(1024 * 1.62)],
    ['o3', square, 'high', 75 + 4 * 150],
    ['o4-mini', { width: 1800, height: 2400 }, 'auto', Math.ceil(1536 * 1.72)],
    ['gpt-5', { width: 512, height: 512 }, 'low', 256],
    // Anthropic, "Vision".
    ['claude-sonnet-4-5-20250929', { width: 200, height: 200 }, 'auto', 64],
    ['claude-sonnet-4-20250514', { width: 4000, height: 4000 }, 'auto', 1568],
    ['claude-opus-4-7', { width: 4000, height: 4000 }, 'auto', 4784],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', { width: 4000, height: 4000 }, 'auto', 1568],
    // Google, "Understand and count tokens", "Media resolution".
    ['gemini-2.5-flash', { width: 384, height: 384 }, 'auto', 258],
    ['gemini-2.5-flash', { width: 768, height: 768 }, 'auto', 258 * 4],
    ['gemini-3-pro-preview', { width: 300, height: 300 }, 'auto', 1120],
  ] as const)('%s %j %s', (model, size, detail, tokens) => {
    expect(imageTokens(model, size, detail)).toBe(tokens);
  });
});

const models = [
  'gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-4.1-nano', 'gpt-5.1', 'gpt-5.4', 'gpt-5-mini', 'o1', 'o4-mini',
  'claude-3-haiku', 'claude-opus-4-8', 'gemini-2.5-pro', 'gemini-3.8-flash', 'qwen2.5-vl-72b', 'my-own',
]; // biome-ignore format: a list

test('an image whose size is not known counts as the largest', () => {
  const side = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.constantFrom('auto', 'low', 'high', 'original' as const),
      side,
      side,
      (model, detail, width, height) => {
        const tokens = imageTokens(model, { width, height }, detail);
        expect(tokens).toBeGreaterThan(0);
        expect(tokens).toBeLessThanOrEqual(imageTokens(model, undefined, detail));
      },
    ),
    { numRuns: 3000 },
  );
});

test('an unknown model counts at least as every usual one', () => {
  for (const size of [{ width: 1, height: 1 }, square, { width: 3000, height: 2000 }]) {
    for (const model of ['gpt-4o', 'claude-sonnet-4-5', 'gemini-2.5-flash', 'gemini-3-flash']) {
      expect(imageTokens('my-own', size, 'high')).toBeGreaterThanOrEqual(imageTokens(model, size, 'high'));
    }
  }
});
