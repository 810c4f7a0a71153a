// The official Node client in front of the gateway, and the bytes under it.
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, readEvents, textOf } from '../support/read-events.ts';
import {
  choice,
  chunk,
  completion,
  done,
  finish,
  goodStream,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;
let client: OpenAI;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ upstreams: [upstream.url] });
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});
beforeEach(() => upstream.always(polite));
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

const streaming: OpenAI.ChatCompletionCreateParamsStreaming = ask({ stream: true });

const tools = [
  {
    type: 'function' as const,
    function: { name: 'weather', parameters: { type: 'object', properties: {} } },
  },
];
const toolCalls = [
  { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
  { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
];
const toolCallChunks = [
  chunk({ role: 'assistant', content: null }),
  chunk({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }],
  }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
  chunk({
    tool_calls: [{ index: 1, id: 'call_2', type: 'function', function: { name: 'weather', arguments: '' } }],
  }),
  chunk({ tool_calls: [{ index: 1, function: { arguments: '{"city":"Oslo"}' } }] }),
  finish('tool_calls'),
  usageChunk(),
  done,
];

describe('answers', () => {
  test('plain', async () => {
    const answer = await client.chat.completions.create(ask());
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'test-model',
      choices: [{ index: 0, finish_reason: 'stop', logprobs: null }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    });
    expect(answer.choices[0]?.message).toEqual({
      role: 'assistant',
      content: 'Hello, world!',
      refusal: null,
      annotations: [],
    });
    expect(answer._request_id).toMatch(/^req_/);
    expect(upstream.last().body).toMatchObject({ model: 'upstream-model' });
    expect(upstream.last().headers).not.toHaveProperty('accept-encoding');
  });

  test('stream', async () => {
    const pieces: string[] = [];
    for await (const part of await client.chat.completions.create(streaming)) {
      pieces.push(part.choices[0]?.delta.content ?? '');
    }
    expect(pieces.join('')).toBe('Hello, world!');
  });

  test('stream helper', async () => {
    const final = await client.chat.completions
      .stream(ask({ stream_options: { include_usage: true } }))
      .finalChatCompletion();
    expect(final.choices[0]?.message).toMatchObject({ role: 'assistant', content: 'Hello, world!' });
    expect(final.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 5 });
  });

  test('n = 2, streamed', async () => {
    upstream.next(
      stream([
        roleChunk,
        chunk({ role: 'assistant', content: '' }, { index: 1 }),
        text('red'),
        text('blue', { index: 1 }),
        finish(),
        finish('length', { index: 1 }),
        usageChunk(),
        done,
      ]),
    );
    const final = await client.chat.completions.stream(ask({ n: 2 })).finalChatCompletion();
    expect(final.choices.map(({ message, finish_reason }) => [message.content, finish_reason])).toEqual([
      ['red', 'stop'],
      ['blue', 'length'],
    ]);
  });

  test('a refusal of the model stays one', async () => {
    upstream.next(whole(completion({ choices: [choice({ message: { content: null, refusal: 'No.' } })] })));
    const answer = await client.chat.completions.create(ask());
    expect(answer.choices[0]?.message).toMatchObject({ content: null, refusal: 'No.' });
  });
});

describe('tools', () => {
  test('round trip with two calls at once', async () => {
    upstream.next(
      whole(
        completion({
          choices: [
            choice({ message: { content: null, tool_calls: toolCalls }, finish_reason: 'tool_calls' }),
          ],
        }),
      ),
    );
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Weather?' }];
    const first = await client.chat.completions.create({ model: 'test-model', messages, tools });
    const [answered] = first.choices;
    expect(answered?.finish_reason).toBe('tool_calls');
    expect(answered?.message.tool_calls).toEqual(toolCalls);

    if (!answered) throw new Error('no choice');
    const results = toolCalls.map(({ id }) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: 'sunny',
    }));
    await client.chat.completions.create({
      model: 'test-model',
      messages: [...messages, answered.message, ...results],
      tools,
    });
    expect(upstream.last().body.messages).toHaveLength(4);
    expect(upstream.last().body.messages[1].tool_calls).toEqual(toolCalls);
    expect(upstream.last().body.tools).toEqual(tools);
  });

  test('streamed calls assemble to the JSON the model wrote', async () => {
    upstream.next(stream(toolCallChunks));
    const final = await client.chat.completions.stream(ask({ tools })).finalChatCompletion();
    expect(final.choices[0]?.finish_reason).toBe('tool_calls');
    expect(final.choices[0]?.message.tool_calls).toMatchObject(toolCalls);
  });
});

