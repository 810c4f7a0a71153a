import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineState, EngineStatus, LocalEngine } from '../core/ports.ts';
import { rememberVerified } from './fetching/verified-file.ts';
import { startHuggingFaceServer } from './fixtures/hugging-face-server.ts';
import { createTemporaryFolder, type TemporaryFolder } from './fixtures/temporary-folder.ts';
import { createLocalEngine, type LocalEngineOptions, type SupervisedEngine } from './supervisor.ts';

const childModule = new URL('./fixtures/fake-child.ts', import.meta.url);

let folder: TemporaryFolder;
let engines: LocalEngine[];
let logged: string[];
let waits: number[];
let history: EngineState[];

beforeEach(async () => {
  folder = await createTemporaryFolder();
  engines = [];
  logged = [];
  waits = [];
  history = [];
});
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
  await folder[Symbol.asyncDispose]();
});

/** The file's name is the script of the child's lives. */
async function engineFor(
  script: string,
  seams: LocalEngineOptions['seams'] = {},
  more: Partial<LocalEngineOptions> = {},
): Promise<SupervisedEngine> {
  const setting = folder.file(`${script}.gguf`);
  await writeFile(setting, 'GGUF');
  const engine = createLocalEngine({
    setting,
    dataFolder: folder.path,
    environment: {
      PATH: process.env.PATH,
      OPENAI_API_KEY: 'secret',
      TOLLGATE_SECRET_KEY: 'secret',
      LANG: 'C',
    },
    log: (line) => logged.push(line),
    ...more,
    seams: {
      childModule,
      engineModule: 'unused',
      wait: async (ms, signal) => {
        signal?.throwIfAborted();
        waits.push(ms);
      },
      ...seams,
    },
  });
  engine.onStatus(({ state }) => {
    if (history.at(-1) !== state) history.push(state);
  });
  engines.push(engine);
  return engine;
}

function reach(engine: LocalEngine, state: EngineState): Promise<EngineStatus> {
  return new Promise((resolve) => {
    const stop = engine.onStatus((status) => {
      if (status.state !== state) return;
      stop();
      resolve(status);
    });
    if (engine.status().state === state) resolve(engine.status());
  });
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    // One that nobody has reaped yet (a container without an init) is dead all the same.
    return !(existsSync(`/proc/${pid}/stat`) && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    return false;
  }
};
const pids = async (script: string) =>
  (await readFile(folder.file(`${script}.gguf.lives`), 'utf8')).trim().split('\n').map(Number);

test('serves on a private socket and leaves nothing behind', async () => {
  const engine = await engineFor('ready');
  engine.start();
  engine.start();
  expect(await reach(engine, 'ready')).toEqual({
    state: 'ready',
    detail: 'ready is ready, 4096 tokens of context.',
    model: 'ready',
    contextWindow: 4096,
  });
  expect(history).toEqual(['locating', 'loading', 'ready']);
  expect((await stat(dirname(engine.socketPath))).mode & 0o777).toBe(0o700);
  expect(await readAll(engine.socketPath)).toBe('life 1');
  expect(logged).toContain('life 1: ready');

  await engine[Symbol.asyncDispose]();
  expect(engine.status().state).toBe('stopped');
  expect(existsSync(dirname(engine.socketPath))).toBe(false);
  expect((await pids('ready')).some(isAlive)).toBe(false);
});

test('a crash is restarted, on the same socket, with growing waits', async () => {
  const engine = await engineFor('crash-crash-killed-ready');
  const details: string[] = [];
  engine.onStatus(({ state, detail }) => state === 'restarting' && details.push(detail));
  engine.start();
  await reach(engine, 'ready');
  expect(waits).toEqual([500, 1000, 2000]);
  expect(details[0]).toBe(
    'The model process ended (exit code 3, last line: ggml_abort: something went wrong); it is restarted in 1 s.',
  );
  expect(details[2]).toMatch(/signal SIGKILL, perhaps by the system for lack of memory/);
  expect(await readAll(engine.socketPath)).toBe('life 4');
});

