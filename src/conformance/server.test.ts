// How the server under test is asked: waits that it asks for are kept, what never ends is given up.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectTo, NoAnswer, type Server } from './server.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

async function serverOf(
  listener: RequestListener,
  timeoutMs = 20_000,
): Promise<{ server: Server; waits: number[]; asked: () => number }> {
  let asked = 0;
  const http = createServer((incoming, response) => {
    asked++;
    listener(incoming, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const waits: number[] = [];
  const server = connectTo({
    baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    apiKey: 'sk-test',
    model: 'm',
    timeoutMs,
    large: false,
    wait: async (ms) => void waits.push(ms),
  });
  open.push(server, {
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
    },
  });
  return { server, waits, asked: () => asked };
}

test('a chat completion: path, key, type, model', async () => {
  const { server } = await serverOf((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece) => pieces.push(piece));
    incoming.on('end', () =>
      response.end(
        JSON.stringify({
          url: incoming.url,
          headers: incoming.headers,
          body: JSON.parse(String(Buffer.concat(pieces))),
        }),
      ),
    );
  });
  const reply = await server.chat({ messages: [] }, { 'x-own': '1' });
  expect(reply.json).toMatchObject({
    url: '/v1/chat/completions',
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json', 'x-own': '1' },
    body: { model: 'm', messages: [] },
  });
});

test.each([
  [429, { 'retry-after': '2' }, [2000, 2000]],
  [429, { 'retry-after-ms': '120', 'retry-after': '1' }, [120, 120]],
  [503, { 'retry-after': '1' }, [1000, 1000]],
  [503, {}, []],
  [429, { 'retry-after': '3600' }, []],
  [429, { 'retry-after': '1', 'x-should-retry': 'false' }, []],
  [500, { 'retry-after': '1' }, []],
])('status %i with %j is waited for so: %j', async (status, headers, expected) => {
  const { server, waits, asked } = await serverOf((_, response) => response.writeHead(status, headers).end());
  expect((await server.chat({})).status).toBe(status);
  expect(waits).toEqual(expected);
  expect(asked()).toBe(expected.length + 1);
});

test('an answer that never ends is given up, and said so', async () => {
  const { server } = await serverOf((_, response) => void response.writeHead(200).write('x'), 200);
  const failure = server.chat({});
  await expect(failure).rejects.toBeInstanceOf(NoAnswer);
  await expect(failure).rejects.toThrow('nothing came to an end within 0.2 s');
});

test('a connection that breaks', async () => {
  const { server } = await serverOf((incoming) => incoming.socket.destroy());
  await expect(server.chat({})).rejects.toBeInstanceOf(NoAnswer);
});

test('an answer that is left is seen to be left', async () => {
  const left: Promise<unknown>[] = [];
  const { server } = await serverOf((_, response) => {
    left.push(new Promise((resolve) => response.on('close', resolve)));
    response.writeHead(200).write('x');
  });
  await server.abandon({}, 'first-byte');
  expect(left).toHaveLength(1);
  await left[0];
});
