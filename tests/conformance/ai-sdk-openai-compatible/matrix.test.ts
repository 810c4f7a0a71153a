// The matrix with the AI SDK and @ai-sdk/openai-compatible.
import { runMatrix } from '../matrix/run-matrix.ts';
import { startClient } from './client.ts';
import { differences } from './differences.ts';

runMatrix('@ai-sdk/openai-compatible', startClient, differences);
