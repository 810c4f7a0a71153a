import { expect, test } from 'vitest';
import { mapUsage } from './map-usage.ts';

test.each([
  [
    { input_tokens: 9, output_tokens: 3 },
    { input: 9, output: 3 },
  ],
  // What is kept for an hour is part of what is written to the cache.
  [
    {
      input_tokens: 9,
      output_tokens: 3,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 50,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 },
      service_tier: 'standard',
    },
    { input: 159, output: 3, cachedInput: 100, cacheWrite: 50, cacheWrite1h: 30, serviceTier: 'default' },
  ],
  [
    {
      input_tokens: 9,
      output_tokens: 3,
      cache_creation_input_tokens: 5,
      cache_creation: { ephemeral_1h_input_tokens: 30 },
      service_tier: 'batch',
    },
    { input: 14, output: 3, cacheWrite: 5, cacheWrite1h: 5, serviceTier: 'batch' },
  ],
  [
    { input_tokens: 9, output_tokens: 3, cache_creation: null, service_tier: null },
    { input: 9, output: 3 },
  ],
])('%j', (wire, usage) => {
  expect(mapUsage(wire)).toEqual(usage);
});
