// The matrix has no hole: five clients, the same files for each, thirteen cells, every cell with plays in every client.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differences as aiSdkOpenAI } from '../ai-sdk-openai/differences.ts';
import { differences as aiSdkCompatible } from '../ai-sdk-openai-compatible/differences.ts';
import { differences as langChain } from '../langchain/differences.ts';
import { differences as openaiNode } from '../openai-node/differences.ts';
import { differences as openaiPython } from '../openai-python/differences.ts';
import { cellNames } from './cells.ts';
import { cells } from './run-matrix.ts';

const clients = {
  'openai-node': openaiNode,
  'openai-python': openaiPython,
  'ai-sdk-openai': aiSdkOpenAI,
  'ai-sdk-openai-compatible': aiSdkCompatible,
  langchain: langChain,
};

test('thirteen cells, each with plays and a word of every client on it', () => {
  expect(cellNames).toHaveLength(13);
  expect(Object.keys(cells).sort()).toEqual([...cellNames].sort());
  for (const cell of cellNames) expect(cells[cell].length, cell).toBeGreaterThan(0);
  for (const differences of Object.values(clients)) {
    expect(Object.keys(differences)).toEqual(expect.arrayContaining([...cellNames]));
  }
});

test.each(Object.keys(clients))('%s has the files that every client has', (client) => {
  const files = readdirSync(new URL(`../${client}/`, import.meta.url)).filter((file) => file.endsWith('.ts'));
  expect(files.sort()).toEqual(['beyond.test.ts', 'client.ts', 'differences.ts', 'matrix.test.ts']);
});

test('every way is gone by some play, and names of plays tell them apart', () => {
  const all = Object.values(cells).flat();
  expect(new Set(all.map(({ way }) => way))).toEqual(
    new Set(['whole', 'stream', 'helper', 'tools', 'object']),
  );
  for (const plays of Object.values(cells)) {
    const names = plays.map(({ name, way, ask }) => `${way} ${name} ${ask.model}`);
    expect(new Set(names).size).toBe(names.length);
  }
});
