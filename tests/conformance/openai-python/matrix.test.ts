// The matrix with the official client for Python.
import { runMatrix } from '../matrix/run-matrix.ts';
import { startClient } from './client.ts';
import { differences } from './differences.ts';

runMatrix('openai-python', startClient, differences);
