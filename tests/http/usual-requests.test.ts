// Usual requests are served without Node's server, and nobody can tell by the bytes: the same bytes, in the same pieces, to a server
// that knows them and to one that leaves all to Node, have the same answers but for ids and dates.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  body,
  type ChatServer,
  openClient,
  requestOf,
  startChatServer,
  streamBody,
  withoutMoment,
} from './chat-server.ts';

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

const lastWords = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

/** Everything that comes until the connection is closed, which the last of the pieces asks for. */
async function answersTo(server: ChatServer, pieces: readonly string[], pauseMs: number): Promise<string> {
  using client = await openClient(server.port);
  for (const [index, piece] of pieces.entries()) {
    if (index > 0 && pauseMs > 0) await delay(pauseMs);
    await client.send(piece);
  }
  await client.closed;
  return withoutMoment(client.text()).replace(/"uptime_seconds":\d+/, '"uptime_seconds":0');
}

async function same(pieces: readonly string[], pauseMs = 0): Promise<string> {
  const [one, other] = await Promise.all([
    answersTo(usual, pieces, pauseMs),
    answersTo(bare, pieces, pauseMs),
  ]);
  expect(one).toBe(other);
  return one;
}

const splitAt = (text: string, at: number) => [text.slice(0, at), text.slice(at)];

describe('the same answers', () => {
  test('to usual requests one after another, whole answers and streams', async () => {
    const before = usual.usual.length;
    const answers = await same([requestOf(), requestOf(streamBody), requestOf(), lastWords], 10);
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(4);
    expect(answers).toContain('Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n');
    expect(answers).toContain('data: [DONE]');
    expect(usual.usual.length - before).toBe(3);
    expect(bare.usual).toEqual([]);
  });

  test.each([
    ['a whole answer', requestOf()],
    ['a stream', requestOf(streamBody)],
    ['a body that is none', requestOf('no JSON é')],
  ])('to %s, split at every place', async (_, text) => {
    const before = usual.usual.length;
    const places = Array.from({ length: text.length - 1 }, (_, index) => index + 1);
    // Some at a time: so many connections at once would wait for each other longer than a request is waited for.
    for (let from = 0; from < places.length; from += 8) {
      await Promise.all(places.slice(from, from + 8).map((at) => same([...splitAt(text, at), lastWords])));
    }
    // A machine may be late, and then Node has them; on none are they all too late.
    expect(usual.usual.length).toBeGreaterThan(before);
  });

  test('to a request whose rest takes its time, split anywhere', async () => {
    const before = usual.usual.length;
    const text = requestOf();
    const places = Array.from({ length: Math.floor(text.length / 7) }, (_, index) => 1 + index * 7);
    await Promise.all(places.map((at) => same([...splitAt(text, at), lastWords], 60)));
    expect(usual.usual.length).toBe(before);
  });

  test.each([
    ['another path', requestOf().replace('completions', 'completion')],
    ['a query', requestOf().replace('completions', 'completions?a=b')],
    ['another method', requestOf().replace('POST', 'PUT')],
    ['HTTP/1.0', requestOf().replace('1.1', '1.0')],
    ['HTTP/1.0 that wants to stay', requestOf(body, 'Connection: keep-alive\r\n').replace('1.1', '1.0')],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no host', requestOf().replace('Host: x\r\n', '')],
    ['two hosts', requestOf(body, 'Host: y\r\n')],
    ['two keys', requestOf(body, 'Authorization: Bearer other\r\n')],
    ['two fields of any name', requestOf(body, 'X-A: 1\r\nX-A: 2\r\n')],
    ['the end of the connection', requestOf(body, 'Connection: close\r\n')],
    ['an upgrade', requestOf(body, 'Connection: upgrade\r\nUpgrade: websocket\r\n')],
    [
      'upgrade to HTTP/2',
      requestOf(body, 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: a\r\n'),
    ],
    ['a wait for 100', requestOf(body, 'Expect: 100-continue\r\n')],
    ['trailers', requestOf(body, 'TE: trailers\r\nTrailer: x-a\r\n')],
    ['blanks around values', requestOf(body, 'X-A: \t a b \t \r\nX-B:\r\nX-C:c\r\n')],
    ['names in odd case', requestOf(body, 'x-STAINLESS-Lang: js\r\nCONTENT-TYPE: application/json\r\n')],
    ['names every object has', requestOf(body, '__proto__: a\r\nconstructor: b\r\n')],
    ['bytes above ASCII', requestOf(body, 'X-A: \xe9\xff\r\n')],
    ['a long field', requestOf(body, `X-A: ${'a'.repeat(7000)}\r\n`)],
    ['a longer field', requestOf(body, `X-A: ${'a'.repeat(12_000)}\r\n`)],
    ['a field too long', requestOf(body, `X-A: ${'a'.repeat(20_000)}\r\n`)],
    ['a control character', requestOf(body, 'X-A: a\x01b\r\n')],
    ['a zero byte', requestOf(body, 'X-A: a\0b\r\n')],
    ['a blank in a name', requestOf(body, 'X A: b\r\n')],
    ['a blank behind a name', requestOf(body, 'X-A : b\r\n')],
    ['a line without colon', requestOf(body, 'X-A\r\n')],
    ['a folded line', requestOf(body, 'X-A: b\r\n c\r\n')],
    ['line feeds alone', requestOf().replaceAll('\r\n', '\n')],
    ['a line feed alone', requestOf(body, 'X-A: b\n')],
    ['a carriage return alone', requestOf(body, 'X-A: b\rX-B: c\r\n')],
    ['an empty line before it', `\r\n${requestOf()}`],
    ['an empty body', requestOf('')],
    ['a length with a sign', requestOf().replace('Length: ', 'Length: +')],
    ['a length in hex', requestOf().replace(/Length: \d+/, 'Length: 0x10')],
    ['a length with a zero before it', requestOf().replace('Length: ', 'Length: 0')],
    ['a list of lengths', requestOf().replace(/Length: (\d+)/, 'Length: $1, $1')],
    ['two lengths', requestOf(body, 'Content-Length: 5\r\n')],
    ['the same length twice', requestOf(body, `Content-Length: ${body.length}\r\n`)],
    ['no length', requestOf().replace(/Content-Length: \d+\r\n/, '')],
    [
      'chunks',
      requestOf('')
        .replace('Content-Length: 0', 'Transfer-Encoding: chunked')
        .concat('3\r\nabc\r\n0\r\n\r\n'),
    ],
    ['chunks and a length', requestOf('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked\r\n')],
    ['an unknown coding', requestOf(body, 'Transfer-Encoding: xchunked\r\n')],
    ['two requests at once', requestOf() + requestOf('{"second":1}')],
    ['a request and half of another', requestOf() + requestOf().slice(0, 50)],
    ['a request and garbage', `${requestOf()}garbage\r\n\r\n`],
    ['garbage', 'garbage\r\n\r\n'],
    ['a body of 100,000 bytes', requestOf('a'.repeat(100_000))],
  ])('to %s', async (_, text) => {
    await same([text, lastWords], 20);
    await same([requestOf(), text, lastWords], 20);
  });
});

test('what is behind a request is never taken for a part of it, nor the other way round', async () => {
  const inner = requestOf('{"smuggled":1}');
  const short = requestOf(`ab${inner}`).replace(/Length: \d+/, 'Length: 2');
  const long = requestOf('ab').replace('Length: 2', `Length: ${2 + Buffer.byteLength(inner)}`) + inner;
  expect((await same([short, lastWords], 20)).match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  expect((await same([long, lastWords], 20)).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});
