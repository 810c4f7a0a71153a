// More requests than the event loop can do, for real: clients, gateway and upstream share one thread here, so that it is busy however
// fast the machine is. And the bound on how many may be under way.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  done,
  finish,
  polite,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { readMetrics } from '../telemetry/read-metrics.ts';

const metricsToken = 'overload-metrics-0123';
const adminToken = 'overload-admin-0123456';

let upstream: ScriptedUpstream;
const sockets: Socket[] = [];

beforeAll(async () => {
  upstream = await startUpstream(polite);
});
afterEach(() => {
  upstream.always(polite);
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => upstream?.[Symbol.asyncDispose]());

interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

interface Client {
  /** Sends these bytes and resolves with the answer that comes next on this connection. */
  send(bytes: string | Buffer): Promise<RawAnswer>;
  readonly socket: Socket;
}

async function rawClient(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let received = '';
  let tell: ((answer: RawAnswer) => void) | undefined;
  socket.on('data', (piece) => {
    received += piece.toString('latin1');
    const end = received.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
    if (end < 0 || received.length < end + 4 + length) return;
    const [status = '', ...lines] = received.slice(0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    );
    const body = received.slice(end + 4, end + 4 + length);
    received = received.slice(end + 4 + length);
    tell?.({ status: Number(status.split(' ')[1]), headers, body });
  });
  return {
    socket,
    send(bytes) {
      socket.write(bytes);
      return new Promise((resolve) => {
        tell = resolve;
      });
    },
  };
}

function chatBytes(key: string, body: unknown = ask()): string {
  const json = JSON.stringify(body);
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

function start(server: object = {}): Promise<TestGateway> {
  return startGateway({
    upstreams: [upstream.url],
    server,
    variables: { TOLLGATE_METRICS_TOKEN: metricsToken, TOLLGATE_ADMIN_TOKEN: adminToken },
  });
}

async function metricsOf(gateway: TestGateway) {
  const page = await fetch(`${gateway.url}/metrics`, {
    headers: { authorization: `Bearer ${metricsToken}` },
  });
  expect(page.status).toBe(200);
  return readMetrics(await page.text());
}

/** As every error answer, and a time to come back at. */
function expectRefusal({ status, headers, body }: RawAnswer, reason: string): void {
  expect(status).toBe(503);
  expect(headers.get('x-request-id')).toMatch(/^req_[0-9A-Za-z]{22}$/);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('openai-version')).toBe('2020-10-01');
  expect(headers.get('x-should-retry')).toBe('true');
  expect(headers.get('connection')).toBe('keep-alive');
  const afterMs = Number(headers.get('retry-after-ms'));
  expect(afterMs).toBeGreaterThanOrEqual(1000);
  expect(afterMs).toBeLessThanOrEqual(3000);
  expect(headers.get('retry-after')).toBe(String(Math.ceil(afterMs / 1000)));
  const seconds = `${Math.ceil(afterMs / 1000)} second${afterMs > 1000 ? 's' : ''}`;
  expect(JSON.parse(body)).toEqual({
    error: {
      message: `The gateway is at capacity: ${reason}. Please retry in ${seconds}.`,
      type: 'server_error',
      param: null,
      code: 'overloaded',
    },
  });
}

const busy = 'more requests arrive than it can process';
const full = 'as many requests are open as it takes at a time';

test('beyond capacity requests are told so, the rest goes on, and it ends with the load', async () => {
  await using gateway = await start();
  const running = streamOf(gateway, 100);
  // A loop accepts one connection a turn: all of them before the load.
  const clients = await Promise.all(Array.from({ length: 1000 }, () => rawClient(gateway.port)));
  await Promise.all(clients.map(({ send }) => send('GET /health HTTP/1.1\r\nhost: x\r\n\r\n')));
  let loading = true;
  let answered = 0;
  const refusals: RawAnswer[] = [];
  const reused: number[] = [];
  // Work for this thread alone: one stage, and no connections to an upstream.
  const bytes = chatBytes(gateway.key, ask({ model: 'nobody' }));
  const load = clients.map(async ({ send }) => {
    let refusedBefore = false;
    while (loading) {
      const answer = await send(bytes);
      if (refusedBefore) reused.push(answer.status);
      refusedBefore = answer.status === 503;
      if (answer.status === 404) {
        answered++;
        work(0.4);
      } else refusals.push(answer);
      // Whoever is refused may ask again on the same connection, and some of them get through.
      loading &&= refusals.length < 300 || reused.filter((status) => status === 404).length < 20;
      if (refusedBefore) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
  while (refusals.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const looks = await Promise.all([
    fetch(`${gateway.url}/health`),
    fetch(`${gateway.url}/ready`),
    fetch(`${gateway.url}/admin/v1/models`, { headers: { authorization: `Bearer ${adminToken}` } }),
  ]);
  expect(looks.map(({ status }) => status)).toEqual([200, 200, 200]);
  await Promise.all(load);
  for (const refusal of refusals) expectRefusal(refusal, busy);
  expect(new Set(refusals.map(({ headers }) => headers.get('x-request-id'))).size).toBe(refusals.length);
  expect(new Set(refusals.map(({ headers }) => headers.get('retry-after-ms'))).size).toBeGreaterThan(10);

  const events = await running;
  expect([textOf(events), events.done]).toEqual(['a'.repeat(100), true]);

  // Nobody asks any more: the next one is taken.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const after = await Promise.all(Array.from({ length: 50 }, () => gateway.chat(ask())));
  expect(new Set(after.map(({ status }) => status))).toEqual(new Set([200]));
  await Promise.all(after.map((response) => response.text()));

  // A request is counted once it is over, which is a moment after its answer.
  let metrics = await metricsOf(gateway);
  while (metrics.sum('tollgate_requests_in_flight') > 0) metrics = await metricsOf(gateway);
  expect(metrics.sum('tollgate_overload_refusals_total', { reason: 'busy' })).toBe(refusals.length);
  expect(metrics.sum('tollgate_errors_total', { code: 'overloaded' })).toBe(refusals.length);
  expect(metrics.sum('tollgate_requests_total', { status: '5xx' })).toBe(refusals.length);
  expect(metrics.sum('tollgate_requests_total', { status: '4xx' })).toBe(answered);
  expect(metrics.sum('tollgate_requests_total', { status: '2xx' })).toBe(after.length + 1);
  expect(metrics.sum('tollgate_requests_in_flight')).toBe(0);
  const lines = gateway.logs.filter(
    ({ msg }) => msg === 'requests are refused: the event loop is busy without a pause',
  );
  expect(lines[0]).toMatchObject({ level: 40, refused: 1, error: 'overloaded' });
  expect(lines.length).toBeLessThan(refusals.length / 10);
}, 120_000);

/** Keeps this thread busy: an answer costs the same on a fast machine and on a slow one. */
function work(cpuMs: number): void {
  const used = process.threadCpuUsage();
  let more = 0;
  while (more < cpuMs * 1000) {
    const { user, system } = process.threadCpuUsage(used);
    more = user + system;
  }
}

async function streamOf(gateway: TestGateway, words: number) {
  upstream.next(async (answer) => {
    answer.head(200, { 'content-type': 'text/event-stream' });
    await answer.write(roleChunk);
    for (let count = 0; count < words; count++) {
      if (!(await answer.write(text('a')))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await answer.write(finish() + usageChunk() + done);
    answer.end();
  });
  return readEvents(await gateway.chat(ask({ stream: true })));
}

/** Requests at the upstream wait until they are let go, one by one. */
function holdAnswers(): { readonly waiting: (() => void)[]; letAllGo(): void } {
  const waiting: (() => void)[] = [];
  upstream.always(async (answer) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await polite(answer);
  });
  return {
    waiting,
    letAllGo() {
      upstream.always(polite);
      for (const go of waiting.splice(0)) go();
    },
  };
}

test('server.max_concurrent_requests is exact, and leaves the way in to those who look after the gateway', async () => {
  await using gateway = await start({ max_concurrent_requests: 3 });
  const { waiting, letAllGo } = holdAnswers();
  const before = upstream.requests.length;
  const held = [gateway.chat(ask()), gateway.chat(ask({ stream: true })), gateway.chat(ask())];
  await upstream.arrival(before + 3);
  const clients = await Promise.all([rawClient(gateway.port), rawClient(gateway.port)]);
  for (const client of clients) expectRefusal(await client.send(chatBytes(gateway.key)), full);
  const models = await clients[0]?.send(
    `GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\n\r\n`,
  );
  expectRefusal(models as RawAnswer, full);
  for (const path of ['/health', '/ready', '/docs']) {
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
  }
  expect((await metricsOf(gateway)).sum('tollgate_overload_refusals_total', { reason: 'full' })).toBe(3);
  const made = await fetch(`${gateway.url}/admin/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'made while full' }),
  });
  expect(made.status).toBe(201);

  // One is over: there is room for one, and not for two.
  waiting.shift()?.();
  const first = await Promise.race(held);
  expect(first.status).toBe(200);
  await first.text();
  const next = gateway.chat(ask());
  await upstream.arrival(before + 4);
  expectRefusal((await clients[1]?.send(chatBytes(gateway.key))) as RawAnswer, full);

  letAllGo();
  for (const answer of await Promise.all([...held, next])) if (!answer.bodyUsed) await answer.text();
  expect((await clients[1]?.send(chatBytes(gateway.key)))?.status).toBe(200);
  expect((await gateway.ledger()).length).toBe(5);
}, 30_000);

test('the body of a refused request is read and dropped, and the connection goes on', async () => {
  await using gateway = await start({ max_concurrent_requests: 1 });
  const { letAllGo } = holdAnswers();
  const before = upstream.requests.length;
  const held = gateway.chat(ask());
  await upstream.arrival(before + 1);
  const client = await rawClient(gateway.port);
  const large = chatBytes(gateway.key, ask({ user: 'x'.repeat(1024 * 1024) }));
  // Its head alone is enough for the answer; then the megabyte comes after all.
  const [head = '', body = ''] = large.split('\r\n\r\n');
  expectRefusal(await client.send(`${head}\r\n\r\n`), full);
  expectRefusal(await client.send(body + chatBytes(gateway.key)), full);
  letAllGo();
  const answer = await held;
  expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true]);
  expect((await client.send(large)).status).toBe(200);
}, 30_000);

test('a client that never sends the body it was refused for is hung up on', async () => {
  await using gateway = await start({ max_concurrent_requests: 1 });
  const { letAllGo } = holdAnswers();
  const before = upstream.requests.length;
  const held = gateway.chat(ask());
  await upstream.arrival(before + 1);
  const client = await rawClient(gateway.port);
  const [head = ''] = chatBytes(gateway.key).split('\r\n\r\n');
  const closed = once(client.socket, 'close');
  expectRefusal(await client.send(`${head}\r\n\r\n`), full);
  await closed;
  letAllGo();
  const answer = await held;
  expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true]);
}, 30_000);
