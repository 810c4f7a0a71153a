// OpenAI behind the gateway: which of its two APIs a request goes to, what the Responses API is sent, and what an OpenAI
// client gets of its answer.
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Events, readEvents, textOf } from '../support/read-events.ts';
import {
  goodStream,
  type Json,
  polite,
  refusal,
  type ScriptedUpstream,
  startUpstream,
  stream,
} from '../support/scripted-upstream.ts';
import { ask, price, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';
import {
  call,
  message,
  named,
  reasoning,
  refused,
  response,
  responseOf,
  responseSteps,
  responseStream,
} from './openai-wire.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

const hello = message('Hello, world!');
const tools = [
  { type: 'function' as const, function: { name: 'f', parameters: { type: 'object', properties: {} } } },
];
const custom = [{ type: 'custom', custom: { name: 'c' } }];
const thinking = (members: Json = {}) => ask({ model: 'gpt-5.1-thinking', ...members });

beforeAll(async () => {
  upstream = await startUpstream(response([hello]));
  const model = (name: string, members: Json = {}) => ({
    price,
    route: [[{ provider: 'first', model: name }]],
    ...members,
  });
  gateway = await startGateway({
    upstreams: [upstream.url],
    provider: { type: 'openai' },
    model: model('gpt-5.1'),
    models: {
      'gpt-5.1-thinking': model('gpt-5.1'),
      'gpt-5.4': model('gpt-5.4'),
      'gpt-5-pro': model('gpt-5-pro'),
      'gpt-4o': model('gpt-4o'),
      'old-thinking': model('gpt-4o'),
      always: model('gpt-5.1', { capabilities: { responses: 'always' } }),
      'always-old': model('gpt-4o', { capabilities: { responses: 'always' } }),
      'never-thinking': model('gpt-5.1', { capabilities: { responses: 'never' } }),
      strict: model('gpt-5.1', { capabilities: { responses: 'always' }, strict_params: true }),
    },
    server: { circuit_breaker: 'off' },
  });
});
beforeEach(() => upstream.always(response([hello])));
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const deltasOf = ({ data }: Events): Json[] =>
  data.flatMap((chunk) => (chunk.choices ?? []).map((choice: Json) => choice.delta));
const reasoningOf = (events: Events) =>
  deltasOf(events)
    .map((delta) => delta.reasoning_content ?? '')
    .join('');
const finishOf = ({ data }: Events) =>
  data.flatMap((chunk) => (chunk.choices ?? []).map((choice: Json) => choice.finish_reason)).find(Boolean);
const chat = async (body: Json) => (await (await gateway.chat(body)).json()) as Json;
const streamed = async (body: Json) => readEvents(await gateway.chat({ ...body, stream: true }));
const sent = () => upstream.last().body;
const droppedIn = (answer: Response) => answer.headers.get('x-tollgate-dropped-params')?.split(', ').sort();

describe('which API a request goes to', () => {
  test.each<[string, Json]>([
    ['responses', { model: 'gpt-5.1-thinking' }],
    ['responses', { model: 'gpt-5.1-thinking', tools }],
    ['responses', { include_reasoning: true }],
    ['responses', { reasoning: { summary: 'detailed' } }],
    ['responses', { model: 'gpt-5.4', tools }],
    ['responses', { model: 'gpt-5.4', tools, reasoning_effort: 'high' }],
    ['responses', { model: 'gpt-5.4', functions: [{ name: 'f' }] }],
    ['responses', { model: 'gpt-5-pro' }],
    ['responses', { model: 'always' }],
    ['responses', { model: 'always-old' }],
    ['chat/completions', {}],
    ['chat/completions', { tools, reasoning_effort: 'high' }],
    ['chat/completions', { model: 'gpt-5.4', tools, reasoning_effort: 'none' }],
    ['chat/completions', { model: 'gpt-5.4', reasoning_effort: 'high' }],
    ['chat/completions', { model: 'gpt-4o', tools }],
    ['chat/completions', { model: 'old-thinking' }],
    ['chat/completions', { model: 'never-thinking' }],
    ['chat/completions', { model: 'gpt-5.1-thinking', reasoning_effort: 'none' }],
    // The name alone is no reason to refuse what chat completions can do.
    ['chat/completions', { model: 'gpt-5.1-thinking', n: 2 }],
    ['chat/completions', { model: 'gpt-5.1-thinking', logprobs: true }],
    ['chat/completions', { model: 'gpt-5.1-thinking', tools: custom }],
  ])('%s: %j', async (api, members) => {
    upstream.next(api === 'responses' ? response([hello]) : polite);
    const answer = await chat(ask(members));
    expect(upstream.last().path).toBe(`/v1/${api}`);
    expect(answer.choices[0].message.content).toBe('Hello, world!');
    expect(answer.model).toBe(members.model ?? 'test-model');
  });

  test('gpt-5.1-thinking as it comes, with nothing but a key of OpenAI', async () => {
    await using plain = await startGateway({ upstreams: [upstream.url] });
    await plain.configure({
      providers: { openai: { type: 'openai', base_url: upstream.url, api_key: upstreamKey } },
    });
    upstream.next(response([reasoning('rs_1', 'The sky scatters blue.'), hello]));
    const answer = (await (await plain.chat(ask({ model: 'gpt-5.1-thinking' }))).json()) as Json;
    expect(upstream.last()).toMatchObject({ path: '/v1/responses', body: { model: 'gpt-5.1' } });
    expect(answer.choices[0].message.reasoning_content).toBe('The sky scatters blue.');
  });

  test('at Azure: by its v1 as at OpenAI, by a dated version to chat completions alone', async () => {
    await using azure = await startGateway({ upstreams: [upstream.url] });
    const model = (provider: string) => ({
      price: 'free',
      route: [[{ provider, model: 'gpt-5.1' }]],
    });
    const entry = { type: 'azure-openai', api_key: upstreamKey };
    await azure.configure({
      providers: {
        v1: { ...entry, base_url: `http://127.0.0.1:${upstream.port}/openai/v1` },
        dated: {
          ...entry,
          base_url: `http://127.0.0.1:${upstream.port}/openai`,
          api_version: '2024-10-21',
        },
      },
      models: { 'azure-thinking': model('v1'), 'dated-thinking': model('dated') },
    });
    upstream.next(response([reasoning('rs_1', 'The sky scatters blue.'), hello]), polite, polite);
    const answer = (await (await azure.chat(ask({ model: 'azure-thinking' }))).json()) as Json;
    expect(upstream.last()).toMatchObject({
      path: '/openai/v1/responses',
      headers: { 'api-key': upstreamKey },
      body: { model: 'gpt-5.1', reasoning: { effort: 'medium' } },
    });
    expect(upstream.last().headers).not.toHaveProperty('authorization');
    expect(answer.choices[0].message.reasoning_content).toBe('The sky scatters blue.');
    await (await azure.chat(ask({ model: 'azure-thinking', reasoning_effort: 'none' }))).text();
    expect(upstream.last().path).toBe('/openai/v1/chat/completions');
    await (await azure.chat(ask({ model: 'dated-thinking' }))).text();
    expect(upstream.last().path).toBe('/openai/deployments/gpt-5.1/chat/completions?api-version=2024-10-21');
  });

  test('streams of chat completions are relayed as before', async () => {
    upstream.next(stream(goodStream('Hel', 'lo')));
    const events = await streamed(ask());
    expect(upstream.last().path).toBe('/v1/chat/completions');
    expect(textOf(events)).toBe('Hello');
  });
});

describe('what the Responses API is sent', () => {
  test('address, credentials, and nothing that is kept there', async () => {
    await chat(thinking());
    const { headers } = upstream.last();
    expect(headers).toMatchObject({
      authorization: `Bearer ${upstreamKey}`,
      'content-type': 'application/json',
    });
    expect(sent()).toEqual({
      model: 'gpt-5.1',
      input: [{ role: 'user', content: 'Say hello.' }],
      store: false,
      reasoning: { effort: 'medium', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    upstream.next(responseStream([hello]));
    await streamed(thinking());
    expect(sent()).toMatchObject({ stream: true, stream_options: { include_obfuscation: false } });
  });

  test('turns, parts and calls as items, in their order', async () => {
    const png =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const pdf = `data:application/pdf;base64,${Buffer.from('%PDF-1.4').toString('base64')}`;
    await chat(
      thinking({
        messages: [
          { role: 'developer', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: png } },
              { type: 'image_url', image_url: { url: 'https://example.com/a.jpg', detail: 'low' } },
              { type: 'file', file: { filename: 'a.pdf', file_data: pdf } },
              { type: 'file', file: { file_id: 'file-1' } },
            ],
          },
          {
            role: 'assistant',
            content: 'Let me see.',
            tool_calls: [
              { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{"x": 1}' } },
              { id: 'call_b', type: 'function', function: { name: 'g', arguments: '' } },
            ],
          },
          { role: 'tool', tool_call_id: 'call_a', content: 'A' },
          { role: 'tool', tool_call_id: 'call_b', content: [{ type: 'text', text: 'B' }] },
          { role: 'system', content: [{ type: 'text', text: 'Now be kind.' }] },
          { role: 'assistant', content: null, refusal: 'No.' },
          { role: 'assistant', content: '', function_call: { name: 'h', arguments: '{}' } },
          { role: 'function', name: 'h', content: 'H' },
        ],
      }),
    );
    expect(sent().input).toEqual([
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: png, detail: 'auto' },
          { type: 'input_image', image_url: 'https://example.com/a.jpg', detail: 'low' },
          { type: 'input_file', file_data: pdf, filename: 'a.pdf' },
          { type: 'input_file', file_id: 'file-1' },
        ],
      },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Let me see.' }] },
      { type: 'function_call', call_id: 'call_a', name: 'f', arguments: '{"x": 1}' },
      { type: 'function_call', call_id: 'call_b', name: 'g', arguments: '' },
      { type: 'function_call_output', call_id: 'call_a', output: 'A' },
      { type: 'function_call_output', call_id: 'call_b', output: [{ type: 'input_text', text: 'B' }] },
      { role: 'system', content: [{ type: 'input_text', text: 'Now be kind.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      { type: 'function_call', call_id: 'call_function_1', name: 'h', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_function_1', output: 'H' },
    ]);
  });

  test.each<[Json, Json]>([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
    [
      { type: 'function', function: { name: 'f' } },
      { type: 'function', name: 'f' },
    ],
    [
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [tools[0]] } },
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] },
    ],
  ])('tool_choice %j', async (tool_choice, expected) => {
    const parameters = { type: 'object', properties: { x: { type: 'number' } } };
    const given = [
      { type: 'function', function: { name: 'f', description: 'F', parameters, strict: true } },
      { type: 'function', function: { name: 'g' } },
    ];
    await chat(thinking({ tools: given, tool_choice, parallel_tool_calls: false }));
    expect(sent()).toMatchObject({ tool_choice: expected, parallel_tool_calls: false });
    expect(sent().tools).toEqual([
      { type: 'function', name: 'f', description: 'F', parameters, strict: true },
      { type: 'function', name: 'g', parameters: { type: 'object', properties: {} }, strict: false },
    ]);
  });

  test('the form of the answer, cap, search, and what has the same name in both', async () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const same = {
      metadata: { a: 'b' },
      service_tier: 'flex',
      safety_identifier: 's1',
      prompt_cache_key: 'k1',
      prompt_cache_retention: '24h',
    };
    await chat(
      thinking({
        ...same,
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } },
        verbosity: 'low',
        max_completion_tokens: 5,
        max_tokens: 50,
        web_search_options: {
          search_context_size: 'low',
          user_location: { type: 'approximate', approximate: { country: 'AT' } },
        },
      }),
    );
    expect(sent()).toMatchObject({
      ...same,
      text: { format: { type: 'json_schema', name: 'n', schema, strict: true }, verbosity: 'low' },
      max_output_tokens: 16,
      tools: [
        {
          type: 'web_search',
          search_context_size: 'low',
          user_location: { type: 'approximate', country: 'AT' },
        },
      ],
    });
    await chat(thinking({ response_format: { type: 'json_object' }, max_tokens: 50 }));
    expect(sent()).toMatchObject({ text: { format: { type: 'json_object' } }, max_output_tokens: 50 });
  });

  test.each<[Json, Json]>([
    [
      { model: 'gpt-5.1-thinking', reasoning_effort: 'high' },
      { effort: 'high', summary: 'auto' },
    ],
    [{ include_reasoning: true }, { summary: 'auto' }],
    [{ reasoning: { effort: 'low', summary: 'detailed' } }, { effort: 'low', summary: 'detailed' }],
    [{ reasoning: { effort: 'low', exclude: true } }, { effort: 'low' }],
    [{ reasoning: { enabled: false } }, { effort: 'none' }],
    [
      { model: 'gpt-5.4', tools, reasoning_effort: 'low' },
      { effort: 'low', summary: 'auto' },
    ],
    // Summaries need a verified organization: nobody asked for one here.
    [{ model: 'gpt-5.4', tools }, undefined],
    [{ model: 'always' }, { summary: 'auto' }],
    [{ model: 'always', reasoning_effort: 'none' }, { effort: 'none' }],
    [{ model: 'always-old' }, undefined],
  ])('reasoning of %j is %j', async (members, expected) => {
    await chat(ask(members));
    expect(sent().reasoning).toEqual(expected);
    expect('include' in sent()).toBe(members.model !== 'always-old');
  });

  test('what has no equivalent, or is refused while it reasons, is dropped and said', async () => {
    const answer = await gateway.chat(
      thinking({
        temperature: 0.5,
        top_p: 0.5,
        seed: 1,
        logit_bias: { 1: 1 },
        presence_penalty: 1,
        top_k: 3,
      }),
    );
    expect(droppedIn(answer)).toEqual([
      'logit_bias',
      'presence_penalty',
      'seed',
      'temperature',
      'top_k',
      'top_p',
    ]);
    for (const absent of [
      'temperature',
      'top_p',
      'seed',
      'logit_bias',
      'presence_penalty',
      'top_k',
      'stop',
    ]) {
      expect(sent()).not.toHaveProperty(absent);
    }
    await gateway.chat(ask({ model: 'always', reasoning_effort: 'none', temperature: 0.5 }));
    expect(sent()).toMatchObject({ temperature: 0.5 });
  });

  const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
  test.each<[Json, string]>([
    [{ model: 'always', n: 2 }, 'n'],
    [{ model: 'always', logprobs: true }, 'logprobs'],
    [{ model: 'always', messages: [{ role: 'user', content: [audio] }] }, 'messages[0].content[0]'],
    [
      { model: 'always', modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
      'modalities',
    ],
    [{ model: 'gpt-5.4', tools, n: 2 }, 'n'],
    [{ include_reasoning: true, n: 2 }, 'n'],
    [{ model: 'strict', seed: 1 }, 'seed'],
  ])('what it cannot do is refused before money is held: %j', async (members, param) => {
    const before = upstream.requests.length;
    const rows = (await gateway.ledger()).length;
    const answer = await gateway.chat(ask(members));
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Json).error).toMatchObject({ param, type: 'invalid_request_error' });
    expect(upstream.requests).toHaveLength(before);
    expect(await gateway.ledger()).toHaveLength(rows);
  });

  test('custom tools are refused where only the Responses API is left', async () => {
    const rows = (await gateway.ledger()).length;
    const answer = await gateway.chat(ask({ model: 'always', tools: custom }));
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Json).error.param).toBe('tools[0].type');
    expect((await gateway.ledger()).length).toBe(rows);
  });
});

