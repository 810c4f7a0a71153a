// HTTP at the edge of its rules: every request that can be read as one is answered in the shape this gateway's clients
// parse, with the id that finds it in the log; none is taken for two.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type HttpAnswer, headerOf } from './http-bytes.ts';
import { judgeHead, judgeRefusal, parsed } from './judge-answer.ts';
import { playRaw } from './raw-client.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';

let upstream: RawUpstream;
let gateway: TestGateway;
const arrived: string[] = [];

beforeAll(async () => {
  upstream = await startRawUpstream((body) => {
    arrived.push(body);
    return undefined;
  });
  gateway = await startGateway({ upstreams: [upstream.url] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(gateway.logs).toEqual([]);
});

/** The answers to these bytes; listens until `expected` have come or the connection is closed. */
async function answersTo(bytes: string, expected = 1): Promise<readonly HttpAnswer[]> {
  const script = {
    pieces: [Buffer.from(bytes, 'latin1')],
    pauseMs: 0,
    ending: 'wait',
    method: 'POST',
    expected,
  } as const;
  const heard = await playRaw(gateway.port, script, 2000, 30_000);
  expect(heard.broken).toBeUndefined();
  return heard.answers;
}

const body = JSON.stringify({ model: 'test-model', messages: [{ role: 'user', content: 'x' }] });
const request = (headers: string, text = body, key = gateway.key) =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n${headers}\r\n\r\n${text}`;

test.each([
  ['no Host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['no Host and a body', `POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}`, 400],
  ['no Host where HTTP asks for none', 'GET /health HTTP/1.0\r\n\r\n', 200],
  ['an expectation nobody knows', 'GET /health HTTP/1.1\r\nhost: x\r\nexpect: 200-ok\r\n\r\n', 200],
  [
    'an upgrade nobody offers',
    'GET /health HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    200,
  ],
  ['an absolute URL', 'GET http://elsewhere/health HTTP/1.1\r\nhost: x\r\n\r\n', 200],
  ['an URL with a fragment', 'GET /health#x HTTP/1.1\r\nhost: x\r\n\r\n', 200],
  ['an asterisk', 'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n', 404],
  ['a model named with line ends', 'GET /v1/models/a%0d%0ax-injected:%201 HTTP/1.1\r\nhost: x\r\n\r\n', 401],
])('%s', async (_, bytes, status) => {
  const [answer] = await answersTo(bytes);
  if (!answer) throw new Error('no answer');
  expect([answer.status, judgeHead(answer)]).toEqual([status, []]);
  if (status >= 400) expect(judgeRefusal(answer, false)).toEqual([]);
});

test('a body may wait for its 100', async () => {
  const [answer] = await answersTo(request(`expect: 100-continue\r\ncontent-length: ${body.length}`));
  expect(answer?.status).toBe(200);
});

test('pipelined requests are answered in their order', async () => {
  const one = request(`content-length: ${body.length}`);
  const other = request('content-length: 2', '{}');
  const answers = await answersTo(one + other + one + other, 4);
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 400]);
  expect(new Set(answers.map((answer) => headerOf(answer, 'x-request-id'))).size).toBe(4);
});

test.each([
  ['a length and chunks', (length: number) => `content-length: ${length}\r\ntransfer-encoding: chunked`],
  ['chunks and a length', (length: number) => `transfer-encoding: chunked\r\ncontent-length: ${length}`],
  ['two lengths', (length: number) => `content-length: ${length}\r\ncontent-length: 5`],
  ['a list of lengths', (length: number) => `content-length: ${length}, 5`],
  ['a signed length', (length: number) => `content-length: +${length}`],
  [
    'a space before the colon',
    (length: number) => `content-length: ${length}\r\ntransfer-encoding : chunked`,
  ],
  [
    'a coding that is almost chunks',
    (length: number) => `content-length: ${length}\r\ntransfer-encoding: xchunked`,
  ],
  ['a folded header', (length: number) => `content-length: ${length}\r\ntransfer-encoding:\r\n chunked`],
  ['chunks that are not the last coding', () => 'transfer-encoding: chunked, identity'],
])('%s: a request inside the body stays there', async (_, framing) => {
  arrived.splice(0);
  const inner = request(`content-length: ${body.length}`, body.replace('"x"', '"smuggled"'));
  const payload = `0\r\n\r\n${inner}`;
  const answers = await answersTo(request(framing(payload.length), payload), 2);
  expect(answers.length).toBeLessThan(2);
  for (const answer of answers) {
    expect(answer.status).toBe(400);
    expect(parsed(answer.body.toString()).error.type).toBe('invalid_request_error');
  }
  expect(arrived.filter((text) => text.includes('smuggled'))).toEqual([]);
});
