// Stored secrets in a running gateway: used, changed under way, unreadable, missing; and nowhere to be seen.
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Json, type ScriptedUpstream, startUpstream, whole } from '../support/scripted-upstream.ts';
import { runCommand, serveProcess } from '../support/serve-process.ts';
import { setByPipe } from './set-by-pipe.ts';

const first = 'sk-stored-0123456789abcdefghij-FIRST';
const second = 'sk-stored-0123456789abcdefghij-OTHER';
const key = 'a-preset-bootstrap-key-0123456789';
let upstream: ScriptedUpstream;
let folder: string;

beforeAll(async () => {
  upstream = await startUpstream(whole());
});
afterAll(() => upstream[Symbol.asyncDispose]());
beforeEach(async () => {
  upstream.requests.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'tollgate-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const data = () => join(folder, 'data');
const environment = () => ({
  TOLLGATE_CONFIG: join(folder, 'tollgate.yaml'),
  TOLLGATE_DATA: data(),
  TOLLGATE_BOOTSTRAP_KEY: key,
  TOLLGATE_LOCAL_MODEL: 'off',
  TOLLGATE_LOG_LEVEL: 'debug',
  TOLLGATE_WORKERS: '2',
});
const run = (...args: string[]) => runCommand(args, environment());
const set = (name: string, value: string) => setByPipe(name, value, environment());

async function configure(apiKey: string): Promise<void> {
  const provider = (value: string) => ({
    type: 'openai-compatible',
    base_url: upstream.url,
    api_key: value,
    headers: { 'x-extra': 'plain' },
  });
  const route = (...names: string[]) => names.map((name) => [{ provider: name, model: 'x' }]);
  const config = {
    providers: { stored: provider(apiKey), plain: provider('sk-plain-key') },
    models: {
      only: { price: 'free', route: route('stored') },
      both: { price: 'free', route: route('stored', 'plain') },
    },
  };
  await writeFile(join(folder, 'tollgate.yaml'), JSON.stringify(config));
}

async function ask(url: string, model: string): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  return { status: response.status, body: await response.json() };
}
const sent = () => String(upstream.last().headers.authorization).replace('Bearer ', '');

/** Every byte of the data folder: database, write-ahead log, key file, locks. Sockets have none. */
function inDataFolder(): string {
  return readdirSync(data(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n');
}

test('used, changed while requests go on without one failing, and in no output and no file', {
  timeout: 120_000,
}, async () => {
  const outputs: string[] = [];
  await configure(`\${secret:UPSTREAM}`);
  outputs.push((await set('UPSTREAM', first)).output);
  await using gateway = await serveProcess({ data: data(), environment: environment() });
  expect((await ask(gateway.url, 'only')).status).toBe(200);
  expect(sent()).toBe(first);

  const statuses = new Set<number>();
  outputs.push((await set('UPSTREAM', second)).output);
  const until = performance.now() + 60_000;
  while (sent() !== second) {
    statuses.add((await ask(gateway.url, 'only')).status);
    expect(performance.now(), gateway.output()).toBeLessThan(until);
  }
  expect([...statuses]).toEqual([200]);

  // Under another master key the value is the same: nothing is taken over, nothing fails.
  outputs.push((await run('secrets', 'rotate-key')).output);
  expect(outputs.at(-1)).toContain('Encrypted 1 stored secret anew');
  expect((await ask(gateway.url, 'only')).status).toBe(200);
  const refused = await whatIsSaidOf(gateway.url);
  outputs.push(refused);

  for (const args of [['list'], ['list', '--json'], ['remove', 'UPSTREAM']]) {
    outputs.push((await run('secrets', ...args)).output);
  }
  outputs.push((await run('doctor')).output, (await run('providers', 'test')).output);
  for (const path of ['/ready', '/health', '/v1/models', '/openapi.json']) {
    const headers = { authorization: `Bearer ${key}` };
    outputs.push(await (await fetch(`${gateway.url}${path}`, { headers })).text());
  }
  expect(outputs.join('\n')).toContain('1 stored, all can be decrypted');
  const whileRunning = inDataFolder();
  await gateway.end('SIGTERM');
  outputs.push(gateway.output());
  const seen = [...outputs, whileRunning, inDataFolder()].join('\n');
  for (const secret of [first, second]) {
    expect(seen).not.toContain(secret);
    expect(seen).not.toContain(Buffer.from(secret).toString('base64').slice(0, 40));
    expect(seen).not.toContain(secret.slice(0, 20));
  }
});

/** What an upstream's refusal that quotes the key becomes. */
async function whatIsSaidOf(url: string): Promise<string> {
  upstream.next(({ request, head, end }) => {
    head(400, { 'content-type': 'application/json' });
    end(JSON.stringify({ error: { message: `bad key ${request.headers.authorization}`, code: 'x' } }));
  });
  return JSON.stringify((await ask(url, 'only')).body);
}

test('without its master key a provider is not called, the others are, and it is said where to look', {
  timeout: 120_000,
}, async () => {
  await configure(`\${secret:UPSTREAM}`);
  await set('UPSTREAM', first);
  renameSync(join(data(), 'secret.key'), join(folder, 'kept.key'));
  await using gateway = await serveProcess({ data: data(), environment: environment() });
  const only = await ask(gateway.url, 'only');
  expect(only.status).toBe(503);
  expect(only.body.error.message).toContain('the credentials of provider `stored` cannot be decrypted');
  expect((await ask(gateway.url, 'both')).status).toBe(200);
  expect(sent()).toBe('sk-plain-key');
  expect(upstream.requests.map(({ raw }) => raw.toString()).join()).not.toContain('unreadable-secret');

  const ready = await (await fetch(`${gateway.url}/ready`)).text();
  expect(ready).toContain('`UPSTREAM` cannot be decrypted: there is no master key');
  const doctor = await run('doctor');
  expect(doctor.code).toBe(1);
  expect(doctor.output).toContain('Provider `stored` is not called.');
  const tried = await run('providers', 'test', '--provider', 'stored');
  expect(tried.output).toContain('cannot be decrypted');
  expect(upstream.requests).toHaveLength(1);

  // The key comes back, and the gateway notices by itself.
  renameSync(join(folder, 'kept.key'), join(data(), 'secret.key'));
  const until = performance.now() + 60_000;
  while ((await ask(gateway.url, 'only')).status !== 200) {
    expect(performance.now(), gateway.output()).toBeLessThan(until);
  }
  expect(sent()).toBe(first);
  await expect
    .poll(async () => (await fetch(`${gateway.url}/ready`)).json())
    .toMatchObject({
      checks: { config: { ok: true } },
    });

  // Lost again while it runs, and the store changed: what it has, it keeps.
  renameSync(join(data(), 'secret.key'), join(folder, 'kept.key'));
  await expect
    .poll(async () => await (await fetch(`${gateway.url}/ready`)).text(), { timeout: 60_000 })
    .toContain('cannot be decrypted');
  expect((await ask(gateway.url, 'only')).status).toBe(200);
  expect(sent()).toBe(first);
});

test('a secret that is not stored is a mistake of the file, with its place, and mended by storing it', {
  timeout: 120_000,
}, async () => {
  await configure(`\${secret:UPSTREM}`);
  await set('UPSTREAM', first);
  const refused = await run('serve', '--port', '0');
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(
    /tollgate\.yaml:1:\d+: There is no stored secret `UPSTREM`\. Did you mean `UPSTREAM`\? `tollgate secrets set UPSTREM` stores one\./,
  );
  expect(refused.output).toContain(`\${secret:UPSTREM}`);

  await configure('sk-plain-key');
  await using gateway = await serveProcess({ data: data(), environment: environment() });
  await configure(`\${secret:LATER}`);
  await expect
    .poll(async () => await (await fetch(`${gateway.url}/ready`)).text(), { timeout: 60_000 })
    .toContain('no stored secret `LATER`');
  expect((await ask(gateway.url, 'only')).status).toBe(200);
  await set('LATER', second);
  const until = performance.now() + 60_000;
  do {
    expect((await ask(gateway.url, 'only')).status).toBe(200);
    expect(performance.now(), gateway.output()).toBeLessThan(until);
  } while (sent() !== second);
});

test('a configuration without stored secrets that is wrong makes no data folder', async () => {
  await writeFile(join(folder, 'tollgate.yaml'), 'nonsense: 1\n');
  expect((await run('serve', '--port', '0')).code).toBe(1);
  expect(readdirSync(folder)).toEqual(['tollgate.yaml']);
});
