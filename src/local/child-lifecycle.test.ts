// How the child process starts, fails and ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { endless, serveChild, startChild, user, writeTinyModel } from './fixtures/tiny-model.ts';

const tiny = writeTinyModel();
afterAll(() => tiny[Symbol.dispose]());

describe('a model that cannot be loaded fails with one sentence and exit code 1', () => {
  const cases: [string, (path: string) => void, RegExp][] = [
    ['no GGUF', (path) => writeFileSync(path, 'this is not a model'), /not a GGUF file/],
    ['cut off', (path) => writeFileSync(path, readFileSync(tiny.path).subarray(0, 200_000)), /incomplete/],
    ['absent', () => {}, /does not exist/],
  ];
  test.each(cases)('%s', async (name, prepare, reason) => {
    const path = join(tiny.folder, `${name}.gguf`);
    prepare(path);
    const child = startChild({ modelPath: path });
    const message = await child.settled;
    expect(message).toMatchObject({ type: 'failed', reason: expect.stringMatching(reason) });
    expect(message).toMatchObject({ reason: expect.not.stringContaining('\n') });
    expect(await child.exit).toBe(1);
  });

  test('no inference engine', async () => {
    const child = startChild({ modelPath: tiny.path, engineModule: join(tiny.folder, 'none.js') });
    expect(await child.settled).toMatchObject({
      type: 'failed',
      reason: expect.stringMatching(/not installed/),
    });
    expect(await child.exit).toBe(1);
  });
});

test('it reports progress, finds its thread count and listens on a local socket', async () => {
  const socketPath =
    process.platform === 'win32' ? '\\\\.\\pipe\\tollgate-tiny' : join(tiny.folder, 'model.sock');
  const child = startChild({ modelPath: tiny.path, listen: { socketPath }, threads: undefined });
  const ready = await child.settled;
  expect(child.messages.some((message) => message.type === 'loading' && message.progress === 1)).toBe(true);
  expect(ready).toMatchObject({
    type: 'ready',
    info: { contextWindow: 8192, slots: 2, thinking: false, tools: false },
  });
  expect(ready.type === 'ready' && ready.info.threads).toBeGreaterThan(0);
  const status = await new Promise((resolve, reject) => {
    request({ socketPath, path: '/health' }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
  child.signal('SIGTERM');
  expect(await child.exit).toBe(0);
});

test('it ends when its parent is gone', async () => {
  const child = startChild({ modelPath: tiny.path });
  await child.settled;
  child.disconnect();
  expect(await child.exit).toBe(0);
});

test('it ends while answering: the stream says so and has no [DONE]', async () => {
  const child = await serveChild({ modelPath: tiny.path });
  const response = await child.post({ messages: user('hello'), stream: true, logit_bias: endless });
  expect(response.status).toBe(200);
  const text = response.text();
  child.process.signal('SIGTERM');
  const events = (await text).trimEnd().split('\n\n');
  const last = JSON.parse(events.at(-1)?.slice('data: '.length) ?? '');
  expect(last).toMatchObject({ error: { code: 'shutting_down' } });
  expect(last).not.toHaveProperty('choices');
  expect(await child.process.exit).toBe(0);
});
