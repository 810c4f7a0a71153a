// One gateway of two workers: what holds for all of them at once, whichever a connection comes to.
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents as readAdminEvents } from '../support/read-admin-events.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import { done, finish, type Json, polite, roleChunk, stream, text } from '../support/scripted-upstream.ts';
import { eventually, key, type Site, startSite } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 60_000);
afterAll(() => site[Symbol.asyncDispose]());

/** `GET` on as many new connections at once: with two workers and eight connections both are asked. */
async function getOnAll(path: string, bearer = key): Promise<{ status: number; body: Json }[]> {
  const agent = new Agent();
  const answers = Array.from(
    { length: 8 },
    () =>
      new Promise<{ status: number; body: Json }>((resolve, reject) => {
        const asked = request(
          `${site.serve.url}${path}`,
          { agent, headers: { authorization: `Bearer ${bearer}` } },
          async (response) => {
            let body = '';
            for await (const piece of response) body += piece;
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(body) });
          },
        );
        asked.on('error', reject).end();
      }),
  );
  return Promise.all(answers);
}

async function makeKey(name: string): Promise<{ id: string; key: string }> {
  return site.admin('POST', '/keys', { name });
}

test('greets once', () => {
  expect(site.serve.output().match(/listens on/g)).toHaveLength(1);
});

test('500 clients on a limit of 37: 37 are served', { timeout: 120_000 }, async () => {
  const limited = await makeKey('limited');
  await site.admin('POST', '/limits', {
    scope: { key: limited.id },
    metric: 'requests',
    window: 'day',
    amount: 37,
  });
  const before = site.upstream.requests.length;
  const statuses = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const response = await site.chat({}, { key: limited.key });
      await response.arrayBuffer();
      return response.status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(37);
  expect(statuses.filter((status) => status === 429)).toHaveLength(463);
  expect(site.upstream.requests.length - before).toBe(37);
  const rows = (await site.closedRows()).filter(({ keyId }) => keyId === limited.id);
  expect(rows).toHaveLength(37);
  expect(await site.findings()).toEqual([]);
});

test('a stream comes through whole', async () => {
  const events = await readEvents(await site.chat({ stream: true }));
  expect(textOf(events)).toBe('Hello, world!');
  expect(events.done).toBe(true);
});

test('metrics are those of all workers', async () => {
  await eventually(async () => (await site.metric('tollgate_requests_in_flight')) === 0);
  const before = await site.metric('tollgate_requests_total');
  await Promise.all(Array.from({ length: 12 }, async () => (await site.chat()).arrayBuffer()));
  await eventually(async () => (await site.metric('tollgate_requests_total')) === before + 12);
  expect(await site.metric('tollgate_workers')).toBe(2);
  expect(await site.metric('tollgate_worker_restarts_total')).toBe(0);
  expect(await site.metric('tollgate_ledger_batch_items_count')).toBeGreaterThan(0);
  expect(await site.metric('tollgate_config_generation')).toBeGreaterThan(0);
  expect(await site.metric('tollgate_requests_in_flight')).toBe(0);
});

test('both workers get connections, and one circuit opened in one of them is seen', async () => {
  const pids = await site.workers();
  expect(pids).toHaveLength(2);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  site.upstream.always(stream([roleChunk, text('a'), held, text('b'), finish(), done]));
  const streams = await Promise.all(Array.from({ length: 4 }, () => site.chat({ stream: true })));
  const fds = await Promise.all(pids.map(async (pid) => sockets(pid)));
  for (const count of fds) expect(count).toBeGreaterThanOrEqual(4);
  expect(await site.metric('tollgate_requests_in_flight')).toBe(4);
  expect(await site.metric('tollgate_upstream_requests_in_flight')).toBe(4);
  release();
  for (const response of streams) expect(textOf(await readEvents(response))).toBe('ab');
  site.upstream.always(polite);
});

/** TCP connections of a process: two for each stream, the client's and the upstream's. Linux alone tells. */
async function sockets(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 4;
  const { readdir, readlink } = await import('node:fs/promises');
  const names = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')),
  );
  return tables
    .join('\n')
    .split('\n')
    .filter((line) => inodes.has(line.trim().split(/\s+/)[9] ?? '')).length;
}