describe('what the client gets', () => {
  const said = [
    reasoning('rs_1', 'The sky scatters blue.', 'So it is blue.'),
    hello,
    call('call_1', 'f', '{"x":1}'),
    call('call_2', 'g', ''),
  ];
  const detail = {
    type: 'reasoning.encrypted',
    format: 'openai-responses-v1',
    data: 'encrypted-rs_1',
    id: 'rs_1',
    index: 0,
    summary: 'The sky scatters blue.\n\nSo it is blue.',
  };

  test('a whole answer', async () => {
    upstream.next(response(said));
    const answer = await chat(thinking({ tools }));
    expect(answer).toMatchObject({
      object: 'chat.completion',
      id: expect.stringMatching(/^chatcmpl-/),
      model: 'gpt-5.1-thinking',
      service_tier: 'default',
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
          reasoning_content: 'The sky scatters blue.\n\nSo it is blue.',
          reasoning_details: [detail],
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
            { id: 'call_2', type: 'function', function: { name: 'g', arguments: '{}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ]);
    expect(answer.usage).toMatchObject({
      prompt_tokens: 120,
      completion_tokens: 42,
      total_tokens: 162,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 30 },
    });
  });

  test('a stream: the same, in order, usage last', async () => {
    upstream.next(responseStream(said));
    const events = await streamed(thinking({ tools, stream_options: { include_usage: true } }));
    expect(events.done).toBe(true);
    expect(reasoningOf(events)).toBe('The sky scatters blue.\n\nSo it is blue.');
    expect(textOf(events)).toBe('Hello, world!');
    const deltas = deltasOf(events);
    expect(deltas[0]).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(deltas.filter((delta) => delta.role)).toHaveLength(1);
    expect(deltas.flatMap((delta) => delta.reasoning_details ?? [])).toEqual([detail]);
    const calls = deltas.flatMap((delta) => delta.tool_calls ?? []);
    expect(calls.filter(({ id }: Json) => id)).toEqual([
      { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } },
      { index: 1, id: 'call_2', type: 'function', function: { name: 'g', arguments: '' } },
    ]);
    const written = (index: number) =>
      calls.flatMap((one: Json) => (one.index === index ? [one.function.arguments] : [])).join('');
    expect([written(0), written(1)]).toEqual(['{"x":1}', '{}']);
    expect(finishOf(events)).toBe('tool_calls');
    expect(events.data.at(-1)).toMatchObject({
      choices: [],
      service_tier: 'default',
      usage: { prompt_tokens: 120, completion_tokens: 42 },
    });
    expect(await gateway.row()).toMatchObject({
      usageSource: 'reported',
      usage: { input: 120, output: 42, cachedInput: 100, cacheWrite: 8, reasoning: 30 },
    });
  });

  test('the raw thoughts of models that show them, unknown events and items', async () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const steps = responseSteps([search, hello]);
    const thought = named('response.reasoning_text.delta', {
      output_index: 7,
      content_index: 0,
      delta: 'Hm.',
    });
    const unknown = named('response.something.new', { output_index: 0, delta: 'x' });
    upstream.next(stream([...steps.slice(0, 2), unknown, thought, ...steps.slice(2)]));
    const events = await streamed(thinking());
    expect(reasoningOf(events)).toBe('Hm.');
    expect(textOf(events)).toBe('Hello, world!');
    expect(finishOf(events)).toBe('stop');
  });

  test('refusals, and sources of a text with the right place in the joined answer', async () => {
    const source = {
      type: 'url_citation',
      start_index: 2,
      end_index: 5,
      url: 'https://example.com',
      title: 'Example',
    };
    const output = [message('Searching…'), message('A fact.', { annotations: [source] })];
    const citation = {
      type: 'url_citation',
      url_citation: { start_index: 14, end_index: 17, url: 'https://example.com', title: 'Example' },
    };
    upstream.next(response(output));
    const answer = (await chat(thinking())).choices[0].message;
    expect(answer).toMatchObject({ content: 'Searching…\n\nA fact.', annotations: [citation] });
    upstream.next(responseStream(output));
    const events = await streamed(thinking());
    expect(textOf(events)).toBe('Searching…\n\nA fact.');
    expect(deltasOf(events).flatMap((delta) => delta.annotations ?? [])).toEqual([citation]);

    upstream.next(response([refused('I will not.')]), responseStream([refused('I will not.')]));
    expect((await chat(thinking())).choices[0]).toMatchObject({
      message: { content: null, refusal: 'I will not.' },
      finish_reason: 'stop',
    });
    const refusals = deltasOf(await streamed(thinking())).map((delta) => delta.refusal ?? '');
    expect(refusals.join('')).toBe('I will not.');
  });

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['something_new', 'length'],
  ])('incomplete for %s is %s', async (reason, expected) => {
    const members = { status: 'incomplete', incomplete_details: { reason } };
    upstream.next(response([hello], members), responseStream([hello], members));
    expect((await chat(thinking())).choices[0].finish_reason).toBe(expected);
    expect(finishOf(await streamed(thinking()))).toBe(expected);
  });

  test('a client of the deprecated functions gets function_call', async () => {
    upstream.next(response([call('call_1', 'f', '{}')]));
    const answer = await chat(thinking({ functions: [{ name: 'f' }] }));
    expect(answer.choices[0]).toMatchObject({
      message: { content: null, function_call: { name: 'f', arguments: '{}' } },
      finish_reason: 'function_call',
    });
  });
});

