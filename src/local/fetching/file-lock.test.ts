import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { lockFile } from './file-lock.ts';

const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 2));

test('the second waits until the first lets go', async () => {
  await using folder = await createTemporaryFolder();
  const order: string[] = [];
  const first = await lockFile(folder.file('a.lock'));
  const second = lockFile(folder.file('a.lock'), { wait: soon, onWait: () => order.push('waits') }).then(
    (lock) => {
      order.push('has it');
      lock[Symbol.dispose]();
    },
  );
  await soon();
  order.push('let go');
  first[Symbol.dispose]();
  await second;
  expect(order).toEqual(['waits', 'let go', 'has it']);
});

test('waiting ends with its signal', async () => {
  await using folder = await createTemporaryFolder();
  using _first = await lockFile(folder.file('a.lock'));
  const abort = new AbortController();
  const second = lockFile(folder.file('a.lock'), { signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
});

test('a process that is killed leaves no lock behind', async () => {
  await using folder = await createTemporaryFolder();
  const path = folder.file('a.lock');
  const program = `const { lockFile } = await import(${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)});
    globalThis.kept = await lockFile(${JSON.stringify(path)});
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  let waited = false;
  const lock = lockFile(path, {
    onWait: () => {
      waited = true;
      holder.kill('SIGKILL');
    },
    wait: soon,
  });
  (await lock)[Symbol.dispose]();
  expect(waited).toBe(true);
});

test('a lock that cannot be made names its place', async () => {
  await using folder = await createTemporaryFolder();
  const path = folder.file('missing/a.lock');
  await expect(lockFile(path)).rejects.toThrow(`${path} cannot be created (`);
});
