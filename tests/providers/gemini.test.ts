// Gemini behind the gateway, on its own wire: what it is sent, what an OpenAI client gets, what the ledger says.
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { thinkingConfig } from '../../src/providers/gemini/thinking.ts';
import { type Events, readEvents, textOf } from '../support/read-events.ts';
import {
  type Json,
  type Script,
  type ScriptedUpstream,
  startUpstream,
  stream,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';

const usageMetadata = {
  promptTokenCount: 50,
  cachedContentTokenCount: 20,
  candidatesTokenCount: 7,
  thoughtsTokenCount: 30,
  totalTokenCount: 87,
};

const response = (parts: Json[], members: Json = {}, candidate: Json = {}): Json => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP', ...candidate }],
  usageMetadata,
  modelVersion: 'gemini-3-pro',
  responseId: 'r1',
  ...members,
});
const answer = (parts: Json[], members?: Json, candidate?: Json): Script =>
  whole(response(parts, members, candidate));
/** Google ends its lines with CR LF and its streams with nothing. */
const frames = (...values: Json[]) => values.map((value) => `data: ${JSON.stringify(value)}\r\n\r\n`);
const middle = (parts: Json[]) => ({
  candidates: [{ index: 0, content: { role: 'model', parts } }],
  usageMetadata: { promptTokenCount: 50, candidatesTokenCount: 1 },
});

const hello = { text: 'Hello, world!' };
const thought = { text: 'The sky scatters blue.', thought: true };
const call = (name: string, args: Json, more: Json = {}) => ({ functionCall: { name, args }, ...more });

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(answer([hello]));
  const model = (name: string) => ({
    price: { input: 1, cached_input: 0.1, output: 2 },
    route: [[{ provider: 'first', model: name }]],
  });
  gateway = await startGateway({
    upstreams: [upstream.url],
    provider: { type: 'gemini' },
    model: model('gemini-3-pro'),
    models: { older: model('gemini-2.5-pro'), flash: model('gemini-2.5-flash') },
    server: { circuit_breaker: 'off' },
  });
});
beforeEach(() => upstream.always(answer([hello])));
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const chat = async (body: Json) => (await (await gateway.chat(ask(body))).json()) as Json;
const sent = () => upstream.last().body;
const reasoningOf = ({ data }: Events) =>
  data
    .flatMap((chunk) => chunk.choices ?? [])
    .map((choice: Json) => choice.delta.reasoning_content ?? '')
    .join('');