test('a crash after a healthy minute does not count with those before', async () => {
  let time = 0;
  const engine = await engineFor('crash-ready-ready', {
    clock: { now: () => time, monotonic: () => time },
  });
  engine.start();
  await reach(engine, 'ready');
  time += 60_000;
  const again = new Promise<void>((resolve) => {
    engine.onStatus(({ state }) => state === 'restarting' && resolve());
  });
  const [, second] = await pids('crash-ready-ready');
  process.kill(second ?? 0, 'SIGKILL');
  await again;
  await reach(engine, 'ready');
  expect(waits).toEqual([500, 500]);
});

test('on TCP it says where, and keeps the port over a restart', async () => {
  const engine = await engineFor('ready-ready', {}, { listen: { host: '127.0.0.1', port: 0 } });
  expect(engine.url).toBeUndefined();
  engine.start();
  await reach(engine, 'ready');
  const { url } = engine;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const [pid = 0] = await pids('ready-ready');
  process.kill(pid, 'SIGKILL');
  await reach(engine, 'restarting');
  await reach(engine, 'ready');
  expect(engine.url).toBe(url);
  expect(existsSync(dirname(engine.socketPath))).toBe(false);
});

test('what the child calls hopeless is final, in its own words', async () => {
  const engine = await engineFor('failed');
  engine.start();
  expect(await reach(engine, 'failed')).toMatchObject({ detail: 'The model file is corrupt.' });
  expect(await pids('failed')).toHaveLength(1);
  expect(waits).toEqual([]);
});

test('a model that was damaged after it was verified is fetched again, once', async () => {
  const content = Buffer.from('GGUF, whole');
  await using server = await startHuggingFaceServer(content);
  const file = folder.file('models/hf/o/r/main/failed-ready.gguf');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await utimes(file, 1000, 1000);
  await rememberVerified(file, createHash('sha256').update(content).digest('hex'));
  await writeFile(file, 'GGUF, hole!');
  await utimes(file, 1000, 1000);

  const more = { setting: 'hf:o/r/failed-ready.gguf', huggingFaceEndpoint: server.endpoint };
  const engine = await engineFor('unused', {}, more);
  engine.start();
  await reach(engine, 'ready');
  expect((await readFile(file)).equals(content)).toBe(true);
  expect(history).toEqual(['locating', 'loading', 'downloading', 'loading', 'ready']);
});

test('a child that says nothing while loading is ended and started again', async () => {
  const engine = await engineFor('silent-ready', { loadSilenceMs: 400 });
  engine.start();
  await reach(engine, 'restarting');
  await reach(engine, 'ready');
  expect(logged).toContain('The model process said nothing for too long while loading; it is ended.');
});

test('a child that ignores SIGTERM is killed', async () => {
  const engine = await engineFor('hang', { stopGraceMs: 50 });
  engine.start();
  await reach(engine, 'ready');
  await engine[Symbol.asyncDispose]();
  expect((await pids('hang')).some(isAlive)).toBe(false);
});

test('can be stopped while loading, before its start and twice', async () => {
  const loading = await engineFor('silent');
  loading.start();
  await reach(loading, 'loading');
  await Promise.all([loading[Symbol.asyncDispose](), loading[Symbol.asyncDispose]()]);
  expect(loading.status().state).toBe('stopped');

  const unused = await engineFor('ready');
  await unused[Symbol.asyncDispose]();
  unused.start();
  expect(unused.status().state).toBe('stopped');
});

test('off, a wrong setting and a missing file are states, not exceptions', async () => {
  const off = await engineFor('ready', {}, { setting: 'off' });
  off.start();
  expect((await reach(off, 'off')).detail).toMatch(/switched off/);
  const wrong = await engineFor('ready', {}, { setting: 'hf:nothing' });
  wrong.start();
  expect((await reach(wrong, 'failed')).detail).toMatch(/is not of the form/);
  const missing = await engineFor('ready', {}, { setting: folder.file('missing.gguf') });
  missing.start();
  expect((await reach(missing, 'failed')).detail).toBe(
    `TOLLGATE_LOCAL_MODEL: ${folder.file('missing.gguf')} does not exist.`,
  );
  const unwritable = await engineFor('ready', {}, { dataFolder: folder.file('ready.gguf') });
  unwritable.start();
  expect((await reach(unwritable, 'failed')).detail).toMatch(/EEXIST|ENOTDIR/);
});