describe('what passes through untouched', () => {
  test.each([
    [
      'a JSON schema',
      {
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'a',
            strict: true,
            schema: { type: 'object', properties: { a: { type: 'string' } } },
          },
        },
      },
    ],
    [
      'an image',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What?' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
            ],
          },
        ],
      },
    ],
    ['unknown members', { top_k: 40, chat_template_kwargs: { enable_thinking: false } }],
    [
      'reasoning of earlier turns',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b', reasoning_content: 'c' },
          { role: 'user', content: 'd' },
        ],
      },
    ],
    ['names of prototype members', { constructor: 1, toString: { a: 1 }, hasOwnProperty: null }],
  ])('%s', async (_, members) => {
    await client.chat.completions.create(ask(members));
    expect(upstream.last().body).toEqual(ask({ ...members, model: 'upstream-model' }));
  });

  test('reasoning is `reasoning_content`, whatever the upstream calls it', async () => {
    for (const name of ['reasoning', 'reasoning_content']) {
      upstream.next(whole(completion({ choices: [choice({ message: { [name]: 'Hm.' } })] })));
      const answer = await client.chat.completions.create(ask());
      expect(answer.choices[0]?.message).toMatchObject({
        reasoning_content: 'Hm.',
        content: 'Hello, world!',
      });
      expect(answer.choices[0]?.message).not.toHaveProperty('reasoning');

      upstream.next(
        stream([
          chunk({ role: 'assistant', [name]: 'Hm' }),
          chunk({ [name]: '.' }),
          text('Hi'),
          finish(),
          done,
        ]),
      );
      const deltas = (await readEvents(await gateway.chat(ask({ stream: true })))).data.map(
        (part) => part.choices[0].delta,
      );
      expect(deltas.map((delta) => delta.reasoning_content ?? '').join('')).toBe('Hm.');
      expect(deltas.some((delta) => 'reasoning' in delta)).toBe(false);
    }
  });
});

describe('what is adapted to the upstream', () => {
  test.each([
    ['max_tokens', { max_tokens: 7 }, { max_tokens: 7 }],
    ['max_completion_tokens', { max_completion_tokens: 7 }, { max_tokens: 7 }],
    ['both caps', { max_tokens: 9, max_completion_tokens: 7 }, { max_tokens: 7 }],
    ['a cap of null', { max_completion_tokens: null }, {}],
  ])('%s', async (_, sent, expected) => {
    await client.chat.completions.create(ask(sent));
    expect(upstream.last().body).toEqual(ask({ model: 'upstream-model', ...expected }));
  });

  test('the developer role becomes system', async () => {
    await client.chat.completions.create(
      ask({
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
        ],
      }),
    );
    expect(upstream.last().body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  test('the upstream gets its own key, never the client’s', async () => {
    await client.chat.completions.create(ask());
    expect(upstream.last().headers.authorization).toMatch(/^Bearer sk-upstream-/);
    expect(JSON.stringify(upstream.last().headers)).not.toContain(gateway.key);
  });
});

describe('usage in streams', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

  test.each([
    ['a chunk of its own', goodStream('a')],
    ['the finish chunk', [roleChunk, text('a'), finish('stop', { usage }), done]],
    ['every chunk', [roleChunk, text('a', { usage }), finish('stop', { usage }), usageChunk(), done]],
  ])('asked for, from %s', async (_, steps) => {
    upstream.next(stream(steps));
    const { data, done: ended } = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(ended).toBe(true);
    expect(data.at(-1)).toMatchObject({ choices: [], usage });
    expect(data.slice(0, -1).map((part) => part.usage)).toEqual(data.slice(0, -1).map(() => null));
    expect(data.filter((part) => part.choices.length === 0)).toHaveLength(1);
  });

  test('asked for, and the upstream says nothing: counted', async () => {
    upstream.next(stream([roleChunk, text('Hello, world!'), finish(), done]));
    const { data } = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(data.at(-1)?.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 4, total_tokens: 11 });
    expect(await gateway.row()).toMatchObject({ usageSource: 'estimated', usage: { input: 7, output: 4 } });
  });

  test('not asked for: asked upstream, hidden from the client', async () => {
    const { data } = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(upstream.last().body.stream_options).toEqual({ include_usage: true });
    expect(data.some((part) => 'usage' in part)).toBe(false);
    expect(await gateway.row()).toMatchObject({ usageSource: 'reported', usage: { input: 10, output: 5 } });
  });
});

