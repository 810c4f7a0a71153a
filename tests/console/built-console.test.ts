// Test files start at the same time, and so do their builds of the console: none trips over what another takes away.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const script = join(root, 'scripts', 'console-build.mjs');
const { consoleStamp, stampName } = await import(join(root, 'scripts', 'console-stamp.mjs'));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-console-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('two builds at once give the same folder, whole, and leave nothing else', {
  timeout: 180_000,
}, async () => {
  // As a name looks that was taken away since the folder was read.
  await symlink(join(folder, 'taken-away'), join(folder, 'seen'));
  const built = await Promise.all(
    [1, 2].map(async () => (await run(process.execPath, [script, '--kept', folder])).stdout),
  );
  expect(new Set(built).size).toBe(1);
  expect(await readdir(built[0] ?? '')).toEqual(expect.arrayContaining(['index.html', 'assets']));
  await rm(join(folder, 'seen'));
  expect(await readdir(folder)).toHaveLength(1);
});

it('a build stays while tests are served from it, however long ago it was made', async () => {
  const stamp: string = consoleStamp(root);
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  for (const [name, used] of [
    [stamp, hoursAgo(0.5)],
    ['of another state', hoursAgo(0.5)],
    ['nobody’s', hoursAgo(2)],
  ] as const) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, stampName), `${name}\n`);
    await utimes(join(folder, name, stampName), used, used);
    await utimes(join(folder, name), hoursAgo(3), hoursAgo(3));
  }
  const { stdout } = await run(process.execPath, [script, '--kept', folder]);
  expect(stdout).toBe(join(folder, stamp));
  expect((await readdir(folder)).sort()).toEqual([stamp, 'of another state'].sort());
  // It was not built anew.
  expect(await readdir(stdout)).toEqual([stampName]);
});
