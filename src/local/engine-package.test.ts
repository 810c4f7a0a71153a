import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EnginePackageOptions, installManifest, locateEnginePackage } from './engine-package.ts';
import { createTemporaryFolder, type TemporaryFolder } from './fixtures/temporary-folder.ts';
import type { CommandRunner } from './run-command.ts';

let folder: TemporaryFolder;
let lines: string[];
let calls: (readonly string[])[];

beforeEach(async () => {
  folder = await createTemporaryFolder();
  lines = [];
  calls = [];
});
afterEach(() => folder[Symbol.asyncDispose]());

const locate = (run: CommandRunner, more: Partial<EnginePackageOptions> = {}) =>
  locateEnginePackage({
    folder: folder.file('engine'),
    environment: {},
    say: (line) => lines.push(line),
    signal: new AbortController().signal,
    run: (program, parameters, options) => {
      calls.push([program, ...parameters]);
      return run(program, parameters, options);
    },
    findBeside: () => undefined,
    ...more,
  });

/** Does what npm does, and what the check of the binaries does. */
const workingNpm: CommandRunner = async (_program, parameters) => {
  if (parameters.includes('install')) {
    const engine = folder.file('engine/node_modules/node-llama-cpp');
    await mkdir(engine, { recursive: true });
    await writeFile(join(engine, 'package.json'), '{"main": "./dist/index.js"}');
  }
  return { exitCode: 0, lines: [] };
};
const fails =
  (step: 'install' | 'check.mjs', said: string): CommandRunner =>
  async (program, parameters, options) =>
    parameters.some((parameter) => parameter.endsWith(step))
      ? { exitCode: 1, lines: [said] }
      : workingNpm(program, parameters, options);

const installed = () => pathToFileURL(folder.file('engine/node_modules/node-llama-cpp/dist/index.js')).href;

test('in a clone it is found beside Tollgate, and nothing is run', async () => {
  const entry = await locate(workingNpm, {
    findBeside: () => join(import.meta.dirname, '../../node_modules/node-llama-cpp/package.json'),
  });
  expect(entry).toMatch(/^file:.*\/node_modules\/node-llama-cpp\/dist\/index\.js$/);
  expect(calls).toEqual([]);
});

test('another version beside Tollgate is not ours', async () => {
  const other = folder.file('package.json');
  await writeFile(other, '{"version": "2.0.0", "main": "index.js"}');
  expect(await locate(workingNpm, { findBeside: () => other })).toBe(installed());
});

test('elsewhere it is installed once, said in one line, checked, and found the next time', async () => {
  expect(await locate(workingNpm)).toBe(installed());
  expect(lines).toEqual([expect.stringMatching(/^Installing the model engine \(node-llama-cpp 3\.22\.1/)]);
  expect(calls[0]).toEqual(
    expect.arrayContaining([
      'install',
      `--prefix=${folder.file('engine')}`,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
    ]),
  );
  expect(calls).toHaveLength(2);
  expect(await locate(workingNpm)).toBe(installed());
  expect(calls).toHaveLength(2);
});

test('two starts at once install once', async () => {
  await Promise.all([locate(workingNpm), locate(workingNpm)]);
  expect(calls.filter((call) => call.includes('install'))).toHaveLength(1);
});

test('an installation for another machine, or one cut short, does not count', async () => {
  await expect(locate(fails('check.mjs', 'Error: GLIBC_2.38 not found'))).rejects.toThrow(
    /was installed but does not run on this machine \(.*\): Error: GLIBC_2\.38 not found/,
  );
  await locate(workingNpm);
  await writeFile(folder.file('engine/installed.txt'), 'node-llama-cpp 3.22.1 sunos sparc\n');
  await locate(workingNpm);
  expect(calls.filter((call) => call.includes('install'))).toHaveLength(3);
});

test('npm that fails, or is not there, is a sentence that says what helps', async () => {
  await expect(locate(fails('install', 'npm error code ENOTFOUND'))).rejects.toMatchObject({
    retryable: true,
    message: expect.stringMatching(/npm error code ENOTFOUND What helps: npm on the PATH/),
  });
  const missing: CommandRunner = async () => ({ exitCode: undefined, lines: ['spawn npm ENOENT'] });
  await expect(locate(missing)).rejects.toThrow(/spawn npm ENOENT What helps/);
});

test('npm is run as the script that started us, if npx told where it is', async () => {
  const script = folder.file('npm-cli.js');
  await writeFile(script, '');
  await locate(workingNpm, { environment: { npm_execpath: script } });
  expect(calls[0]?.slice(0, 2)).toEqual([process.execPath, script]);
});

test('version and overrides are those of our own package.json', async () => {
  const path = join(dirname(import.meta.dirname), '..', 'package.json');
  const own = JSON.parse(readFileSync(path, 'utf8'));
  expect(installManifest().dependencies['node-llama-cpp']).toBe(own.devDependencies['node-llama-cpp']);
  expect(installManifest().overrides).toEqual(own.overrides);
  await locate(workingNpm);
  const written = JSON.parse(await readFile(folder.file('engine/package.json'), 'utf8'));
  expect(written).toEqual(installManifest());
});
