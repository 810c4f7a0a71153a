// The matrix with the LangChain's ChatOpenAI.
import { runMatrix } from '../matrix/run-matrix.ts';
import { startClient } from './client.ts';
import { differences } from './differences.ts';

runMatrix('LangChain', startClient, differences);
