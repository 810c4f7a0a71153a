// Upstreams that do answer, but not in a form that can be read: the reason says what to look at, for the operator who wrote
// a wrong port or has a proxy in between. Real sockets, real bytes.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RawAnswer, type RawUpstream, startRawUpstream } from '../hostile/raw-upstream.ts';
import { errorOf } from '../support/read-events.ts';
import { completion, goodStream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let answer: RawAnswer | undefined;
let upstream: RawUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startRawUpstream(() => answer);
  gateway = await startGateway({
    upstreams: [upstream.url],
    model: { timeouts: { first_token: '20s', idle: '20s', total: '60s' } },
    server: { circuit_breaker: 'off' },
  });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const json = Buffer.from(JSON.stringify(completion()));
const events = Buffer.from(goodStream('Hello').join(''));
const bytes = (head: string, body: Buffer = Buffer.alloc(0), length = body.length): RawAnswer => ({
  packets: [Buffer.from(`HTTP/1.1 ${head}\r\ncontent-length: ${length}\r\n\r\n`), body],
  ending: 'end',
});
const said = (text: string): RawAnswer => ({ packets: [Buffer.from(text)], ending: 'end' });

const compressed = 'its answer is compressed, though nothing but plain bytes was asked for';
const notHttp = 'its answer was not valid HTTP';

test.each<[string, boolean, RawAnswer, string]>([
  [
    'a whole answer in gzip',
    false,
    bytes('200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip', gzipSync(json)),
    compressed,
  ],
  [
    'a stream in gzip',
    true,
    bytes('200 OK\r\ncontent-type: text/event-stream\r\nContent-Encoding: GZIP', gzipSync(events)),
    compressed,
  ],
  [
    'a stream as text',
    true,
    bytes('200 OK\r\ncontent-type: text/plain', events),
    'it did not stream, but answered with content type `text/plain`',
  ],
  [
    'a stream of no type',
    true,
    bytes('200 OK', events),
    'it did not stream, but answered without a content type',
  ],
  [
    'a page for a stream',
    true,
    bytes('200 OK\r\ncontent-type: text/html; charset=x', Buffer.from('<html>')),
    'it did not stream, but answered with a web page',
  ],
  [
    'a type that is no type',
    true,
    bytes(`200 OK\r\ncontent-type: sk-upstream-key ${'x'.repeat(90)}`, events),
    'answered with a content type that is none',
  ],
  [
    'JSON of another kind for a stream',
    true,
    bytes('200 OK\r\ncontent-type: application/json', Buffer.from('{"ok":true}')),
    'its answer has no choices',
  ],
  [
    'a page, not for a stream',
    false,
    bytes('200 OK\r\ncontent-type: text/html', Buffer.from('<html>')),
    'not JSON',
  ],
  ['another protocol', false, said('SSH-2.0-OpenSSH_9\r\n'), notHttp],
  ['another protocol for a stream', true, said('SSH-2.0-OpenSSH_9\r\n'), notHttp],
  [
    'a chunk without a size',
    false,
    said('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc'),
    notHttp,
  ],
  [
    'more bytes promised than sent',
    false,
    bytes('200 OK\r\nconnection: close\r\ncontent-type: application/json', json, json.length + 5),
    'its answer was shorter or longer than it said',
  ],
])('%s', async (_, stream, given, reason) => {
  answer = given;
  const response = await gateway.chat(ask({ stream }));
  expect(response.status).toBe(502);
  const error = await errorOf(response);
  expect(error).toMatchObject({ code: 'upstream_error', message: expect.stringContaining(reason) });
  expect(error.message).not.toContain('sk-upstream-key');
});

test('a coding that changes nothing is none; a refusal keeps its status, whatever it is packed in', async () => {
  answer = bytes('200 OK\r\ncontent-type: application/json\r\ncontent-encoding: identity', json);
  expect((await gateway.chat(ask())).status).toBe(200);
  answer = bytes(
    '400 Bad\r\ncontent-type: application/json\r\ncontent-encoding: gzip',
    gzipSync('{"error":"no"}'),
  );
  const response = await gateway.chat(ask());
  expect(response.status).toBe(400);
  expect((await errorOf(response)).message).toContain('it gave no reason');
});
