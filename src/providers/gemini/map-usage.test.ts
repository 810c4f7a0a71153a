import { expect, test } from 'vitest';
import { mapUsage } from './map-usage.ts';

test.each([
  [
    { promptTokenCount: 9, candidatesTokenCount: 3 },
    { input: 9, output: 3 },
  ],
  [
    {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 30,
      thoughtsTokenCount: 5,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 20 },
        { modality: 'AUDIO', tokenCount: 50 },
        { modality: 'IMAGE', tokenCount: 30 },
      ],
      cacheTokensDetails: [
        { modality: 'AUDIO', tokenCount: 35 },
        { modality: 'IMAGE', tokenCount: 5 },
      ],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 30 }],
    },
    {
      input: 100,
      output: 35,
      cachedInput: 40,
      reasoning: 5,
      cachedAudioInput: 35,
      audioInput: 15,
      imageInput: 25,
      imageOutput: 30,
    },
  ],
  // Text alone adds nothing, nor does what is no list.
  [
    {
      promptTokenCount: 9,
      candidatesTokenCount: 3,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }, null, { modality: 'AUDIO', tokenCount: -4 }],
      candidatesTokensDetails: 'TEXT',
    },
    { input: 9, output: 3 },
  ],
])('%j', (metadata, usage) => {
  expect(mapUsage(metadata)).toEqual(usage);
});