describe('what Gemini is sent', () => {
  test('address and credentials', async () => {
    await chat({});
    expect(upstream.last().path).toBe('/v1/models/gemini-3-pro:generateContent');
    expect(upstream.last().headers['x-goog-api-key']).toBe(upstreamKey);
    expect(upstream.last().headers.authorization).toBeUndefined();
    upstream.next(stream(frames(response([hello]))));
    await (await gateway.chat(ask({ stream: true }))).text();
    expect(upstream.last().path).toBe('/v1/models/gemini-3-pro:streamGenerateContent?alt=sse');
  });

  test('system apart, results of one round in one content, with the names of their calls', async () => {
    const made = (id: string, name: string) => ({
      id,
      type: 'function',
      function: { name, arguments: '{"x":1}' },
    });
    await chat({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'One' },
        { role: 'assistant', content: null, tool_calls: [made('a', 'f'), made('b', 'g')] },
        { role: 'tool', tool_call_id: 'a', content: '{"t":21}' },
        { role: 'tool', tool_call_id: 'b', content: 'plain' },
        { role: 'user', content: 'Go on' },
      ],
    });
    expect(sent().systemInstruction).toEqual({ parts: [{ text: 'Be brief.' }] });
    expect(sent().contents).toEqual([
      { role: 'user', parts: [{ text: 'One' }] },
      {
        role: 'model',
        parts: [
          // Another model made these calls: no signature is known, and Google has a word for that.
          {
            functionCall: { id: 'a', name: 'f', args: { x: 1 } },
            thoughtSignature: 'skip_thought_signature_validator',
          },
          { functionCall: { id: 'b', name: 'g', args: { x: 1 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'f', response: { t: 21 } } },
          { functionResponse: { id: 'b', name: 'g', response: { output: 'plain' } } },
          { text: 'Go on' },
        ],
      },
    ]);
  });

  test('images, audio and documents', async () => {
    await chat({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
          ],
        },
      ],
    });
    expect(sent().contents[0].parts).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
      { inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } },
      { inlineData: { mimeType: 'application/pdf', data: 'AAAA' } },
    ]);
  });

  test('the configuration of the answer', async () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const result = await gateway.chat(
      ask({
        max_tokens: 50,
        temperature: 1.5,
        top_p: 0.9,
        n: 2,
        stop: ['END'],
        seed: 7,
        presence_penalty: 0.5,
        frequency_penalty: -0.5,
        logit_bias: { 1: 2 },
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
      }),
    );
    expect(sent().generationConfig).toEqual({
      maxOutputTokens: 50,
      temperature: 1.5,
      topP: 0.9,
      candidateCount: 2,
      stopSequences: ['END'],
      seed: 7,
      presencePenalty: 0.5,
      frequencyPenalty: -0.5,
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    });
    expect(result.headers.get('x-tollgate-dropped-params')).toBe('logit_bias');
  });

  test.each([
    [undefined, { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ])('tool_choice %j', async (choice, expected) => {
    const parameters = { type: 'object', properties: { x: { type: 'number' } } };
    await chat({
      tools: [{ type: 'function', function: { name: 'f', description: 'F', parameters } }],
      ...(choice === undefined ? {} : { tool_choice: choice }),
    });
    expect(sent().toolConfig).toEqual({ functionCallingConfig: expected });
    expect(sent().tools).toEqual([
      { functionDeclarations: [{ name: 'f', description: 'F', parametersJsonSchema: parameters }] },
    ]);
  });

  test('before Gemini 3 a form of the answer beside tools is asked for in words', async () => {
    const tools = [
      { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } },
    ];
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const asSchema = { type: 'json_schema', json_schema: { name: 'n', schema } };
    const system = { role: 'system', content: 'Be brief.' };
    await chat({
      model: 'flash',
      tools,
      response_format: asSchema,
      messages: [system, { role: 'user', content: 'a' }],
    });
    expect(sent().generationConfig).toEqual({});
    const [first, second] = sent().systemInstruction.parts;
    expect(first.text).toBe('Be brief.');
    expect(second.text).toContain(JSON.stringify(schema));
    await chat({ model: 'flash', tools, response_format: { type: 'json_object' } });
    expect(sent().generationConfig).toEqual({});
    expect(sent().systemInstruction.parts[0].text).toContain('JSON');
    await chat({ model: 'flash', response_format: asSchema });
    expect(sent().generationConfig).toMatchObject({ responseJsonSchema: schema });
    await chat({ tools, response_format: asSchema });
    expect(sent().generationConfig).toMatchObject({ responseJsonSchema: schema });
  });

  test('a place to cache the prompt at is not taken, and said so', async () => {
    const content = [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }];
    const result = await gateway.chat(ask({ messages: [{ role: 'user', content }] }));
    expect(result.headers.get('x-tollgate-dropped-params')).toBe('cache_control');
  });

  test('reasoning effort: a level, a budget, the least of those that cannot stop thinking', async () => {
    await chat({ reasoning_effort: 'low' });
    expect(sent().generationConfig.thinkingConfig).toEqual({ includeThoughts: true, thinkingLevel: 'LOW' });
    await chat({ model: 'flash', reasoning_effort: 'none' });
    expect(sent().generationConfig.thinkingConfig).toEqual({ includeThoughts: false, thinkingBudget: 0 });
    await chat({ model: 'older', reasoning_effort: 'none' });
    expect(sent().generationConfig.thinkingConfig).toEqual({ includeThoughts: false, thinkingBudget: 128 });
  });

  test.each([
    ['gemini-3-pro-preview', ['LOW', 'LOW', 'LOW', 'HIGH', 'HIGH', 'HIGH']],
    ['gemini-3.1-pro-preview', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH']],
    ['gemini-3-flash-preview', ['MINIMAL', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'HIGH']],
    ['gemini-3.5-flash', ['MINIMAL', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'HIGH']],
    ['gemini-3.1-flash-lite', ['MINIMAL', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'HIGH']],
    ['gemini-3.7-flash', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH']],
    ['gemini-4-ultra', ['LOW', 'LOW', 'LOW', 'MEDIUM', 'HIGH', 'HIGH']],
  ])('the levels that %s has', (model, expected) => {
    const levels = (['none', 'minimal', 'low', 'medium', 'high', 'max'] as const).map(
      (effort) => thinkingConfig({ ...ask(), reasoning_effort: effort }, model) as Json,
    );
    expect(levels.map(({ thinkingLevel }) => thinkingLevel)).toEqual(expected);
    expect(levels.map(({ includeThoughts }) => includeThoughts)).toEqual([false, ...Array(5).fill(true)]);
  });
});

