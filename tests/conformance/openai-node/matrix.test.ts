// The matrix with the official client for JavaScript.
import { runMatrix } from '../matrix/run-matrix.ts';
import { startClient } from './client.ts';
import { differences } from './differences.ts';

runMatrix('openai-node', startClient, differences);
