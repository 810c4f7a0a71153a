import { expect, test } from 'vitest';
import { samplingAdvice } from './sampling-advice.ts';

test('models are known by their general name; others are sampled as the client says', () => {
  expect(samplingAdvice('Smollm2 135M 8k Lc100K Mix1 Ep2').temperature).toBe(0.2);
  expect(samplingAdvice('Qwen3 0.6B Instruct').temperature).toBe(0.7);
  expect(samplingAdvice('Something else').temperature).toBe(1);
  expect(samplingAdvice(undefined).temperature).toBe(1);
});
