import fc from 'fast-check';
import { expect, test } from 'vitest';
import { samplerSeed, samplerSettings } from './sampling.ts';

test('the contract’s defaults, and a cut tail where the client left sampling alone', () => {
  const settings = samplerSettings({}, () => 5);
  expect(settings).toMatchObject({
    temperature: 1,
    topP: 1,
    frequencyPenalty: 0,
    presencePenalty: 0,
    seed: 5,
  });
  expect(settings.topK).toBeGreaterThan(0);
});

test('what the client said is taken to the letter', () => {
  for (const parameters of [{ temperature: 1 }, { topP: 1 }, { temperature: 2, topP: 0.5 }]) {
    const settings = samplerSettings(parameters, () => 5);
    expect(settings.topK).toBeUndefined();
    expect(settings.minP).toBeUndefined();
  }
});

test('any integer is a seed, the same one every time, never llama.cpp’s mark for a random one', () => {
  fc.assert(
    fc.property(fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }), (seed) => {
      const settled = samplerSeed(seed);
      expect(settled).toBe(samplerSeed(seed));
      expect(settled >= 0 && settled < 0xffff_ffff && Number.isInteger(settled)).toBe(true);
    }),
  );
  expect(samplerSeed(42)).toBe(42);
});
