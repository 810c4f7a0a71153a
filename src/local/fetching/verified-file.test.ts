import { createHash } from 'node:crypto';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { removeFile, verifyFile } from './verified-file.ts';

const content = Buffer.from('GGUF and more');
const expected = {
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};

test('a missing file, a whole one, one of the wrong size and one of the wrong content', async () => {
  await using folder = await createTemporaryFolder();
  const file = folder.file('a.gguf');
  expect(await verifyFile(file, expected)).toEqual({ state: 'missing' });
  await writeFile(file, content);
  expect(await verifyFile(file, expected)).toEqual({ state: 'verified' });
  await writeFile(file, content.subarray(1));
  expect(await verifyFile(file, expected)).toMatchObject({
    state: 'corrupt',
    reason: /12 bytes instead of 13/,
  });
  await writeFile(file, Buffer.alloc(content.length));
  await utimes(file, 1, 1);
  expect(await verifyFile(file, expected)).toMatchObject({ state: 'corrupt', reason: /SHA-256/ });
});

test('a verified file is not hashed again until it changes or is distrusted', async () => {
  await using folder = await createTemporaryFolder();
  const file = folder.file('a.gguf');
  await writeFile(file, content);
  await utimes(file, 1000, 1000);
  await verifyFile(file, expected);
  // The same size and time: only a full hash can tell.
  await writeFile(file, Buffer.alloc(content.length));
  await utimes(file, 1000, 1000);
  expect((await verifyFile(file, expected)).state).toBe('verified');
  expect((await verifyFile(file, expected, { distrust: true })).state).toBe('corrupt');
  await utimes(file, 2000, 2000);
  expect((await verifyFile(file, expected)).state).toBe('corrupt');
});

test('a damaged record only costs a hash, and goes with the file', async () => {
  await using folder = await createTemporaryFolder();
  const file = folder.file('a.gguf');
  await writeFile(file, content);
  await writeFile(`${file}.verified.json`, '{"bytes":');
  expect((await verifyFile(file, expected)).state).toBe('verified');
  expect(JSON.parse(await readFile(`${file}.verified.json`, 'utf8'))).toMatchObject(expected);
  await removeFile(file);
  await expect(readFile(`${file}.verified.json`)).rejects.toThrow(/ENOENT/);
});

test('a file of unknown checksum is held against what it was when it came', async () => {
  await using folder = await createTemporaryFolder();
  const file = folder.file('a.gguf');
  await writeFile(file, content);
  await verifyFile(file, expected);
  await writeFile(file, content.subarray(0, 5));
  expect((await verifyFile(file, {})).state).toBe('corrupt');
});