describe('stop sequences, which that API does not have', () => {
  const counting = message('one two STOP three');

  test.each([
    ['STOP', 'one two '],
    [['three', 'two'], 'one '],
    [['four', ' three!'], 'one two STOP three'],
  ])('whole: %j', async (stop, expected) => {
    upstream.next(response([counting, call('call_1', 'f', '{}')]));
    const { message: answer, finish_reason: reason } = (await chat(thinking({ stop }))).choices[0];
    const cut = expected !== 'one two STOP three';
    expect(answer.content).toBe(expected);
    expect('tool_calls' in answer).toBe(!cut);
    expect(reason).toBe(cut ? 'stop' : 'tool_calls');
    expect(await gateway.row()).toMatchObject({ usageSource: 'reported', usage: { output: 42 } });
  });

  const deltas = (...texts: string[]) => [
    ...responseSteps([]).slice(0, 2),
    ...texts.map((delta) =>
      named('response.output_text.delta', { output_index: 0, content_index: 0, delta }),
    ),
  ];

  test('across deltas; the upstream is ended at once, though it would go on', async () => {
    const answered = Promise.withResolvers<void>();
    // A while later it would be through, and its connection be kept.
    upstream.next(
      stream([...deltas('one S', 'TO', 'P two', ' three'), answered.promise, { wait: 300 }, 'END']),
    );
    const events = await streamed(thinking({ stop: 'STOP', stream_options: { include_usage: true } }));
    answered.resolve();
    expect(events.done).toBe(true);
    expect(textOf(events)).toBe('one ');
    expect(finishOf(events)).toBe('stop');
    expect(await upstream.last().closed).toBe('aborted');
    const row = await gateway.row();
    expect(row).toMatchObject({ state: 'settled', usageSource: 'estimated', partial: false });
    expect(events.data.at(-1)?.usage.completion_tokens).toBe(row.usage?.output);
  });

  test('what only looked like the beginning of one comes all the same', async () => {
    upstream.next(
      stream([
        ...deltas('one S', 'TO', 'RE two ST'),
        ...responseSteps([message('one STORE two ST')]).slice(-1),
      ]),
    );
    expect(textOf(await streamed(thinking({ stop: ['STOP', 'TORN'] })))).toBe('one STORE two ST');
  });
});

