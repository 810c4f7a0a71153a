// Claude behind the gateway, on its own wire: what it is sent, what an OpenAI client gets, what the ledger says.
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Events, readEvents, textOf } from '../support/read-events.ts';
import {
  type Json,
  refusal,
  type ScriptedUpstream,
  startUpstream,
  stream,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';
import { message, messageSteps, messageStream } from './anthropic-wire.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

const hello = { type: 'text', text: 'Hello, world!' };
const thought = { type: 'thinking', thinking: 'The sky scatters blue.', signature: 'c2lnbmVk' };
const call = (id: string, name: string, input: Json) => ({ type: 'tool_use', id, name, input });

beforeAll(async () => {
  upstream = await startUpstream(message([hello]));
  const model = (name: string) => ({
    price: { input: 1, cached_input: 0.1, output: 2 },
    route: [[{ provider: 'first', model: name }]],
  });
  gateway = await startGateway({
    upstreams: [upstream.url],
    provider: { type: 'anthropic' },
    model: model('claude-sonnet-4-6'),
    models: { older: model('claude-sonnet-4-5'), newest: model('claude-opus-4-8') },
    server: { circuit_breaker: 'off' },
  });
});
beforeEach(() => upstream.always(message([hello])));
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const reasoningOf = ({ data }: Events) =>
  data
    .flatMap((chunk) => chunk.choices ?? [])
    .map((choice: Json) => choice.delta.reasoning_content ?? '')
    .join('');
const errorIn = ({ data }: Events) => data.at(-1)?.error;
const chat = async (body: Json) => (await (await gateway.chat(ask(body))).json()) as Json;
const sent = () => upstream.last().body;

describe('what Claude is sent', () => {
  test('address, version and credentials', async () => {
    await chat({});
    const { path, headers } = upstream.last();
    expect(path).toBe('/v1/messages');
    expect(headers).toMatchObject({
      'x-api-key': upstreamKey,
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    });
    expect(headers.authorization).toBeUndefined();
  });

  test('system apart, turns in turn, tool results first in one user turn, no empty blocks', async () => {
    const tool = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '' } });
    await chat({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'system', content: [{ type: 'text', text: 'Be kind.' }] },
        { role: 'user', content: 'One' },
        {
          role: 'user',
          content: [
            { type: 'text', text: ' ' },
            { type: 'text', text: 'Two' },
          ],
        },
        { role: 'assistant', content: '', tool_calls: [tool('call_a'), tool('call_b')] },
        { role: 'tool', tool_call_id: 'call_a', content: 'A' },
        { role: 'tool', tool_call_id: 'call_b', content: [{ type: 'text', text: 'B' }] },
        { role: 'user', content: 'Go on' },
        { role: 'assistant', content: 'So far \n' },
      ],
    });
    const text = (value: string) => ({ type: 'text', text: value });
    const use = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
    const result = (id: string, content: string) => ({ type: 'tool_result', tool_use_id: id, content });
    expect(sent()).toMatchObject({ model: 'claude-sonnet-4-6', max_tokens: 32_000 });
    expect(sent().system).toEqual([text('Be brief.'), text('Be kind.')]);
    expect(sent().messages).toEqual([
      { role: 'user', content: [text('One'), text('Two')] },
      { role: 'assistant', content: [use('call_a'), use('call_b')] },
      { role: 'user', content: [result('call_a', 'A'), result('call_b', 'B'), text('Go on')] },
      { role: 'assistant', content: [text('So far')] },
    ]);
  });

  test('images and documents', async () => {
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const pdf = Buffer.from('%PDF-1.4').toString('base64');
    await chat({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.jpg' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
          ],
        },
      ],
    });
    expect(sent().messages[0].content).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.jpg' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: pdf },
        title: 'a.pdf',
      },
    ]);
  });

  test('where the prompt is to be cached, in every place that Claude takes it', async () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const png = 'data:image/png;base64,iVBORw0KGgo=';
    const pdf = `data:application/pdf;base64,${Buffer.from('%PDF-1.4').toString('base64')}`;
    const f = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
    await chat({
      tools: [{ ...f, ...mark }],
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'Rules. ', ...hour },
            { type: 'text', text: 'Date: ' },
            { type: 'text', text: 'today.' },
          ],
        },
        {
          role: 'developer',
          content: [{ type: 'text', text: 'More.', prompt_cache_breakpoint: { mode: 'explicit' } }],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a', ...mark },
            { type: 'image_url', image_url: { url: png }, ...mark },
            { type: 'file', file: { file_data: pdf }, ...mark },
            { type: 'text', text: 'b' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: '1', ...mark }] },
      ],
    });
    expect(sent().system).toEqual([
      { type: 'text', text: 'Rules. ', ...hour },
      { type: 'text', text: 'Date: today.' },
      { type: 'text', text: 'More.', ...mark },
    ]);
    expect(sent().tools[0]).toMatchObject(mark);
    const [user, , result] = sent().messages;
    expect(user.content.map((block: Json) => block.cache_control)).toEqual([
      ...Array(3).fill(mark.cache_control),
      undefined,
    ]);
    expect(result.content[0]).toMatchObject({ type: 'tool_result', ...mark });
  });

  test('sampling, stop, cap, user; what it does not know is dropped and said', async () => {
    const response = await gateway.chat(
      ask({
        temperature: 1.7,
        top_p: 0.5,
        stop: ['END', '\n'],
        max_completion_tokens: 50,
        user: 'u1',
        seed: 1,
        top_k: 3,
        presence_penalty: 1,
      }),
    );
    expect(sent()).toMatchObject({
      max_tokens: 50,
      temperature: 1,
      stop_sequences: ['END'],
      metadata: { user_id: 'u1' },
    });
    for (const absent of ['top_p', 'seed', 'presence_penalty', 'thinking', 'stream', 'tools'])
      expect(sent()).not.toHaveProperty(absent);
    const dropped = response.headers.get('x-tollgate-dropped-params')?.split(', ');
    expect(dropped?.sort()).toEqual(['presence_penalty', 'seed', 'stop', 'top_k', 'top_p']);
    await gateway.chat(ask({ model: 'newest', temperature: 0.2 }));
    expect(sent()).not.toHaveProperty('temperature');
  });

  test.each([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'any' }],
    [
      { type: 'function', function: { name: 'f' } },
      { type: 'tool', name: 'f' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      { type: 'any' },
    ],
  ])('tool_choice %j', async (choice, expected) => {
    const parameters = { type: 'object', properties: { x: { type: 'number' } } };
    const tools = [
      { type: 'function', function: { name: 'f', description: 'F', parameters, strict: true } },
      ...(typeof choice === 'object' && choice.type === 'allowed_tools'
        ? [{ type: 'function', function: { name: 'g' } }]
        : []),
    ];
    await chat({ tools, tool_choice: choice, parallel_tool_calls: choice === 'none' });
    const single = choice === 'none' ? {} : { disable_parallel_tool_use: true };
    expect(sent().tool_choice).toEqual({ ...expected, ...single });
    const closed = { ...parameters, additionalProperties: false };
    expect(sent().tools).toEqual([{ name: 'f', description: 'F', input_schema: closed, strict: true }]);
  });

  test('reasoning effort: adaptive, by budget, off, and never beside a forced call', async () => {
    await chat({ reasoning_effort: 'high', temperature: 0.5 });
    expect(sent()).toMatchObject({
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'high' },
    });
    expect(sent()).not.toHaveProperty('temperature');
    await chat({ model: 'older', reasoning_effort: 'low' });
    expect(sent().thinking).toEqual({ type: 'enabled', budget_tokens: 2_048 });
    await chat({ model: 'older', reasoning_effort: 'high', max_tokens: 2_000 });
    expect(sent()).toMatchObject({ max_tokens: 2_000, thinking: { type: 'enabled', budget_tokens: 1_024 } });
    await chat({ model: 'older', reasoning_effort: 'low', max_tokens: 1_200 });
    expect(sent()).not.toHaveProperty('thinking');
    await chat({ reasoning_effort: 'none' });
    expect(sent().thinking).toEqual({ type: 'disabled' });
    const tools = [{ type: 'function', function: { name: 'f' } }];
    await chat({ reasoning_effort: 'high', tools, tool_choice: 'required' });
    expect(sent()).not.toHaveProperty('thinking');
  });

  test.each([
    ['test-model', 'minimal', 'low'],
    ['test-model', 'xhigh', 'high'],
    ['test-model', 'max', 'max'],
    ['newest', 'xhigh', 'xhigh'],
    ['newest', 'max', 'max'],
  ])('effort of %s: %s is %s', async (model, effort, expected) => {
    await chat({ model, reasoning_effort: effort });
    expect(sent().output_config).toEqual({ effort: expected });
  });

  test('a schema for the answer: as such, or as a tool where the model knows no other way', async () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
    const response_format = { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } };
    await chat({ response_format });
    const closed = { ...schema, additionalProperties: false };
    expect(sent().output_config).toEqual({ format: { type: 'json_schema', schema: closed } });
  });

  test.each([
    [{ n: 2 }, 'n'],
    [{ logprobs: true }, 'logprobs'],
    [
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }],
          },
        ],
      },
      'messages[0].content[0]',
    ],
    [{ tools: [{ type: 'custom', custom: { name: 'c' } }] }, 'tools[0].type'],
    [
      {
        messages: [
          { role: 'user', content: 'x' },
          {
            role: 'assistant',
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '[1' } }],
          },
          { role: 'tool', tool_call_id: 'c', content: 'x' },
        ],
      },
      'messages[1].tool_calls[0].function.arguments',
    ],
  ])('what it cannot do is refused: %j', async (body, param) => {
    const before = upstream.requests.length;
    const response = await gateway.chat(ask(body));
    expect(response.status).toBe(400);
    expect(((await response.json()) as Json).error.param).toBe(param);
    expect(upstream.requests).toHaveLength(before);
  });
});

