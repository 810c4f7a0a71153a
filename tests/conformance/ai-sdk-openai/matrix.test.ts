// The matrix with the AI SDK and @ai-sdk/openai.
import { runMatrix } from '../matrix/run-matrix.ts';
import { startClient } from './client.ts';
import { differences } from './differences.ts';

runMatrix('@ai-sdk/openai', startClient, differences);