describe('what the client gets', () => {
  test('a whole answer: thoughts, text, calls with ids, usage with thoughts in it', async () => {
    upstream.next(answer([thought, hello, call('f', { x: 1 }), call('g', {})]));
    const given = await chat({});
    const [{ message, finish_reason }] = given.choices;
    expect(finish_reason).toBe('tool_calls');
    expect(message).toMatchObject({ content: 'Hello, world!', reasoning_content: 'The sky scatters blue.' });
    expect(message.tool_calls.map((one: Json) => one.function)).toEqual([
      { name: 'f', arguments: '{"x":1}' },
      { name: 'g', arguments: '{}' },
    ]);
    const ids = message.tool_calls.map((one: Json) => one.id);
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id: string) => id.startsWith('call_'))).toBe(true);
    expect(given.usage).toMatchObject({
      prompt_tokens: 50,
      completion_tokens: 37,
      total_tokens: 87,
      prompt_tokens_details: { cached_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 30 },
    });
  });

  test('a stream: without an end of its own it ends with [DONE] all the same', async () => {
    upstream.next(
      stream(
        frames(
          middle([thought]),
          middle([{ text: 'Hello' }]),
          response([{ text: ', world!' }, call('f', { x: 1 })]),
        ),
      ),
    );
    const events = await readEvents(
      await gateway.chat(ask({ stream: true, stream_options: { include_usage: true } })),
    );
    expect(events.done).toBe(true);
    expect(textOf(events)).toBe('Hello, world!');
    expect(reasoningOf(events)).toBe('The sky scatters blue.');
    const finishes = events.data.flatMap((chunk: Json) =>
      chunk.choices.flatMap((choice: Json) => choice.finish_reason ?? []),
    );
    expect(finishes).toEqual(['tool_calls']);
    expect((events.data.at(-1) as Json).usage).toMatchObject({ prompt_tokens: 50, completion_tokens: 37 });
    expect(await gateway.row()).toMatchObject({
      usage: { input: 50, output: 37, cachedInput: 20, reasoning: 30 },
      usageSource: 'reported',
    });
  });

  test('a stream that ends before its finish is not complete', async () => {
    upstream.next(stream(frames(middle([{ text: 'Hel' }]))));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.done).toBe(false);
    expect((events.data.at(-1) as Json).error.code).toBe('upstream_error');
  });

  test.each([
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['SOMETHING_NEW', 'stop'],
  ])('finishReason %s is %s', async (given, expected) => {
    upstream.next(answer([hello], {}, { finishReason: given }));
    expect((await chat({})).choices[0].finish_reason).toBe(expected);
  });

  test('a prompt that is refused has status 200 there, and content_filter here', async () => {
    upstream.next(
      whole({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 5 } }),
    );
    expect((await chat({})).choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      message: { content: '' },
    });
  });

  test('a broken call is an error, before and in a stream', async () => {
    upstream.next(answer([], {}, { finishReason: 'MALFORMED_FUNCTION_CALL' }));
    expect((await gateway.chat(ask())).status).toBe(502);
    upstream.next(
      stream(
        frames(middle([{ text: 'Hel' }]), response([], {}, { finishReason: 'MALFORMED_FUNCTION_CALL' })),
      ),
    );
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(events.done).toBe(false);
  });

  test.each([
    [400, 'INVALID_ARGUMENT', 'no', 400, null],
    [400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', 502, 'upstream_auth_error'],
    [403, 'PERMISSION_DENIED', 'no', 502, 'upstream_auth_error'],
    [429, 'RESOURCE_EXHAUSTED', 'no', 429, 'rate_limit_exceeded'],
    [503, 'UNAVAILABLE', 'no', 503, 'overloaded'],
  ])('status %i %s (%s) is %i %s', async (status, name, words, expected, code) => {
    const details = status === 429 ? [{ '@type': 'google.rpc.RetryInfo', retryDelay: '3.5s' }] : [];
    for (const wrap of [(value: Json) => value, (value: Json) => [value]]) {
      upstream.next(whole(wrap({ error: { code: status, message: words, status: name, details } }), status));
      const refused = await gateway.chat(ask());
      expect(refused.status).toBe(expected);
      expect(((await refused.json()) as Json).error.code).toBe(code);
      if (status === 429) expect(refused.headers.get('retry-after-ms')).toBe('3500');
    }
  });
});

