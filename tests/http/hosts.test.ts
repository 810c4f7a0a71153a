// A request names one host (RFC 9112 section 3.2), whoever reads it: the reader of usual requests, Node's server or the router.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { body, type ChatServer, openClient, startChatServer } from './chat-server.ts';

let usual: ChatServer;
let bare: ChatServer;

beforeAll(async () => {
  usual = await startChatServer({});
  bare = await startChatServer({ bare: true });
});
afterAll(async () => {
  await usual?.[Symbol.asyncDispose]();
  await bare?.[Symbol.asyncDispose]();
});

/** Status and error. */
async function answerTo(
  server: ChatServer,
  line: string,
  hosts: string,
): Promise<[number, string | undefined]> {
  using client = await openClient(server.port);
  const content = line.startsWith('POST') ? `Content-Length: ${body.length}\r\n\r\n${body}` : '\r\n';
  await client.send(`${line}\r\n${hosts}Connection: close\r\n${content}`);
  await client.closed;
  const [head = '', text = ''] = client.text().split('\r\n\r\n');
  return [Number(head.split(' ')[1]), JSON.parse(text).error?.message];
}

const none = 'The request has no Host header, which HTTP/1.1 requires.';
const wrong = 'The request has several Host headers, or one that names no host.';

test.each([
  ['', none],
  ['Host: a\r\nHost: b\r\n', wrong],
  ['host: a\r\nHOST: a\r\n', wrong],
  ['Host: a b\r\n', wrong],
  ['Host: a/b\r\n', wrong],
  ['Host: user@a\r\n', wrong],
  ['Host: a, b\r\n', wrong],
  ['Host: a:b\r\n', wrong],
  ['Host: \xe9\r\n', wrong],
  ['Host:\r\n', undefined],
  ['Host: a_b.example:8080\r\n', undefined],
  ['Host: 127.0.0.1\r\n', undefined],
  ['Host: [::1]:80\r\n', undefined],
])('%j', async (hosts, message) => {
  const status = message === undefined ? 200 : 400;
  for (const server of [usual, bare]) {
    for (const line of ['POST /v1/chat/completions', 'POST /v1/chat/completions?a=b', 'GET /health'])
      expect([line, ...(await answerTo(server, `${line} HTTP/1.1`, hosts))]).toEqual([line, status, message]);
  }
});

test('the reader of usual requests leaves those with another host to Node', async () => {
  const before = usual.usual.length;
  for (const host of ['a', 'a b']) {
    using client = await openClient(usual.port);
    await client.send(`POST /v1/chat/completions HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\n{}`);
    await client.until('\r\n\r\n');
  }
  expect(usual.usual.length).toBe(before + 1);
});

test('HTTP/1.0 knows no hosts', async () => {
  expect(await answerTo(usual, 'GET /health HTTP/1.0', '')).toEqual([200, undefined]);
  expect(await answerTo(usual, 'GET /health HTTP/1.0', 'Host: a\r\nHost: b\r\n')).toEqual([400, wrong]);
});
