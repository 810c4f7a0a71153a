// Upstreams that send too much, or what was not asked for: lines without end, choices by the thousand, compressed bodies,
// text that would be headers. The gateway's memory stays bounded, and the client gets one honest answer.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  choice,
  chunk,
  completion,
  done,
  event,
  finish,
  type Json,
  polite,
  refusal,
  type Script,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { headerOf } from './http-bytes.ts';
import { judgeHead, judgeRefusal } from './judge-answer.ts';
import { judgeStream } from './judge-stream.ts';
import { createRawClient } from './raw-client.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url] });
});
beforeEach(() => upstream.always(polite));
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(gateway.logs.filter(({ level, error }) => level >= 50 || error === 'internal_error')).toEqual([]);
});

/** The answer's very bytes, as the gateway writes them. */
async function exactly(body: Json) {
  const json = Buffer.from(JSON.stringify(body));
  const client = createRawClient(gateway.port);
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${json.length}\r\n\r\n`;
  const heard = await client.exchange([Buffer.from(head), json], 30_000);
  client.close();
  expect(heard.broken).toBeUndefined();
  const [answer] = heard.answers;
  if (!answer) throw new Error(`no answer: ${heard.ended}`);
  return answer;
}

/** Writes `piece` until the gateway has had enough; says how many bytes that took. */
function without(
  end: number,
  type: string,
  opening: string,
  piece: Buffer,
): { script: Script; sent: () => number } {
  let sent = 0;
  const script: Script = async ({ head, write, end: finished }) => {
    head(200, { 'content-type': type });
    if (!(await write(opening))) return;
    while (sent < end && (await write(piece))) sent += piece.length;
    finished();
  };
  return { script, sent: () => sent };
}

describe('without end', () => {
  const mebibyte = Buffer.alloc(2 ** 20, 'y');
  const limit = 200 * 2 ** 20;

  test.each([
    ['a line of a stream', 'data: {"choices":[{"index":0,"delta":{"content":"', mebibyte],
    ['a comment of a stream', ': ', mebibyte],
    ['an event of many lines', '', Buffer.from('data: y\n'.repeat(2 ** 17))],
  ])(
    '%s is given up on',
    async (_, opening, piece) => {
      const endless = without(limit, 'text/event-stream', opening, piece);
      upstream.next(endless.script);
      const before = process.memoryUsage().rss;
      const answer = await exactly(ask({ stream: true }));
      expect(judgeRefusal(answer, true)).toEqual([]);
      expect(answer.status).toBe(502);
      expect(endless.sent()).toBeLessThan(limit / 2);
      expect(process.memoryUsage().rss - before).toBeLessThan(limit);
      expect(await upstream.last().closed).toBe('aborted');
    },
    60_000,
  );

  test('a whole answer is given up on', async () => {
    const endless = without(limit, 'application/json', '{"choices":[{"message":{"content":"', mebibyte);
    upstream.next(endless.script);
    const answer = await exactly(ask());
    expect([answer.status, judgeRefusal(answer, true)]).toEqual([502, []]);
    expect(endless.sent()).toBeLessThan(limit);
  }, 60_000);

  test('an error body is cut, and still read as the refusal it is', async () => {
    upstream.next(async ({ head, write, end }) => {
      head(400, { 'content-type': 'application/json' });
      for (let left = 100; left > 0 && (await write(mebibyte)); left--);
      end();
    });
    const answer = await exactly(ask());
    expect([answer.status, judgeRefusal(answer, true)]).toEqual([400, []]);
  }, 60_000);

  test('a head is given up on', async () => {
    upstream.next(({ response }) => {
      response.socket?.write('HTTP/1.1 200 OK\r\n');
      response.socket?.end(`x-y: ${'y'.repeat(2 ** 20)}\r\n\r\n`);
    });
    const answer = await exactly(ask());
    expect([answer.status, judgeRefusal(answer, true)]).toEqual([502, []]);
  });

  test('comments and empty events are neither passed on nor kept', async () => {
    const noise = ': ping\n\ndata:\n\nevent: ping\n\n'.repeat(2000);
    upstream.next(stream([noise, text('a'), ...Array(50).fill(noise), finish(), done]));
    const answer = await exactly(ask({ stream: true }));
    expect(answer.body.length).toBeLessThan(2000);
    expect(judgeStream(answer.body, { model: 'test-model', includeUsage: false })).toEqual([]);
  }, 30_000);
});

describe('by the thousand', () => {
  test('10,000 choices in a whole answer', async () => {
    const choices = Array.from({ length: 10_000 }, (_, index) => choice({ index }));
    upstream.next(whole(completion({ choices })));
    const answer = await exactly(ask());
    expect([200, 502]).toContain(answer.status);
  });

  test('10,000 choices in a stream', async () => {
    const choices = Array.from({ length: 10_000 }, (_, index) => ({
      index,
      delta: { content: 'x' },
      finish_reason: null,
    }));
    upstream.next(stream([event({ choices }), done]));
    const answer = await exactly(ask({ stream: true }));
    expect([answer.status, judgeRefusal(answer, true)]).toEqual([502, []]);
  });

  test.each([1e9, 2 ** 53, -1, 0.5, 128])('choice %d of a stream', async (index) => {
    upstream.next(stream([text('a'), chunk({ content: 'b' }, { index }), finish(), done]));
    const answer = await exactly(ask({ stream: true }));
    expect(answer.body.length).toBeLessThan(5000);
    expect(judgeStream(answer.body, { model: 'test-model', includeUsage: false })).toEqual([]);
  });

  test('10,000 tool calls with indexes of their own choice', async () => {
    const tool_calls = Array.from({ length: 10_000 }, (_, index) => ({
      index: 1e9 - index,
      id: `c${index}`,
      function: { name: 'f', arguments: '{}' },
    }));
    upstream.next(stream([chunk({ tool_calls }), finish('tool_calls'), done]));
    const answer = await exactly(ask({ stream: true }));
    expect(judgeStream(answer.body, { model: 'test-model', includeUsage: false })).toEqual([]);
  }, 60_000);
});

describe('compressed, though nobody asked for it', () => {
  test.each([
    ['a whole answer', false, 'application/json', JSON.stringify(completion())],
    ['a stream', true, 'text/event-stream', text('a') + finish() + done],
  ])('%s is either read or said to be unreadable', async (_, streaming, type, body) => {
    upstream.next(({ head, end }) => {
      head(200, { 'content-type': type, 'content-encoding': 'gzip' });
      end(gzipSync(body));
    });
    const answer = await exactly(ask({ stream: streaming }));
    expect(headerOf(answer, 'content-encoding')).toBeUndefined();
    expect([200, 502]).toContain(answer.status);
    if (answer.status === 502) expect(judgeRefusal(answer, true)).toEqual([]);
    expect(upstream.last().headers['accept-encoding'] ?? 'identity').toBe('identity');
  });
});

describe('text that would be headers', () => {
  const injection = 'x\r\nx-injected: 1\r\n\r\n<html>';

  test.each<[string, boolean, Script]>([
    [
      'an error of an upstream',
      false,
      refusal(400, { message: injection, code: injection, param: injection, type: injection }),
    ],
    [
      'an error in a stream',
      true,
      stream([text('a'), event({ error: { message: injection, code: injection } })]),
    ],
    [
      'the id and model of an answer',
      false,
      whole(
        completion({
          id: injection,
          model: injection,
          system_fingerprint: injection,
          service_tier: injection,
        }),
      ),
    ],
    [
      'the names of tools',
      false,
      whole(
        completion({
          choices: [
            choice({
              message: {
                content: null,
                tool_calls: [
                  { id: injection, type: 'function', function: { name: injection, arguments: '{}' } },
                ],
              },
            }),
          ],
        }),
      ),
    ],
  ])('%s', async (_, streaming, script) => {
    upstream.next(script);
    const answer = await exactly(ask({ stream: streaming }));
    expect(judgeHead(answer)).toEqual([]);
    expect(answer.headers.map(([name]) => name)).not.toContain('x-injected');
    expect(answer.body.toString()).not.toContain('\r\nx-injected');
  });

  test.each(['模型', 'a\u0000b', 'a\r\nb: c', '😀'])(
    'the name of the upstream’s model %j is refused where it is configured, for it stands in a header',
    async (model) => {
      await using fresh = await startGateway({ upstreams: [upstream.url] });
      await fresh.configure({
        providers: { first: { type: 'openai-compatible', base_url: upstream.url } },
        models: { 'test-model': { price: 'free', route: [[{ provider: 'first', model }]] } },
      });
      expect(fresh.logs.map(({ msg }) => msg).join()).toMatch(/not taken over:.*`model` must be/s);
      for (const streaming of [false, true]) {
        const response = await fresh.chat(ask({ stream: streaming }));
        expect(response.headers.get('x-tollgate-served-by')).toBe('first/upstream-model');
        expect(response.headers.get('b')).toBeNull();
        await response.text();
      }
    },
  );
});