describe('what the client gets', () => {
  const said = [thought, hello, call('toolu_1', 'f', { x: 1 }), call('toolu_2', 'g', {})];

  test('a whole answer', async () => {
    upstream.next(message(said, { stop_reason: 'tool_use' }));
    const answer = await chat({});
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'test-model',
      system_fingerprint: null,
    });
    expect(answer.choices).toEqual([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hello, world!',
          refusal: null,
          annotations: [],
          reasoning_content: 'The sky scatters blue.',
          reasoning_details: [expect.objectContaining({ signature: 'c2lnbmVk' })],
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '{}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ]);
    expect(answer.usage).toMatchObject({
      prompt_tokens: 150,
      completion_tokens: 12,
      total_tokens: 162,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 30 },
    });
  });

  test('a stream: the same, in order, usage last', async () => {
    upstream.next(messageStream(said, 'tool_use'));
    const events = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(events.done).toBe(true);
    expect(reasoningOf(events)).toBe('The sky scatters blue.');
    expect(textOf(events)).toBe('Hello, world!');
    const deltas = events.data.flatMap((chunk: Json) => chunk.choices.map((choice: Json) => choice.delta));
    expect(deltas[0]).toEqual({ role: 'assistant', content: '', refusal: null });
    const calls = deltas.flatMap((delta: Json) => delta.tool_calls ?? []);
    expect(calls.filter(({ id }: Json) => id)).toEqual([
      { index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } },
      { index: 1, id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '' } },
    ]);
    const written = (index: number) =>
      calls.flatMap((one: Json) => (one.index === index ? [one.function.arguments] : [])).join('');
    expect([written(0), written(1)]).toEqual(['{"x":1}', '{}']);
    const last = events.data.at(-1) as Json;
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: 150, completion_tokens: 12 } });
    expect(await gateway.row()).toMatchObject({
      usageSource: 'reported',
      usage: { input: 150, output: 12, cachedInput: 100, cacheWrite: 30 },
    });
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content_filter'],
    ['something_new', 'stop'],
  ])('stop_reason %s is %s', async (given, expected) => {
    upstream.next(message([hello], { stop_reason: given }));
    expect((await chat({})).choices[0].finish_reason).toBe(expected);
  });

  test('an answer asked for as a tool is text', async () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const format = { type: 'json_schema', json_schema: { name: 'n', schema } };
    const models = { ancient: 'claude-3-5-haiku-20241022' };
    await using old = await startGateway({
      upstreams: [upstream.url],
      provider: { type: 'anthropic' },
      model: { price: 'free', route: [[{ provider: 'first', model: models.ancient }]] },
    });
    upstream.next(message([call('toolu_1', 'answer_in_json', { a: 1 })], { stop_reason: 'tool_use' }));
    const answer = (await (await old.chat(ask({ response_format: format }))).json()) as Json;
    expect(sent().tool_choice).toEqual({ type: 'tool', name: 'answer_in_json' });
    expect(answer.choices[0]).toMatchObject({
      message: { content: '{"a":1}' },
      finish_reason: 'stop',
    });
    expect(answer.choices[0].message).not.toHaveProperty('tool_calls');
  });

  test.each([
    [400, 'invalid_request_error', 400, null],
    [401, 'authentication_error', 502, 'upstream_auth_error'],
    [429, 'rate_limit_error', 429, 'rate_limit_exceeded'],
    [500, 'api_error', 502, 'upstream_error'],
    [529, 'overloaded_error', 503, 'overloaded'],
  ])('status %i (%s) before the answer is %i %s', async (status, type, expected, code) => {
    for (const streaming of [false, true]) {
      upstream.next(refusal(status, { type }));
      const response = await gateway.chat(ask({ stream: streaming }));
      expect(response.status).toBe(expected);
      expect(((await response.json()) as Json).error.code).toBe(code);
    }
  });

  test('an error in the middle: no [DONE], what was delivered is charged', async () => {
    const steps = messageSteps([hello]).slice(0, 4);
    upstream.next(
      stream([
        ...steps,
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n',
      ]),
    );
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.done).toBe(false);
    expect(textOf(events)).toBe('Hello, ');
    expect(errorIn(events)).toMatchObject({ code: 'overloaded' });
    expect(await gateway.row()).toMatchObject({ partial: true, error: 'upstream_overloaded' });
  });

  test('a stream that ends without message_stop is not complete', async () => {
    upstream.next(stream(messageSteps([hello]).slice(0, 5)));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.done).toBe(false);
  });

  test('a client that leaves ends the call', async () => {
    upstream.next(stream([...messageSteps([hello]).slice(0, 4), 'STALL']));
    const leaving = new AbortController();
    const response = await gateway.chat(ask({ stream: true }), { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    expect(await upstream.last().closed).toBe('aborted');
  });
});