test('a failure that time may heal is tried again, and says when', async () => {
  let release = () => undefined as undefined;
  const engine = await engineFor(
    'ready',
    {
      acquire: { run: async () => ({ exitCode: undefined, lines: [] }), probeTimeoutMs: 50 },
      wait: (ms, signal) => {
        waits.push(ms);
        if (waits.length === 1) return Promise.resolve();
        return new Promise((resolve, reject) => {
          release = () => void resolve() as undefined;
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      },
    },
    { setting: undefined, huggingFaceEndpoint: 'http://127.0.0.1:1' },
  );
  const failures: string[] = [];
  engine.onStatus(({ state, detail }) => state === 'failed' && failures.push(detail));
  engine.start();
  await expect.poll(() => waits).toEqual([60_000, 120_000]);
  expect(failures[0]).toMatch(/TOLLGATE_LOCAL_MODEL=.* It is tried again in 1 min 0 s\.$/);
  release();
});

test('a retry ends the pause, and begins again after a failure that was final', async () => {
  const pausing = await engineFor(
    'ready',
    {
      acquire: { run: async () => ({ exitCode: undefined, lines: [] }), probeTimeoutMs: 50 },
      wait: (ms, signal) => {
        waits.push(ms);
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      },
    },
    { setting: undefined, huggingFaceEndpoint: 'http://127.0.0.1:1' },
  );
  pausing.start();
  await expect.poll(() => waits).toEqual([60_000]);
  pausing.retry?.();
  await expect.poll(() => waits).toEqual([60_000, 120_000]);

  await mkdir(folder.file('later'));
  const final = await engineFor('ready', {}, { setting: folder.file('later/ready.gguf') });
  final.start();
  expect((await reach(final, 'failed')).detail).toContain('does not exist');
  await copyFile(folder.file('ready.gguf'), folder.file('later/ready.gguf'));
  final.retry?.();
  await reach(final, 'ready');
});

test('the child sees no key and no secret of the gateway', async () => {
  const engine = await engineFor('ready');
  engine.start();
  await reach(engine, 'ready');
  const line = logged.find((text) => text.startsWith('environment ')) ?? '';
  const environment = JSON.parse(line.slice('environment '.length));
  expect(environment).toMatchObject({ LANG: 'C' });
  expect(environment).not.toHaveProperty('OPENAI_API_KEY');
  expect(environment).not.toHaveProperty('TOLLGATE_SECRET_KEY');
});

test('a data folder with a long path gives way to the temporary folder', () => {
  const engine = createLocalEngine({
    setting: 'off',
    dataFolder: folder.file('x'.repeat(120)),
    environment: {},
  });
  engines.push(engine);
  expect(Buffer.byteLength(engine.socketPath)).toBeLessThanOrEqual(100);
});

test('the child does not outlive a gateway that is killed', async () => {
  const model = folder.file('ready.gguf');
  await writeFile(model, 'GGUF');
  const program = `
    const { createLocalEngine } = await import(${JSON.stringify(new URL('./supervisor.ts', import.meta.url).href)});
    const engine = createLocalEngine({
      setting: ${JSON.stringify(model)}, dataFolder: ${JSON.stringify(folder.path)}, environment: process.env,
      seams: { childModule: new URL(${JSON.stringify(childModule.href)}), engineModule: 'unused' },
    });
    engine.onStatus(({ state }) => state === 'ready' && process.kill(process.pid, 'SIGKILL'));
    engine.start();
  `;
  const gateway = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
  await new Promise((resolve) => gateway.once('close', resolve));
  const [pid = 0] = await pids('ready');
  await expect.poll(() => isAlive(pid)).toBe(false);
});

function readAll(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    createConnection(socketPath)
      .on('data', (chunk) => {
        text += chunk;
      })
      .on('end', () => resolve(text))
      .on('error', reject);
  });
}
