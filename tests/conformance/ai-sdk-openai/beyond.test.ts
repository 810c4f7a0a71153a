// What users of the AI SDK with @ai-sdk/openai do besides the matrix.
import { createOpenAI } from '@ai-sdk/openai';
import { runBeyond } from '../ai-sdk/beyond.ts';

runBeyond('@ai-sdk/openai', ({ url, key }) =>
  createOpenAI({ baseURL: url, apiKey: key }).chat('cluster-model'),
);
