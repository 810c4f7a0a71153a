// Requests of many megabytes: what the upstream gets is what the client wrote, and what is wrong with them is said as of
// small ones. How long others wait for them is measured by bench/large-body.ts.
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf } from '../support/read-events.ts';
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

const megabyte = 1024 * 1024;
const longMs = 120_000;
let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const base64 = (bytes: number) => randomBytes(bytes).toString('base64');
const image = (data: string) => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } });
const user = (...content: Json[]) => ({ role: 'user', content });
const prose = 'She said: "The café is shut."\n\t\\o/ 漢字 😀 '.repeat(30_000);

describe('arrive as they were sent', () => {
  test.each<[string, () => Json]>([
    [
      '20 MB of images',
      () => ({ messages: Array.from({ length: 5 }, () => user(image(base64(3 * megabyte)))) }),
    ],
    [
      'image, sound, file and text',
      () => ({
        messages: [
          { role: 'system', content: prose },
          user(
            { type: 'text', text: prose },
            image(base64(megabyte)),
            { type: 'input_audio', input_audio: { data: base64(megabyte), format: 'wav' } },
            { type: 'file', file: { file_data: `data:application/pdf;base64,${base64(megabyte)}` } },
          ),
        ],
        extension: { deep: [base64(megabyte), prose] },
      }),
    ],
    [
      'a great many messages',
      () => ({
        messages: Array.from({ length: 20_000 }, (_, index) => user({ type: 'text', text: `"${index}"` })),
      }),
    ],
  ])(
    '%s',
    async (_, members) => {
      for (const stream of [false, true]) {
        const body = ask({ ...members(), stream });
        const response = await gateway.chat(body);
        expect(response.status).toBe(200);
        await response.text();
        const sent = upstream.last();
        expect(Number(sent.headers['content-length'])).toBe(sent.raw.length);
        const { stream_options: asked, ...rest } = sent.body;
        expect(asked).toEqual(stream ? { include_usage: true } : undefined);
        // Not toEqual, which would print megabytes.
        expect(JSON.stringify(rest) === JSON.stringify({ ...body, model: 'upstream-model' })).toBe(true);
      }
    },
    longMs,
  );

  test(
    'to the next upstream, when the first one fails',
    async () => {
      const second = await startUpstream(polite);
      await using _ = second;
      await using both = await startGateway({ upstreams: [upstream.url, second.url] });
      upstream.next((answer) => answer.reset());
      const body = ask({ messages: [user(image(base64(4 * megabyte)))] });
      expect((await both.chat(body)).status).toBe(200);
      expect(
        JSON.stringify(second.last().body) === JSON.stringify({ ...body, model: 'upstream-model' }),
      ).toBe(true);
    },
    longMs,
  );

  test(
    'in pieces without an announced length',
    async () => {
      const bytes = Buffer.from(JSON.stringify(ask({ messages: [user(image(base64(3 * megabyte)))] })));
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(bytes.subarray(sent, sent + 100_000));
          sent += 100_000;
          if (sent >= bytes.length) controller.close();
        },
      });
      const response = await gateway.chat('', { body, duplex: 'half' } as RequestInit);
      expect(response.status).toBe(200);
      expect(
        JSON.stringify(upstream.last().body.messages) === JSON.stringify(JSON.parse(String(bytes)).messages),
      ).toBe(true);
    },
    longMs,
  );
});