describe('errors', () => {
  test.each([
    [401, {}, OpenAI.InternalServerError, 502, 'upstream_auth_error'],
    [
      400,
      { code: 'context_length_exceeded', param: 'messages' },
      OpenAI.BadRequestError,
      400,
      'context_length_exceeded',
    ],
    [429, {}, OpenAI.RateLimitError, 429, 'rate_limit_exceeded'],
    [500, {}, OpenAI.InternalServerError, 502, 'upstream_error'],
  ])('an upstream %i before the first byte', async (status, error, Class, shown, code) => {
    for (const streamed of [false, true]) {
      upstream.next(refusal(status, error));
      const thrown = await client.chat.completions.create(ask({ stream: streamed })).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(thrown).toBeInstanceOf(Class);
      expect(thrown).toMatchObject({ status: shown, code, requestID: expect.stringMatching(/^req_/) });
      if ('param' in error) expect(thrown).toMatchObject({ param: error.param });
    }
  });

  test.each([
    [
      'an OpenAI error frame',
      `data: {"error":{"message":"boom","type":"server_error","param":null,"code":null}}\n\n`,
    ],
    [
      'a flat vLLM error frame',
      `data: {"object":"error","message":"boom","type":"InternalServerError","param":null,"code":500}\n\n`,
    ],
    [
      'an OpenRouter error with choices',
      chunk({ content: '' }, { error: { code: 502, message: 'boom' }, finish_reason: 'error' }),
    ],
    ['a reset', 'RESET' as const],
    ['an end without a finish reason', 'END' as const],
    ['[DONE] without a finish reason', done],
    ['garbage', 'data: {"id": oh no}\n\n'],
    ['half a frame', 'data: {"id":"chatcmpl-upstream","choi'],
  ])('%s in the middle of a stream', async (_, step) => {
    upstream.always(stream([roleChunk, text('Hel'), { wait: 5 }, step]));
    const pieces: string[] = [];
    const thrown = await (async () => {
      for await (const part of await client.chat.completions.create(streaming)) {
        pieces.push(part.choices[0]?.delta.content ?? '');
      }
    })().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(pieces.join('')).toBe('Hel');
    expect(thrown).toBeInstanceOf(OpenAI.APIError);
    expect(thrown).toMatchObject({ code: 'upstream_error', type: 'server_error' });

    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.done).toBe(false);
    expect(Object.keys(events.data.at(-1))).toEqual(['error']);
    expect(await gateway.row()).toMatchObject({ state: 'settled', partial: true, error: 'upstream_error' });
  });

  test('authentication, validation and unknown models', async () => {
    const stranger = new OpenAI({
      baseURL: `${gateway.url}/v1`,
      apiKey: 'sk-nobody-knows-this-key',
      maxRetries: 0,
    });
    await expect(stranger.chat.completions.create(ask())).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(client.chat.completions.create(ask({ temperature: 3 }))).rejects.toMatchObject({
      status: 400,
      code: 'decimal_above_max_value',
      param: 'temperature',
    });
    await expect(client.chat.completions.create(ask({ model: 'nope' }))).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
  });
});

describe('a client that leaves', () => {
  test.each([true, false])('while it waits for the first byte (stream: %s)', async (streamed) => {
    const arrived = upstream.arrival(upstream.requests.length + 1);
    upstream.next(async ({ gone }) => void (await gone));
    const controller = new AbortController();
    const call = client.chat.completions.create(ask({ stream: streamed }), { signal: controller.signal });
    const request = await arrived;
    controller.abort();
    await expect(call).rejects.toThrow(OpenAI.APIUserAbortError);
    expect(await request.closed).toBe('aborted');
    expect(await gateway.row()).toMatchObject({ state: 'settled', partial: true, error: 'client_aborted' });
  });

  test('in the middle of a whole answer', async () => {
    const arrived = upstream.arrival(upstream.requests.length + 1);
    upstream.next(async ({ head, write, gone }) => {
      head(200, { 'content-type': 'application/json' });
      await write('{"id":"chatcmpl-upstream",');
      await gone;
    });
    const controller = new AbortController();
    const call = client.chat.completions.create(ask(), { signal: controller.signal });
    const request = await arrived;
    controller.abort();
    await expect(call).rejects.toThrow(OpenAI.APIUserAbortError);
    expect(await request.closed).toBe('aborted');
  });

  test('in the middle of a stream: the upstream stops within one chunk', async () => {
    const request = upstream.arrival(upstream.requests.length + 1);
    upstream.next(async (answer) => {
      answer.head(200, { 'content-type': 'text/event-stream' });
      await answer.write(roleChunk);
      while (await answer.write(text('word '))) await new Promise((resolve) => setTimeout(resolve, 20));
    });
    const call = await client.chat.completions.create(streaming);
    let count = 0;
    for await (const _ of call) if (++count === 3) break;
    const left = performance.now();
    const { closed } = await request;
    expect(await closed).toBe('aborted');
    expect(performance.now() - left).toBeLessThan(100);
    expect(await gateway.row()).toMatchObject({
      state: 'settled',
      partial: true,
      error: 'client_aborted',
      usageSource: 'estimated',
    });
  });
});

