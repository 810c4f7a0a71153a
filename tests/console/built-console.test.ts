// Test files start at the same time, and so do their builds of the console: none trips over what another takes away.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../scripts/console-build.mjs', import.meta.url));
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
