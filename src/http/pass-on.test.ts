// What a worker passes on arrives as it was sent, but for what the worker alone may say; answers come back as they are.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createIdSource, systemClock } from '../core/clock.ts';
import { createExchanges } from './exchanges.ts';
import { createPassOn, type PassOn } from './pass-on.ts';
import { asPassedOn, clientHeader } from './passed-on.ts';

let folder: string;
let passOn: PassOn;
let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
let port: number;
const failures: unknown[] = [];
const primary = createServer((incoming, outgoing) => answer(incoming, outgoing));
const exchanges = createExchanges(systemClock, createIdSource('req_', systemClock));
const worker = createServer((incoming, outgoing) =>
  exchanges.run(incoming, outgoing, (exchange) =>
    passOn(exchange).catch((error) => void failures.push(error)),
  ),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-'));
  const path = join(folder, 's');
  primary.listen(path);
  worker.listen(0, '127.0.0.1');
  await Promise.all([once(primary, 'listening'), once(worker, 'listening')]);
  passOn = createPassOn(path);
  port = (worker.address() as AddressInfo).port;
});
beforeEach(() => failures.splice(0));
afterAll(async () => {
  passOn[Symbol.dispose]();
  for (const server of [primary, worker]) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

interface Got {
  readonly status: number | undefined;
  readonly headers: readonly string[];
  readonly body: string;
}

function ask(method: string, path: string, headers: readonly string[] = [], body?: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, method, path, headers: ['host', 'gw', ...headers] }, async (response) => {
      try {
        let text = '';
        for await (const piece of response) text += piece;
        resolve({ status: response.statusCode, headers: response.rawHeaders, body: text });
      } catch (error) {
        reject(error);
      }
    });
    asked.on('error', reject).end(body);
  });
}

test('method, path, headers and body, with the address that the worker sees', async () => {
  answer = (incoming, outgoing) => {
    let body = '';
    incoming.on('data', (piece) => {
      body += piece;
    });
    incoming.on('end', () => {
      outgoing.writeHead(201, 'Made', ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'etag', '"7"']);
      const { method, url, headers } = incoming;
      const address = asPassedOn(incoming).socket.remoteAddress;
      outgoing.end(JSON.stringify({ method, url, headers, body, address }));
    });
  };
  const { status, headers, body } = await ask(
    'PATCH',
    '/admin/v1/keys/k%2F1?x=a%20b',
    [
      clientHeader,
      '203.0.113.9',
      'X-Twice',
      '1',
      'X-Twice',
      '2',
      'connection',
      'x-hop, keep-alive',
      'x-hop',
      '1',
      'expect',
      '100-continue',
      'transfer-encoding',
      'chunked',
    ],
    '{"name":"ü"}',
  );
  expect(status).toBe(201);
  expect(headers.filter((_, index) => headers[index - (index % 2)] === 'set-cookie')).toEqual([
    'set-cookie',
    'a=1',
    'set-cookie',
    'b=2',
  ]);
  const seen = JSON.parse(body);
  expect(seen).toMatchObject({
    method: 'PATCH',
    url: '/admin/v1/keys/k%2F1?x=a%20b',
    body: '{"name":"ü"}',
    headers: { host: 'gw', 'x-twice': '1, 2' },
  });
  expect(seen.address).toMatch(/127\.0\.0\.1$/);
  expect(seen.headers).not.toHaveProperty('x-hop');
  expect(seen.headers).not.toHaveProperty('expect');
});

test.each(['GET', 'DELETE', 'OPTIONS', 'POST'])(
  'where a body ends does not depend on what the client names in `Connection`: %s',
  async (method) => {
    const seen: (string | undefined)[] = [];
    answer = (incoming, outgoing) => {
      seen.push(incoming.url);
      incoming.resume().on('end', () => outgoing.end(incoming.headers.host));
    };
    const inner = `GET /smuggled HTTP/1.1\r\nHost: gw\r\n${clientHeader}: 203.0.113.9\r\n\r\n`;
    const headers = ['connection', 'content-length, host', 'content-length', String(inner.length)];
    expect(await ask(method, '/outer', headers, inner)).toMatchObject({ status: 200, body: 'gw' });
    expect(await ask('GET', '/next')).toMatchObject({ status: 200, body: 'gw' });
    expect(seen).toEqual(['/outer', '/next']);
  },
);

test('what a proxy says of its client stays, whatever the client names in `Connection`', async () => {
  answer = ({ headers }, outgoing) => outgoing.end(JSON.stringify(headers));
  const said = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'a', 'x-forwarded-proto': 'https' };
  const { body } = await ask('GET', '/', [
    'connection',
    Object.keys(said).join(),
    ...Object.entries(said).flat(),
  ]);
  expect(JSON.parse(body)).toMatchObject(said);
});

test('a client that leaves ends the request there', async () => {
  const left = new Promise<void>((resolve) => {
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.write('event: ready\n\n');
      outgoing.once('close', resolve);
    };
  });
  const asked = request({ port, path: '/admin/v1/requests/live' });
  asked.on('error', () => undefined).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const [piece] = await once(response, 'data');
  expect(String(piece)).toBe('event: ready\n\n');
  asked.destroy();
  await left;
});

test('an answer that breaks off breaks off; one that does not come is said', async () => {
  answer = (_, outgoing) => {
    outgoing.writeHead(200, { 'content-length': 10 });
    outgoing.write('half');
    setImmediate(() => outgoing.destroy());
  };
  await expect(ask('GET', '/')).rejects.toThrow();
  answer = (incoming) => incoming.socket.destroy();
  const asked = request({ port, path: '/' });
  asked.on('error', () => undefined).end();
  while (failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(failures).toMatchObject([{ code: 'shutting_down' }]);
  asked.destroy();
});
