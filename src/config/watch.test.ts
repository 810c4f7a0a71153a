// A changed file while the gateway runs: replaced as editors do it, written in pieces, wrong, mended, gone.
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEnvironment } from './env.ts';
import { ConfigError } from './problem.ts';
import { type LiveConfig, type LiveConfigOptions, openLiveConfig, type ReloadResult } from './watch.ts';

let folder: string;
let live: LiveConfig | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-watch-'));
});
afterEach(async () => {
  await live?.[Symbol.asyncDispose]();
  live = undefined;
  await rm(folder, { recursive: true });
});

const withModel = (name: string) => `models: { ${name}: { route: [[{ provider: local }]] } }\n`;
const path = () => join(folder, 'tollgate.yaml');
const environment = () =>
  readEnvironment({}, {}, { platform: 'linux', folder, home: folder, exists: () => true });

async function open(options: LiveConfigOptions = { settleMs: 10, pollMs: 60_000 }): Promise<LiveConfig> {
  live = await openLiveConfig(environment(), options);
  return live;
}
const next = (from: LiveConfig) =>
  new Promise<ReloadResult>((resolve) => {
    const stop = from.onReload((result) => {
      stop();
      resolve(result);
    });
  });

it('swaps in a file that replaced the old one', async () => {
  await writeFile(path(), withModel('one'));
  const config = await open();
  const before = config.current;
  const reloaded = next(config);
  await writeFile(join(folder, '.tollgate.yaml.swp'), withModel('two'));
  await rename(join(folder, '.tollgate.yaml.swp'), path());
  expect(await reloaded).toEqual({ outcome: 'changed', generation: 2 });
  expect(config.routes.model('two')).toBeDefined();
  expect(config.routes.model('one')).toBe(undefined);
  expect(before.routes.model('one')).toBeDefined();
});

it('notices each new file that takes the place of the one before, and that one written to', async () => {
  await writeFile(path(), withModel('one'));
  const config = await open();
  for (const name of ['two', 'three']) {
    const replaced = next(config);
    await writeFile(join(folder, '.tollgate.yaml.swp'), withModel(name));
    await rename(join(folder, '.tollgate.yaml.swp'), path());
    expect((await replaced).outcome).toBe('changed');
    const written = next(config);
    await writeFile(path(), withModel(`${name}-again`));
    expect((await written).outcome).toBe('changed');
    expect(config.routes.model(`${name}-again`)).toBeDefined();
  }
});

it('keeps the old generation when the file is wrong, and takes the mended one', async () => {
  await writeFile(path(), withModel('one'));
  const config = await open();
  const before = config.current;
  let reloaded = next(config);
  await writeFile(path(), 'models: { one: { rout: 1 } }');
  const result = await reloaded;
  expect(result.outcome === 'refused' && result.error).toBeInstanceOf(ConfigError);
  expect(config.current).toBe(before);
  expect(config).toMatchObject({ generation: 1, refusal: expect.any(ConfigError) });
  reloaded = next(config);
  await writeFile(path(), withModel('two'));
  expect(await reloaded).toEqual({ outcome: 'changed', generation: 2 });
  expect(config.refusal).toBe(undefined);
});

it('notices a file that appears, and keeps its content when it goes', async () => {
  const config = await open();
  let reloaded = next(config);
  await writeFile(path(), withModel('one'));
  expect((await reloaded).outcome).toBe('changed');
  reloaded = next(config);
  await rm(path());
  expect((await reloaded).outcome).toBe('refused');
  expect(config.routes.model('one')).toBeDefined();
});

it('finds by looking what no event tells: a change behind a symbolic link', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'tollgate-elsewhere-'));
  await writeFile(join(elsewhere, 'real.yaml'), withModel('one'));
  await symlink(join(elsewhere, 'real.yaml'), path());
  const config = await open({ settleMs: 10, pollMs: 20 });
  const reloaded = next(config);
  await writeFile(join(elsewhere, 'real.yaml'), withModel('two'));
  expect((await reloaded).outcome).toBe('changed');
  await rm(elsewhere, { recursive: true });
});

it('reloads on request, and says when nothing changed', async () => {
  await writeFile(path(), withModel('one'));
  const config = await open({ settleMs: 60_000, pollMs: 60_000 });
  expect(await config.reload()).toEqual({ outcome: 'unchanged', generation: 1 });
  await writeFile(path(), withModel('two'));
  expect(await Promise.all([config.reload(), config.reload()])).toEqual([
    { outcome: 'changed', generation: 2 },
    { outcome: 'unchanged', generation: 2 },
  ]);
});

it('rejects when the first load fails', async () => {
  await writeFile(path(), 'models: 1');
  await expect(openLiveConfig(environment())).rejects.toThrow(ConfigError);
});