test('what an administrator changes is everywhere when the change is answered; a key that is revoked is out', async () => {
  await site.admin('POST', '/models', {
    name: 'made',
    route: [[{ provider: 'scripted', model: 'upstream-model' }]],
  });
  for (const { body } of await getOnAll('/v1/models')) {
    expect(body.data.map(({ id }: Json) => id)).toContain('made');
  }
  const made = await makeKey('short-lived');
  for (const { status } of await getOnAll('/v1/models', made.key)) expect(status).toBe(200);
  await site.admin('POST', `/keys/${made.id}/revoke`);
  for (const { status } of await getOnAll('/v1/models', made.key)) expect(status).toBe(401);
  const asked = await Promise.all(Array.from({ length: 6 }, () => site.chat({}, { key: made.key })));
  for (const response of asked) expect(response.status).toBe(401);
});

test('a reload reaches all, and one that is refused changes none', { timeout: 60_000 }, async () => {
  const { generation } = (await getOnAll('/ready'))[0]?.body.checks.config ?? {};
  await site.configure((config) => {
    config.models.second = { price: 'free', route: [[{ provider: 'scripted' }]] };
  });
  site.serve.child.kill('SIGHUP');
  await eventually(async () =>
    (await getOnAll('/ready')).every(({ body }) => body.checks.config.generation === generation + 1),
  );
  for (const { body } of await getOnAll('/v1/models')) {
    expect(body.data.map(({ id }: Json) => id)).toContain('second');
  }
  await site.configure((config) => {
    config.models.second.price = 'dear';
  });
  site.serve.child.kill('SIGHUP');
  await eventually(async () => (await getOnAll('/ready')).every(({ body }) => !body.checks.config.ok));
  for (const { body } of await getOnAll('/v1/models')) {
    expect(body.data.map(({ id }: Json) => id)).toContain('second');
  }
  await site.configure((config) => {
    config.models.second.price = 'free';
  });
  site.serve.child.kill('SIGHUP');
  await eventually(async () => (await getOnAll('/ready')).every(({ body }) => body.checks.config.ok));
});

test('the same Idempotency-Key at another worker gets the answer of the one execution', {
  timeout: 60_000,
}, async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const before = site.upstream.requests.length;
  site.upstream.always(stream([roleChunk, held, text('once'), finish(), done]));
  const headers = { 'idempotency-key': 'the-same' };
  const asked = Array.from({ length: 4 }, () => site.chat({ stream: true }, { headers }));
  await site.upstream.arrival(before + 1);
  release();
  const answers = await Promise.all(asked.map(async (response) => readEvents(await response)));
  for (const answer of answers) expect(textOf(answer)).toBe('once');
  expect(site.upstream.requests.length - before).toBe(1);
  site.upstream.always(polite);
});

test('streams of events of the admin API come through as they happen, and end with their reader', async () => {
  const ending = new AbortController();
  const response = await site.adminRaw('/admin/v1/requests/live', { signal: ending.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: string[] = [];
  const reading = readAdminEvents(response, ({ event }) => events.push(event));
  await eventually(() => events.includes('ready'));
  await (await site.chat()).arrayBuffer();
  await eventually(() => events.includes('requests'));
  ending.abort();
  await reading;
});

test('what is at no worker is passed on as it is', async () => {
  const { url } = site.serve;
  expect((await fetch(`${url}/docs`)).status).toBe(200);
  expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  const unknown = await fetch(`${url}/nowhere`);
  expect([unknown.status, ((await unknown.json()) as Json).error.code]).toEqual([404, 'unknown_url']);
  const method = await fetch(`${url}/v1/chat/completions`);
  expect([method.status, method.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(`${url}/admin/v1/keys`)).status).toBe(401);
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  const head = await site.adminRaw('/admin/v1/keys', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const long = await site.adminRaw('/admin/v1/keys', { method: 'POST', body: 'x'.repeat(3_000_000) });
  expect(long.status).toBe(413);
  expect((await site.adminRaw('/admin/v1/keys')).status).toBe(200);
});

test('nobody can say for himself under which address he is seen', async () => {
  const guess = (address: string) =>
    fetch(`${site.serve.url}/admin/v1/keys`, {
      headers: { authorization: 'Bearer wrong-token', 'x-tollgate-client-address': address },
    });
  const statuses: number[] = [];
  for (let index = 0; index < 15; index++) statuses.push((await guess(`203.0.113.${index}`)).status);
  expect(statuses).toContain(429);
  expect((await site.adminRaw('/admin/v1/keys')).status).toBe(200);
});
