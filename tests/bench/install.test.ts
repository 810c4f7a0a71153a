import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFolder, command } from '../../bench/peers/install.ts';
import { serve } from '../../bench/peers/serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-peers-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('why a program is not installed is told without the folders of this machine', async () => {
  const failing = `console.log('on the way'); console.error('error: ${folder}/x is missing\\nbye'); process.exit(3)`;
  const said = await command(folder, process.execPath, '-e', failing, folder).catch((error: Error) => error);
  expect(said).toMatchObject({
    name: 'NotInstalled',
    message: expect.stringContaining('error: ./x is missing'),
  });
  expect(String(said)).not.toContain(folder);
});

test('a folder that cannot be one is told before anything is measured', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => checkFolder(join(folder, 'file', 'peers'))).toThrow(
    /Nothing can be installed into .*file\/peers: /,
  );
  expect(() => checkFolder(join(folder, 'new', 'peers'))).not.toThrow();
});

test('what a program said that did not come up is told, since its log goes with the run', async () => {
  const options = {
    args: ['-e', 'console.error("no such port"); process.exit(1)'],
    place: 'anywhere',
  } as const;
  const started = serve({ ...options, data: folder, url: 'http://127.0.0.1:1' });
  await expect(started).rejects.toThrow('it did not come up; the end of its log: no such port');
});