describe('signed thinking comes back in a tool loop', () => {
  const tools = [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object' } } }];
  const question = { role: 'user' as const, content: 'What is f?' };

  async function loop(streaming: boolean, keep: (message: Json) => Json): Promise<Json> {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    const said = [
      thought,
      { type: 'redacted_thinking', data: 'aGlkZGVu' },
      call(`toolu_${streaming}_${keep.name}`, 'f', { x: 1 }),
    ];
    upstream.next(streaming ? messageStream(said, 'tool_use') : message(said, { stop_reason: 'tool_use' }));
    const request = { model: 'test-model', messages: [question], tools, reasoning_effort: 'high' as const };
    const first: Json = streaming
      ? await client.chat.completions.stream(request).finalChatCompletion()
      : await client.chat.completions.create(request);
    const answer = first.choices[0].message;
    const result = { role: 'tool', tool_call_id: answer.tool_calls[0].id, content: '42' };
    await chat({ ...request, messages: [question, keep(answer), result] });
    return sent().messages[1].content;
  }

  const expected = [
    thought,
    { type: 'redacted_thinking', data: 'aGlkZGVu' },
    expect.objectContaining({ type: 'tool_use' }),
  ];
  const asOpenAIKnowsIt = ({ role, content, tool_calls }: Json) => ({ role, content, tool_calls });
  const asItCame = (answer: Json) => answer;

  test('also where the user says something behind the results', async () => {
    for (const model of ['test-model', 'older']) {
      upstream.next(message([thought, call('toolu_more', 'f', {})], { stop_reason: 'tool_use' }));
      const request = { model, tools, reasoning_effort: 'medium' };
      const first = await chat({ ...request, messages: [question] });
      const messages = [
        question,
        asOpenAIKnowsIt(first.choices[0].message),
        { role: 'tool', tool_call_id: 'toolu_more', content: '42' },
        { role: 'user', content: 'And be quick.' },
      ];
      const answer = await gateway.chat(ask({ ...request, messages }));
      expect(answer.headers.get('x-tollgate-dropped-params')).toBeNull();
      expect(sent()).toHaveProperty('thinking');
      expect(sent().messages[1].content[0]).toEqual(thought);
    }
  });

  test.each([
    [false, asOpenAIKnowsIt],
    [true, asOpenAIKnowsIt],
    [false, asItCame],
  ])('streaming %s, client %o', async (streaming, keep) => {
    expect(await loop(streaming, keep)).toEqual(expected);
  });
});