describe('a signature of a text comes back with it', () => {
  test.each([
    ['on the text', [{ text: 'Hello!', thoughtSignature: 'dGV4dA==' }]],
    ['on an empty text behind it', [{ text: 'Hello!' }, { text: '', thoughtSignature: 'dGV4dA==' }]],
  ])('%s, whole and streamed', async (_, parts) => {
    const details = [{ type: 'reasoning.encrypted', format: 'google-gemini-v1', index: 0, data: 'dGV4dA==' }];
    upstream.next(stream(frames(...parts.map((part) => middle([part])), response([]))), answer(parts));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(textOf(events)).toBe('Hello!');
    expect(events.data.flatMap(({ choices }) => choices[0]?.delta.reasoning_details ?? [])).toEqual(details);
    const { message } = (await chat({})).choices[0];
    expect(message).toMatchObject({ content: 'Hello!', reasoning_details: details });
    const user = { role: 'user', content: 'a' };
    await chat({ messages: [user, message, user] });
    expect(sent().contents[1]).toEqual({
      role: 'model',
      parts: [{ text: 'Hello!', thoughtSignature: 'dGV4dA==' }],
    });
    const foreign = { ...message, reasoning_details: [{ ...details[0], format: 'anthropic-claude-v1' }] };
    await chat({ messages: [user, foreign, user] });
    expect(sent().contents[1].parts).toEqual([{ text: 'Hello!' }]);
  });
});

describe('thought signatures come back in a tool loop', () => {
  const tools = [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object' } } }];
  const question = { role: 'user' as const, content: 'What is f?' };
  const asOpenAIKnowsIt = ({ role, content, tool_calls }: Json) => ({
    role,
    content,
    tool_calls: tool_calls.map(({ id, type, function: fn }: Json) => ({ id, type, function: fn })),
  });

  test.each([
    [false, asOpenAIKnowsIt],
    [true, asOpenAIKnowsIt],
    [false, (given: Json) => given],
  ])('streaming %s, client %o', async (streaming, keep) => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    const said = [call('f', { x: 1 }, { thoughtSignature: 'c2ln' })];
    upstream.next(streaming ? stream(frames(response(said))) : answer(said));
    const request = { model: 'test-model', messages: [question], tools };
    const first: Json = streaming
      ? await client.chat.completions.stream(request).finalChatCompletion()
      : await client.chat.completions.create(request);
    const { message } = first.choices[0];
    const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: '42' };
    await chat({ ...request, messages: [question, keep(message), result] });
    expect(sent().contents[1].parts[0]).toMatchObject({
      functionCall: { name: 'f', args: { x: 1 } },
      thoughtSignature: 'c2ln',
    });
  });
});
