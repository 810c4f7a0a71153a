import fc from 'fast-check';
import { expect, test } from 'vitest';
import { samplerSeed, samplerSettings } from './sampling.ts';

const advised = { temperature: 0.2, topP: 0.9, topK: 50, minP: 0.05 };

test('the client left sampling alone: as the model’s makers advise', () => {
  expect(samplerSettings({}, advised, () => 5)).toMatchObject({
    ...advised,
    frequencyPenalty: 0,
    presencePenalty: 0,
    seed: 5,
  });
});

test('temperature is relative to the advice, zero stays greedy, top_p is taken to the letter', () => {
  const of = (temperature: number) => samplerSettings({ temperature }, advised, () => 5).temperature;
  expect([of(0), of(1), of(2)]).toEqual([0, 0.2, 0.4]);
  expect(samplerSettings({ topP: 1 }, advised, () => 5).topP).toBe(1);
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