describe('models', () => {
  test('list and retrieve', async () => {
    const listed: OpenAI.Model[] = [];
    for await (const model of client.models.list()) listed.push(model);
    expect(listed.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['gpt-5.1', 'test-model', 'free-model']),
    );
    expect(await client.models.retrieve('test-model')).toEqual({
      id: 'test-model',
      object: 'model',
      created: expect.any(Number),
      owned_by: 'tollgate',
    });
    await expect(client.models.retrieve('nope')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});

describe('bytes of a stream', () => {
  test('head, one id, one time, one model, role once', async () => {
    upstream.next(
      stream([
        chunk({ role: 'assistant', content: '' }, { id: 'a', created: 5 }),
        chunk({ role: 'assistant', content: 'x' }, { id: 'b', created: 6, model: 'other' }),
        chunk({ role: 'assistant' }, { id: 'c', created: 7, finish_reason: 'stop' }),
        done,
      ]),
    );
    const response = await gateway.chat(ask({ stream: true }));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.stringMatching(/^req_/),
      'x-tollgate-served-by': 'first/upstream-model',
      'access-control-expose-headers': 'X-Request-ID',
    });
    expect(response.headers.has('content-length')).toBe(false);
    expect(response.headers.has('content-encoding')).toBe(false);
    const { data, done: ended } = await readEvents(response);
    expect(ended).toBe(true);
    expect(new Set(data.map(({ id }) => id))).toEqual(new Set(['a']));
    expect(new Set(data.map(({ created }) => created))).toEqual(new Set([5]));
    expect(new Set(data.map(({ model }) => model))).toEqual(new Set(['test-model']));
    expect(data.map(({ choices }) => 'role' in choices[0].delta)).toEqual([true, false, false]);
  });

  test.each([
    ['CRLF line ends', goodStream('a', 'b').map((step) => String(step).replaceAll('\n', '\r\n'))],
    ['comments and other fields', [': hi\n\n', 'event: x\nid: 7\nretry: 5\n', ...goodStream('a', 'b')]],
    [
      'half frames',
      goodStream('a', 'b').flatMap((step) => [String(step).slice(0, 30), String(step).slice(30)]),
    ],
    ['no blank line at the end', [...goodStream('a', 'b').slice(0, -1), 'data: [DONE]']],
    ['no [DONE]', goodStream('a', 'b').slice(0, -1)],
    ['a missing role', [text('a'), text('b'), finish(), done]],
    ['empty events', ['data:\n\n', ...goodStream('a', 'b')]],
    [
      'JSON over several data lines',
      [
        `data: ${JSON.stringify(JSON.parse(roleChunk.slice(6)), null, 1).replaceAll('\n', '\ndata: ')}\n\n`,
        text('a'),
        text('b'),
        finish(),
        done,
      ],
    ],
    [
      'chunks without choices',
      [`data: {"choices":[],"prompt_filter_results":[]}\n\n`, ...goodStream('a', 'b')],
    ],
  ])('%s do no harm', async (_, steps) => {
    upstream.next(stream(steps));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(textOf(events)).toBe('ab');
    expect(events.done).toBe(true);
    expect(events.data[0]?.choices[0].delta.role).toBe('assistant');
    expect(events.data.every(({ object }) => object === 'chat.completion.chunk')).toBe(true);
  });

  test('a character cut between two packets stays whole', async () => {
    const bytes = Buffer.from(text('Grüße 😀'));
    const middle = bytes.indexOf(Buffer.from('😀')) + 2;
    upstream.next(
      stream([roleChunk, bytes.subarray(0, middle), { wait: 5 }, bytes.subarray(middle), finish(), done]),
    );
    expect(textOf(await readEvents(await gateway.chat(ask({ stream: true }))))).toBe('Grüße 😀');
  });

  test('an error before the first byte is JSON, also for a stream', async () => {
    upstream.next(refusal(500));
    const response = await gateway.chat(ask({ stream: true }));
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await errorOf(response)).toEqual({
      message: expect.any(String),
      type: 'server_error',
      param: null,
      code: 'upstream_error',
    });
  });
});
