// What users of the AI SDK with @ai-sdk/openai-compatible do besides the matrix.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { runBeyond } from '../ai-sdk/beyond.ts';

runBeyond('@ai-sdk/openai-compatible', ({ url, key }) =>
  createOpenAICompatible({ name: 'tollgate', baseURL: url, apiKey: key, supportsStructuredOutputs: true })(
    'cluster-model',
  ),
);
