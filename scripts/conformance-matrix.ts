// The part of docs/conformance.md about real clients, made of the data that their tests run on.
import { readFileSync } from 'node:fs';
import { tableRow } from '../src/conformance/markdown.ts';
import { differences as aiSdkOpenAI } from '../tests/conformance/ai-sdk-openai/differences.ts';
import { differences as aiSdkCompatible } from '../tests/conformance/ai-sdk-openai-compatible/differences.ts';
import { differences as langChain } from '../tests/conformance/langchain/differences.ts';
import { asWritten, cellNames, type Differences } from '../tests/conformance/matrix/cells.ts';
import { differences as openaiNode } from '../tests/conformance/openai-node/differences.ts';
import { differences as openaiPython } from '../tests/conformance/openai-python/differences.ts';

const clients: readonly (readonly [name: string, version: string, differences: Differences])[] = [
  ['openai (JavaScript)', npmVersion('openai'), openaiNode],
  ['openai (Python)', pythonVersion(), openaiPython],
  ['@ai-sdk/openai', npmVersion('@ai-sdk/openai'), aiSdkOpenAI],
  ['@ai-sdk/openai-compatible', npmVersion('@ai-sdk/openai-compatible'), aiSdkCompatible],
  ['@langchain/openai', npmVersion('@langchain/openai'), langChain],
];

const intro = `
## Real clients

Five clients are run against the gateway, in front of an upstream that speaks every shape and fault that is known from the
field: ${cellNames.length} things that users do, each in up to forty plays. Of each play the tests compare what reached the upstream, what the
client told its user (text, calls, usage, error class, request id) and what stands in the ledger.

✓ as written; ✓\\* with a difference that is the client's own and stands, with its reason, in its \`differences.ts\`; – not
offered by the client, whose behaviour is checked all the same. What each client does beyond that, such as retries, tool loops
and parsed answers, is in its \`beyond.test.ts\`. The tests are in \`tests/conformance/\`; where a cell applies, they run against
the embedded model too.

`;

/** With its heading. */
export function clientMatrix(): string {
  const head = tableRow(['', ...clients.map(([name, version]) => `${name} ${version}`)]);
  const rows = cellNames.map((cell) =>
    tableRow([cell, ...clients.map(([, , differences]) => mark(differences[cell]))]),
  );
  const notOffered = cellNames.flatMap((cell) =>
    clients.flatMap(([name, , differences]) => {
      const reason = differences[cell].notOffered;
      return reason === undefined ? [] : [`- ${name}, ${cell}: ${reason}.\n`];
    }),
  );
  return `${intro}${head}|${'---|'.repeat(clients.length + 1)}\n${rows.join('')}\n${notOffered.join('')}`;
}

function mark(difference: Differences[keyof Differences]): string {
  if (difference === asWritten) return '✓';
  return difference?.notOffered === undefined ? '✓\\*' : '–';
}

function npmVersion(name: string): string {
  const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
  return JSON.parse(lock).packages[`node_modules/${name}`].version;
}

function pythonVersion(): string {
  const source = readFileSync(new URL('../tests/support/python-client.ts', import.meta.url), 'utf8');
  const version = /const version = '([^']+)'/.exec(source)?.[1];
  if (version === undefined) throw new Error('tests/support/python-client.ts names no version');
  return version;
}
