// What users of the official client for JavaScript do besides the matrix: helpers, retries, models, leaving.
import OpenAI from 'openai';
import { LengthFinishReasonError } from 'openai/error';
import { zodResponseFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  choice,
  completion,
  finish,
  goodStream,
  polite,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  stream,
  text,
  whole,
} from '../../support/scripted-upstream.ts';
import { streamedCall, wholeCall } from '../../support/scripts/tool-calls.ts';
import { ask, type TestGateway } from '../../support/start-gateway.ts';
import { startWorld, type World } from '../matrix/world.ts';

let world: World;
let upstream: ScriptedUpstream;
let gateway: TestGateway;
let client: OpenAI;

beforeAll(async () => {
  world = await startWorld();
  ({ upstream, gateway } = world);
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});
beforeEach(() => upstream.always(polite));
afterAll(() => world?.[Symbol.asyncDispose]());

const streaming: OpenAI.ChatCompletionCreateParamsStreaming = ask({ stream: true });
const person = z.object({ name: z.string(), age: z.int() });
const ada = JSON.stringify({ name: 'Ada', age: 36 });

describe('answers', () => {
  test('every key of a message is there, and the upstream is asked for plain bytes', async () => {
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

  test('a refusal of the model stays one', async () => {
    upstream.next(whole(completion({ choices: [choice({ message: { content: null, refusal: 'No.' } })] })));
    const answer = await client.chat.completions.create(ask());
    expect(answer.choices[0]?.message).toMatchObject({ content: null, refusal: 'No.' });
  });

  test('list and retrieve models', async () => {
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

  test('a key that nobody knows', async () => {
    const stranger = new OpenAI({
      baseURL: `${gateway.url}/v1`,
      apiKey: 'sk-nobody-knows-this-key',
      maxRetries: 0,
    });
    const asked = stranger.chat.completions.create(ask());
    await expect(asked).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(asked).rejects.toMatchObject({ status: 401, code: 'invalid_api_key', param: null });
  });
});

describe('helpers', () => {
  const weather = {
    type: 'function' as const,
    function: {
      name: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
      parse: JSON.parse,
      function: ({ city }: { city: string }) => `sunny in ${city}`,
    },
  };
  const results = () => upstream.last().body.messages.at(-1);

  test('runTools', async () => {
    upstream.next(whole(wholeCall), whole());
    const run = client.chat.completions.runTools(ask({ tools: [weather] }));
    expect(await run.finalContent()).toBe('Hello, world!');
    expect(results()).toEqual({ role: 'tool', tool_call_id: 'call_1', content: 'sunny in Rome' });
    expect(await run.totalUsage()).toMatchObject({ prompt_tokens: 20, completion_tokens: 10 });
  });

  test('runTools, streamed', async () => {
    upstream.next(stream(streamedCall), stream(goodStream('Sun', 'ny')));
    const run = client.chat.completions.runTools(ask({ stream: true, tools: [weather] }));
    const pieces: string[] = [];
    run.on('content', (delta) => void pieces.push(delta));
    expect(await run.finalContent()).toBe('Sunny');
    expect(pieces).toEqual(['Sun', 'ny']);
    expect(results()).toEqual({ role: 'tool', tool_call_id: 'call_1', content: 'sunny in Rome' });
  });

  test('a schema, parsed while it streams', async () => {
    upstream.next(stream(goodStream(ada.slice(0, 9), ada.slice(9))));
    const run = client.chat.completions.stream({
      ...ask(),
      response_format: zodResponseFormat(person, 'person'),
    });
    const partial: unknown[] = [];
    run.on('content.delta', ({ parsed }) => void partial.push(parsed));
    const final = await run.finalChatCompletion();
    expect(final.choices[0]?.message.parsed).toEqual({ name: 'Ada', age: 36 });
    expect(partial.at(-1)).toEqual({ name: 'Ada', age: 36 });
  });

  test('parse gives null for a refusal, and throws for an answer cut off', async () => {
    const asking = { ...ask(), response_format: zodResponseFormat(person, 'person') };
    upstream.next(whole(completion({ choices: [choice({ message: { content: null, refusal: 'No.' } })] })));
    const refused = await client.chat.completions.parse(asking);
    expect(refused.choices[0]?.message).toMatchObject({ parsed: null, refusal: 'No.' });
    upstream.next(
      whole(completion({ choices: [choice({ message: { content: '{"na' }, finish_reason: 'length' })] })),
    );
    await expect(client.chat.completions.parse(asking)).rejects.toThrow(LengthFinishReasonError);
  });
});

describe('retries', () => {
  const soon = { 'retry-after-ms': '5' };

  test.each([
    [400, 1],
    [422, 1],
    [429, 3],
    [500, 3],
    [503, 3],
    [529, 3],
  ])('an upstream that says %i: %i attempts', async (status, expected) => {
    upstream.always(refusal(status, {}, soon));
    const before = upstream.requests.length;
    const asked = client.withOptions({ maxRetries: 2 }).chat.completions.create(ask());
    await expect(asked).rejects.toThrow(OpenAI.APIError);
    expect(upstream.requests.length - before).toBe(expected);
  });

  test('a refusal that passes is not seen by the user', async () => {
    const answer = async () => {
      upstream.next(refusal(429, {}, soon), refusal(503, {}, soon));
      return client.withOptions({ maxRetries: 2 }).chat.completions.create(ask());
    };
    expect((await answer()).choices[0]?.message.content).toBe('Hello, world!');
    const rows = (await gateway.ledger()).slice(0, 3);
    expect(rows.map(({ state, cost }) => [state, cost])).toEqual([
      ['settled', 20_000n],
      ['released', 0n],
      ['released', 0n],
    ]);
  });

  test('what cannot change by itself is not asked for again', async () => {
    let calls = 0;
    const counting = new OpenAI({
      baseURL: `${gateway.url}/v1`,
      apiKey: gateway.key,
      maxRetries: 2,
      fetch: (url, init) => {
        calls++;
        return fetch(url, init);
      },
    });
    await expect(counting.chat.completions.create(ask({ model: 'unpriced-model' }))).rejects.toMatchObject({
      status: 503,
      code: 'price_unknown',
    });
    expect(calls).toBe(1);
  });

  test('a stream that broke is not asked for again', async () => {
    const before = upstream.requests.length;
    upstream.next(stream([roleChunk, text('Hel'), { wait: 20 }, 'RESET']));
    const read = async () => {
      const patient = client.withOptions({ maxRetries: 2 });
      for await (const _ of await patient.chat.completions.create(streaming));
    };
    await expect(read()).rejects.toThrow(OpenAI.APIError);
    expect(upstream.requests.length - before).toBe(1);
  });
});

describe('a client that leaves', () => {
  test('a stream that has fallen silent: the upstream learns of it without another chunk', async () => {
    const arrived = upstream.arrival(upstream.requests.length + 1);
    upstream.next(stream([roleChunk, text('a'), text('b'), text('c'), 'STALL']));
    let count = 0;
    for await (const part of await client.chat.completions.create(streaming)) {
      if (part.choices[0]?.delta.content && ++count === 3) break;
    }
    expect(await (await arrived).closed).toBe('aborted');
    expect(await gateway.row()).toMatchObject({
      state: 'settled',
      partial: true,
      error: 'client_aborted',
      usageSource: 'estimated',
      usage: { output: 1 },
    });
  });
});

describe('silence', () => {
  test('keep-alive comments disturb neither the stream nor its helper', async () => {
    await using quiet = await startWorld({ heartbeat: '30ms' });
    const patient = new OpenAI({
      baseURL: `${quiet.gateway.url}/v1`,
      apiKey: quiet.gateway.key,
      maxRetries: 0,
    });
    const slowly = [{ wait: 120 }, roleChunk, text('a'), { wait: 120 }, text('b'), finish(), { wait: 120 }];
    quiet.upstream.always(stream([...slowly, 'data: [DONE]\n\n']));
    const final = await patient.chat.completions.stream(ask()).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe('ab');
    const raw = await (await quiet.gateway.chat(ask({ stream: true }))).text();
    expect(raw.match(/^: keep-alive$/gm)?.length).toBeGreaterThan(1);
  });
});