describe('are refused like small ones', () => {
  const good = base64(megabyte);
  const broken = `${good.slice(0, 700_000)}!${good.slice(700_001)}`;
  test.each<[string, Json, string | null, string | null]>([
    [
      'a broken image',
      { messages: [user({ type: 'text', text: 'x' }, image(broken))] },
      'messages[0].content[1].image_url.url',
      'invalid_value',
    ],
    [
      'an image cut off',
      { messages: [user(image(good.slice(0, -1)))] },
      'messages[0].content[0].image_url.url',
      'invalid_value',
    ],
    [
      'no image',
      { messages: [user({ type: 'image_url', image_url: { url: `data:text/plain;base64,${good}` } })] },
      'messages[0].content[0].image_url.url',
      'invalid_value',
    ],
    [
      'a text as an image',
      { messages: [user({ type: 'image_url', image_url: { url: prose } })] },
      'messages[0].content[0].image_url.url',
      'invalid_value',
    ],
    [
      'a broken sound',
      { messages: [user({ type: 'input_audio', input_audio: { data: broken, format: 'mp3' } })] },
      'messages[0].content[0].input_audio.data',
      'invalid_value',
    ],
    ['a range', { messages: [user(image(good))], n: 200 }, 'n', 'integer_above_max_value'],
    [
      'an identifier that is no such thing',
      { safety_identifier: good },
      'safety_identifier',
      'string_above_max_length',
    ],
    ['metadata of megabytes', { metadata: { a: prose } }, 'metadata.a', 'string_above_max_length'],
    [
      'a name of megabytes',
      { tools: [{ type: 'function', function: { name: good } }] },
      'tools[0].function.name',
      'string_above_max_length',
    ],
    [
      'a role of megabytes',
      { messages: [{ role: good, content: 'x' }] },
      'messages[0].role',
      'invalid_value',
    ],
    [
      'an unanswered call',
      {
        messages: [
          user(image(good)),
          {
            role: 'assistant',
            tool_calls: [{ id: good, type: 'function', function: { name: 'f', arguments: prose } }],
          },
        ],
      },
      'messages[1].tool_calls',
      null,
    ],
  ])(
    '%s',
    async (_, members, param, code) => {
      const before = upstream.requests.length;
      const response = await gateway.chat(ask(members));
      expect(response.status).toBe(400);
      const error = await errorOf(response);
      expect(error).toMatchObject({ type: 'invalid_request_error', param, code });
      expect(error.message.length).toBeLessThan(500);
      expect(upstream.requests.length).toBe(before);
    },
    longMs,
  );

  test(
    'a call and its answer with the same id of megabytes is no fault',
    async () => {
      const call = { id: good, type: 'function', function: { name: 'f', arguments: '{}' } };
      const messages = [
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: good, content: prose },
      ];
      expect((await gateway.chat(ask({ messages }))).status).toBe(200);
    },
    longMs,
  );

  test.each([
    ['cut off', (json: Buffer) => json.subarray(0, -1)],
    ['cut off in an image', (json: Buffer) => json.subarray(0, 500_000)],
    [
      'with bytes that are no UTF-8',
      (json: Buffer) => Buffer.from(json.toString('latin1').replace('AAAA', '\xff\xfe'), 'latin1'),
    ],
    ['an array', (json: Buffer) => Buffer.concat([Buffer.from('['), json, Buffer.from(']')])],
    [
      'with a line break in an image',
      (json: Buffer) => Buffer.from(json.toString('latin1').replace('AAAA', 'AA\nA'), 'latin1'),
    ],
  ])(
    'no JSON object: %s',
    async (_, spoil) => {
      const json = Buffer.from(
        JSON.stringify(ask({ messages: [user(image(`${good}AAAA${good}`.replace(/=/g, 'A')))] })),
      );
      const response = await gateway.chat(spoil(json));
      expect(response.status).toBe(400);
      expect(await errorOf(response)).toMatchObject({
        code: null,
        param: null,
        message: expect.stringContaining('could not parse the JSON body'),
      });
    },
    longMs,
  );

  test(
    'over the limit, however it is sent',
    async () => {
      const size = 33 * megabyte;
      const response = await gateway.chat(Buffer.alloc(size, ' '));
      expect(response.status).toBe(413);
    },
    longMs,
  );
});

describe('content encodings', () => {
  test.each(['gzip', 'br', 'deflate', 'GZIP', 'gzip, identity', 'x'.repeat(500)])('%s', async (encoding) => {
    const response = await gateway.chat(gzipSync(JSON.stringify(ask())), {
      headers: { 'content-encoding': encoding },
    });
    expect(response.status).toBe(415);
    const error = await errorOf(response);
    expect(error).toMatchObject({
      code: 'unsupported_content_encoding',
      param: null,
      type: 'invalid_request_error',
    });
    expect(error.message).toMatch(/^Unsupported content encoding: '/);
    expect(error.message.length).toBeLessThan(300);
  });

  test.each(['identity', ' Identity '])('%j is none', async (encoding) => {
    expect((await gateway.chat(ask(), { headers: { 'content-encoding': encoding } })).status).toBe(200);
  });
});
