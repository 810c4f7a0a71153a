// The gateway as a process: how it starts, what a signal does, what a kill -9 leaves behind.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { LedgerRow } from '../../src/core/store.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  chunk,
  done,
  finish,
  polite,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { runCommand, type ServeProcess, serveProcess } from '../support/serve-process.ts';

const key = 'life-and-death-0123456789';
let upstream: ScriptedUpstream;
let folder: string;
let data: string;
let environment: Record<string, string>;

beforeAll(async () => {
  upstream = await startUpstream(polite);
});
afterAll(() => upstream[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tollgate-process-'));
  data = join(folder, 'data');
  const config = join(folder, 'tollgate.yaml');
  const yaml = {
    providers: { scripted: { type: 'openai-compatible', base_url: upstream.url } },
    models: { m: { price: { input: 1, output: 2 }, route: [[{ provider: 'scripted' }]] } },
    server: { shutdown_grace: '1s' },
  };
  await writeFile(config, JSON.stringify(yaml));
  environment = { TOLLGATE_LOCAL_MODEL: 'off', TOLLGATE_BOOTSTRAP_KEY: key, TOLLGATE_CONFIG: config };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function ask(serve: ServeProcess, members: Record<string, unknown> = {}): Promise<Response> {
  return fetch(`${serve.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...members }),
  });
}

async function rows(): Promise<readonly LedgerRow[]> {
  await using store = await openSqliteToolStore({ folder: data, clock: systemClock });
  return (await store.ledgerReader.rows({ limit: 100 })).items;
}

describe('SIGTERM', () => {
  test('lets a stream finish, settles it and exits 0', async () => {
    await using serve = await serveProcess({ data, environment });
    upstream.next(
      stream([roleChunk, text('slow '), { wait: 300 }, text('but whole'), finish(), usageChunk(), done]),
    );
    const response = await ask(serve, { stream: true });
    const ended = serve.end('SIGTERM');
    const events = await readEvents(response);
    expect(textOf(events)).toBe('slow but whole');
    expect(events.done).toBe(true);
    expect(await ended).toBe(0);
    expect(await rows()).toMatchObject([{ state: 'settled', partial: false, usageSource: 'reported' }]);
    await expect(fetch(`${serve.url}/health`)).rejects.toThrow();
  });

  test('that comes twice, from the process group and forwarded, is one', async () => {
    await using serve = await serveProcess({ data, environment });
    upstream.next(stream([roleChunk, text('slow '), { wait: 300 }, text('but whole'), finish(), done]));
    const response = await ask(serve, { stream: true });
    const ended = serve.end('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 50));
    serve.child.kill('SIGTERM');
    expect((await readEvents(response)).done).toBe(true);
    expect(await ended).toBe(0);
    expect(await rows()).toMatchObject([{ state: 'settled', partial: false }]);
  });

  test('a stream that outlasts the grace ends with an in-band error, is settled, and the exit is still 0', async () => {
    await using serve = await serveProcess({ data, environment });
    upstream.next(stream([roleChunk, text('never '), 'STALL']));
    const response = await ask(serve, { stream: true });
    const ended = serve.end('SIGTERM');
    const events = await readEvents(response);
    expect(events.done).toBe(false);
    expect(events.data.at(-1)).toMatchObject({ error: { code: 'shutting_down', type: 'server_error' } });
    expect(events.data.at(-1)).not.toHaveProperty('choices');
    expect(await ended).toBe(0);
    expect(await rows()).toMatchObject([{ state: 'settled', partial: true, usageSource: 'estimated' }]);
  });
});

test('kill -9 in the middle of a stream: the next start closes the row as recovered, and works', async () => {
  await using killed = await serveProcess({ data, environment });
  upstream.next(stream([roleChunk, text('cut'), 'STALL']));
  const response = await ask(killed, { stream: true });
  const reader = response.body?.getReader();
  await reader?.read();
  expect(await killed.end('SIGKILL')).toBe('SIGKILL');
  expect(await rows()).toMatchObject([{ state: 'held', recovered: false }]);

  await using again = await serveProcess({ data, environment });
  await again.ready(60_000);
  expect(again.output()).toContain('1 request of an earlier run closed as recovered');
  expect((await ask(again)).status).toBe(200);
  expect(await again.end('SIGTERM')).toBe(0);
  const [second, first] = await rows();
  expect(first).toMatchObject({ state: 'settled', recovered: true });
  expect(second).toMatchObject({ state: 'settled', recovered: false });
});

describe('what keeps it from starting is said in a sentence, with exit code 1', () => {
  test('a taken port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const outcome = await runCommand(['serve', '--port', String(port), '--data', data], environment);
    other.close();
    expect(outcome).toMatchObject({ code: 1 });
    expect(outcome.output).toContain(`127.0.0.1:${port} is taken by another program`);
    expect(outcome.output).not.toContain('    at ');
  });

  test('a data folder that cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const outcome = await runCommand(
      ['serve', '--port', '0', '--data', join(folder, 'file', 'data')],
      environment,
    );
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain(join(folder, 'file', 'data'));
    expect(outcome.output).toContain('TOLLGATE_DATA');
    expect(outcome.output).not.toContain('    at ');
  });

  test('a preset key that is too short', async () => {
    const outcome = await runCommand(['serve', '--port', '0', '--data', data], {
      ...environment,
      TOLLGATE_BOOTSTRAP_KEY: 'short',
    });
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('TOLLGATE_BOOTSTRAP_KEY must have 16 to 512 characters');
    expect(outcome.output).not.toContain('    at ');
  });

  test('a data folder that another gateway works on', async () => {
    await using serve = await serveProcess({ data, environment });
    const outcome = await runCommand(['serve', '--port', '0', '--data', data], environment);
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('Another gateway is running on the data folder');
    expect((await ask(serve)).status).toBe(200);
  });

  test('a configuration with unknown keys, each with line and column', async () => {
    const file = join(folder, 'bad.yaml');
    await writeFile(file, 'models:\n  m: { rout: [] }\nprovidres: {}\n');
    const outcome = await runCommand(['serve', '--data', data], { ...environment, TOLLGATE_CONFIG: file });
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain('bad.yaml:2:8');
    expect(outcome.output).toContain('bad.yaml:3:1');
  });
});

describe('the first start', () => {
  test('prints one key, once, and that key works', async () => {
    const { TOLLGATE_BOOTSTRAP_KEY: _, ...without } = environment;
    await using first = await serveProcess({ data, environment: without });
    await first.ready(60_000);
    const keys = new Set(first.output().match(/sk-tg-[0-9A-Za-z]{46}/g));
    expect(keys.size).toBe(1);
    const [printed] = keys;
    const models = await fetch(`${first.url}/v1/models`, { headers: { authorization: `Bearer ${printed}` } });
    expect(models.status).toBe(200);
    await first.end('SIGTERM');
    await using second = await serveProcess({ data, environment: without });
    expect(second.output()).not.toMatch(/sk-tg-/);
  });

  test('does not print a preset key', async () => {
    await using serve = await serveProcess({ data, environment });
    expect(serve.output()).not.toContain(key);
    expect((await ask(serve)).status).toBe(200);
  });
});

describe('other commands beside a running gateway', () => {
  test('keys: create, use, revoke, refused', async () => {
    await using serve = await serveProcess({ data, environment });
    const created = await runCommand(['keys', 'create', 'robot', '--data', data, '--json'], environment);
    const { id, key: robot } = JSON.parse(created.output.split('\n')[0] ?? '') as { id: string; key: string };
    const use = () => fetch(`${serve.url}/v1/models`, { headers: { authorization: `Bearer ${robot}` } });
    expect((await use()).status).toBe(200);
    const listed = await runCommand(['keys', 'list', '--data', data], environment);
    expect(listed.output).toContain(id);
    expect(listed.output).not.toContain(robot);
    expect(await runCommand(['keys', 'revoke', 'robot', '--data', data], environment)).toMatchObject({
      code: 0,
    });
    expect((await use()).status).toBe(401);
    const again = await runCommand(['keys', 'revoke', 'nobody', '--data', data], environment);
    expect(again).toMatchObject({ code: 1 });
  });

  test('chat: answers with a key of its own, which is revoked afterwards', async () => {
    await using serve = await serveProcess({ data, environment });
    const port = new URL(serve.url).port;
    const { TOLLGATE_BOOTSTRAP_KEY: _, ...without } = environment;
    upstream.next(
      stream([roleChunk, chunk({ reasoning_content: 'Hm.' }), text('A fine '), text('day.'), finish(), done]),
    );
    const args = ['chat', 'hello', '--model', 'm', '--port', port, '--data', data];
    const answer = await runCommand(args, without);
    expect(answer.output).toBe('Hm.\n\nA fine day.\n');
    const { output } = await runCommand(['keys', 'list', '--data', data], environment);
    expect(output).toMatch(/tollgate chat .* revoked/);
  });

  test('chat: its key does not outlive it when it is told to end', async () => {
    await using serve = await serveProcess({ data, environment });
    const { TOLLGATE_BOOTSTRAP_KEY: _, ...without } = environment;
    upstream.next(stream([roleChunk, text('never '), 'STALL']));
    const seen = upstream.arrival(upstream.requests.length + 1);
    const args = ['chat', 'hello', '--model', 'm', '--port', new URL(serve.url).port, '--data', data];
    const chat = runCommand(
      args,
      without,
      seen.then(() => 'SIGTERM' as const),
    );
    expect((await chat).code).toBe(0);
    const { output } = await runCommand(['keys', 'list', '--data', data], environment);
    expect(output).toMatch(/tollgate chat .* revoked/);
    expect(output).not.toMatch(/tollgate chat .* active/);
  });

  test('doctor: finds nothing wrong, then everything', async () => {
    await using serve = await serveProcess({ data, environment });
    const port = new URL(serve.url).port;
    const well = await runCommand(['doctor', '--port', port, '--data', data], environment);
    expect(well).toMatchObject({ code: 0 });
    expect(well.output).toContain('a gateway runs on');
    await mkdir(join(folder, 'model.gguf'));
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const taken = String((other.address() as { port: number }).port);
    const ill = await runCommand(
      [
        'doctor',
        '--port',
        taken,
        '--data',
        join(folder, 'tollgate.yaml', 'x'),
        '--local-model',
        join(folder, 'model.gguf'),
      ],
      environment,
    );
    other.close();
    expect(ill.code).toBe(1);
    expect(ill.output).toContain('is taken by another program');
    expect(ill.output).toContain('cannot be made');
    expect(ill.output).toContain('is a folder, not a GGUF file');
  });

  test('wrong use is explained, with exit code 2', async () => {
    for (const args of [
      ['nonsense'],
      ['serve', '--nonsense'],
      ['keys'],
      ['keys', 'revoke', '--data', data],
    ]) {
      const outcome = await runCommand(args, environment);
      expect(outcome.code, args.join(' ')).toBe(2);
      expect(outcome.output).not.toContain('    at ');
    }
    expect(await runCommand(['--version'])).toMatchObject({ code: 0 });
    expect(await runCommand(['help', 'serve'])).toMatchObject({ code: 0 });
  });
});

test('without any model it starts, /ready names the reason, and a request is told what to do', async () => {
  const { TOLLGATE_CONFIG: _, ...bare } = environment;
  await using serve = await serveProcess({
    data,
    environment: { ...bare, TOLLGATE_LOCAL_MODEL: join(folder, 'missing.gguf') },
  });
  let ready = await fetch(`${serve.url}/ready`);
  let body = (await ready.json()) as { checks: { engine: { state: string; detail: string } } };
  while (body.checks.engine.state !== 'failed') {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ready = await fetch(`${serve.url}/ready`);
    body = (await ready.json()) as typeof body;
  }
  expect(ready.status).toBe(503);
  expect(body.checks.engine.detail).toContain('missing.gguf does not exist');
  const refused = await ask(serve, { model: 'gpt-5.1' });
  expect(refused.status).toBe(503);
  // Nothing changes by itself, so no client should wait for it.
  expect(refused.headers.get('x-should-retry')).toBe('false');
  expect(refused.headers.get('retry-after')).toBeNull();
  expect(await refused.json()).toMatchObject({
    error: { code: 'no_available_upstream', message: expect.stringContaining('TOLLGATE_LOCAL_MODEL') },
  });
  expect((await fetch(`${serve.url}/health`)).status).toBe(200);
});