describe('errors', () => {
  test.each<[number, Json, number, Json]>([
    [
      400,
      { code: 'x', param: 'text.format.schema' },
      400,
      { code: 'x', param: 'response_format.json_schema.schema' },
    ],
    [400, { param: 'input[0].content[1].image_url' }, 400, { param: 'messages' }],
    [400, { param: 'reasoning.effort' }, 400, { param: 'reasoning_effort' }],
    [400, { param: 'tools[1].parameters' }, 400, { param: 'tools[1].function.parameters' }],
    [401, {}, 502, { code: 'upstream_auth_error' }],
    [429, {}, 429, { code: 'rate_limit_exceeded' }],
    [500, {}, 502, { code: 'upstream_error' }],
  ])('status %i with %j before the answer is %i %j', async (status, error, expected, body) => {
    for (const streaming of [false, true]) {
      upstream.next(refusal(status, error));
      const answer = await gateway.chat(thinking({ stream: streaming }));
      expect(answer.status).toBe(expected);
      expect(((await answer.json()) as Json).error).toMatchObject(body);
    }
  });

  const failed = (code: string, message = 'It failed.') => ({ status: 'failed', error: { code, message } });
  test.each([
    ['rate_limit_exceeded', 429, 'rate_limit_exceeded'],
    ['server_error', 502, 'upstream_error'],
    ['insufficient_quota', 503, 'no_available_upstream'],
    ['vector_store_timeout', 504, 'upstream_timeout'],
    ['invalid_prompt', 400, 'invalid_prompt'],
    ['image_too_large', 400, 'image_too_large'],
    ['something_new', 502, 'upstream_error'],
  ])('a response that failed with %s is status %i', async (code, status, expected) => {
    upstream.next(response([], failed(code)), responseStream([], failed(code)));
    for (const streaming of [false, true]) {
      const answer = await gateway.chat(thinking({ stream: streaming }));
      expect(answer.status).toBe(status);
      expect(((await answer.json()) as Json).error.code).toBe(expected);
    }
  });

  test.each([
    { code: 'rate_limit_exceeded', message: 'Slow down.', param: null },
    { error: { type: 'requests', code: 'rate_limit_exceeded', message: 'Slow down.' } },
  ])('an error event before anything was said: %j', async (members) => {
    upstream.next(stream([...responseSteps([]).slice(0, 2), named('error', members)]));
    const answer = await gateway.chat(thinking({ stream: true }));
    expect(answer.status).toBe(429);
  });

  test('in the middle: no [DONE], what was delivered is charged', async () => {
    const failure = { response: responseOf([], failed('server_error')) };
    for (const ending of [named('response.failed', failure), named('error', { message: 'x', code: null })]) {
      upstream.next(stream([...responseSteps([hello]).slice(0, 5), ending]));
      const events = await streamed(thinking());
      expect(events.done).toBe(false);
      expect(textOf(events)).toBe('Hello, ');
      expect(events.data.at(-1)).toMatchObject({ error: { code: 'upstream_error' } });
      expect(await gateway.row()).toMatchObject({ partial: true, error: 'upstream_error' });
    }
  });

  test('a stream that ends without its last event is not complete', async () => {
    upstream.next(stream(responseSteps([hello]).slice(0, -1)));
    const events = await streamed(thinking());
    expect(textOf(events)).toBe('Hello, world!');
    expect(events.done).toBe(false);
  });

  test.each([
    { status: 'in_progress' },
    { status: 'completed', output: null },
    { object: 'chat.completion', status: undefined },
  ])('what is no complete response is an error: %j', async (members) => {
    upstream.next(response([hello], members));
    expect((await gateway.chat(thinking())).status).toBe(502);
  });

  test('a client that leaves ends the call', async () => {
    upstream.next(stream([...responseSteps([hello]).slice(0, 5), 'STALL']));
    const leaving = new AbortController();
    const answer = await gateway.chat(thinking({ stream: true }), { signal: leaving.signal });
    await answer.body?.getReader().read();
    leaving.abort();
    expect(await upstream.last().closed).toBe('aborted');
  });
});

describe('encrypted reasoning comes back in a tool loop', () => {
  const question = { role: 'user' as const, content: 'What is f?' };

  async function loop(streaming: boolean, keep: (answer: Json) => Json): Promise<Json[]> {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    const id = (place: number) => `call_${streaming}_${keep.name}_${place}`;
    const said = [
      reasoning('rs_1', 'One.'),
      call(id(1), 'f', '{"x":1}'),
      reasoning('rs_2'),
      call(id(2), 'f', '{}'),
    ];
    upstream.next(streaming ? responseStream(said) : response(said));
    const request = { model: 'gpt-5.1-thinking', messages: [question], tools };
    const first: Json = streaming
      ? await client.chat.completions.stream(request).finalChatCompletion()
      : await client.chat.completions.create(request);
    const answer = first.choices[0].message;
    const results = answer.tool_calls.map((made: Json) => ({
      role: 'tool',
      tool_call_id: made.id,
      content: '42',
    }));
    await chat({ ...request, messages: [question, keep(answer), ...results] });
    return sent().input.slice(1, 5);
  }

  const first = {
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: 'One.' }],
    encrypted_content: 'encrypted-rs_1',
  };
  const second = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'encrypted-rs_2' };
  const made = expect.objectContaining({ type: 'function_call' });
  const asOpenAIKnowsIt = ({ role, content, tool_calls }: Json) => ({ role, content, tool_calls });
  const asItCame = (answer: Json) => answer;
  const asAnotherProviderSaid = ({ role, content, tool_calls }: Json) => ({
    role,
    content,
    tool_calls,
    reasoning_details: [{ type: 'reasoning.encrypted', format: 'anthropic-claude-v1', data: 'x', index: 0 }],
  });

  test.each<[boolean, (answer: Json) => Json, Json[]]>([
    // Remembered by call: each right before what it led to.
    [false, asOpenAIKnowsIt, [first, made, second, made]],
    [true, asOpenAIKnowsIt, [first, made, second, made]],
    [false, asAnotherProviderSaid, [first, made, second, made]],
    // Echoed: the client does not say where each stood.
    [false, asItCame, [first, second, made, made]],
  ])('streaming %s, client %o', async (streaming, keep, expected) => {
    expect(await loop(streaming, keep)).toEqual(expected);
  });

  test('echoed with an answer without calls, too; never where nothing follows', async () => {
    const detail = {
      type: 'reasoning.encrypted',
      format: 'openai-responses-v1',
      data: 'd',
      id: 'rs_9',
      index: 0,
    };
    const turn = (content: string | null) => ({ role: 'assistant', content, reasoning_details: [detail] });
    const item = { type: 'reasoning', id: 'rs_9', summary: [], encrypted_content: 'd' };
    await chat(thinking({ messages: [question, turn('F.'), question] }));
    expect(sent().input[1]).toEqual(item);
    await chat(thinking({ messages: [question, turn(''), question] }));
    expect(sent().input).toHaveLength(2);
    await chat(ask({ model: 'always-old', messages: [question, turn('F.'), question] }));
    expect(sent().input.map(({ type }: Json) => type)).toEqual([undefined, 'message', undefined]);
  });
});
