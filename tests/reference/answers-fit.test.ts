// What the gateway really answers is what /openapi.json says: whole answers, chunks, errors, models, states.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEvents } from '../support/read-events.ts';
import {
  choice,
  chunk,
  completion,
  done,
  event,
  finish,
  goodStream,
  type Json,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { absentEngine, ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type DocumentChecker, documentChecker } from './document-checker.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;
let check: DocumentChecker;
let document: Json;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway({ upstreams: [upstream.url] });
  document = await (await fetch(`${gateway.url}/openapi.json`)).json();
  check = documentChecker(document);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const chat = '/v1/chat/completions';
const call = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Vienna"}' },
};
const usage = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};
const logprobs = {
  content: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [{ token: 'Hi', logprob: -0.1 }] }],
};

describe('whole answers', () => {
  it.each<[string, Json, Json?]>([
    ['a text', completion()],
    ['thoughts', completion({ choices: [choice({ message: { reasoning_content: 'Well…' } })], usage })],
    ['thoughts under another name', completion({ choices: [choice({ message: { reasoning: 'Well…' } })] })],
    [
      'tool calls',
      completion({
        choices: [choice({ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' })],
      }),
      { tools: [{ type: 'function', function: { name: 'get_weather' } }] },
    ],
    ['probabilities', completion({ choices: [choice({ logprobs })] }), { logprobs: true, top_logprobs: 1 }],
    ['two choices', completion({ choices: [choice(), choice({ index: 1 })] }), { n: 2 }],
    ['no usage', completion({ usage: undefined })],
    ['few members', { choices: [{ message: { content: 'Hi' } }] }],
  ])('%s', async (_, answer, members = {}) => {
    upstream.next(whole(answer));
    const response = await gateway.chat(ask(members));
    expect(response.status).toBe(200);
    expect(check(await response.json(), chat, 'post', 'responses/200', 'application/json')).toEqual([]);
  });

  it('that lack a key do not fit', async () => {
    const answer: Json = await (await gateway.chat(ask())).json();
    delete answer.choices[0].message.refusal;
    answer.choices[0].finish_reason = 'error';
    const problems = check(answer, chat, 'post', 'responses/200', 'application/json');
    expect(problems.join('\n')).toContain("must have required property 'refusal'");
    expect(problems.join('\n')).toContain('/choices/0/finish_reason must be equal to one of');
  });
});

describe('chunks', () => {
  const fragments = [
    chunk({ tool_calls: [{ ...call, index: 0, function: { name: 'get_weather', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":"Vienna"}' } }] }),
  ];
  it.each<[string, string[], Json?]>([
    ['of a text', goodStream('Hello, ', 'world!') as string[]],
    ['with usage', goodStream('Hello') as string[], { stream_options: { include_usage: true } }],
    [
      'of thoughts',
      [roleChunk, chunk({ reasoning_content: 'Well' }), text('Hi'), finish(), usageChunk(usage), done],
      { stream_options: { include_usage: true } },
    ],
    ['of tool calls', [roleChunk, ...fragments, finish('tool_calls'), usageChunk(), done]],
    ['of a sparse upstream', [event({ choices: [{ delta: { content: 'Hi' } }] }), finish(), done]],
  ])('%s', async (_, steps, members = {}) => {
    upstream.next(stream(steps));
    const response = await gateway.chat(ask({ stream: true, ...members }));
    const events = parseEvents(await response.text());
    expect(events.done).toBe(true);
    expect(events.data.length).toBeGreaterThan(2);
    for (const value of events.data) {
      expect(check(value, chat, 'post', 'responses/200', 'text/event-stream')).toEqual([]);
    }
  });
});

describe('errors', () => {
  it.each<[number, string, () => Promise<Response>]>([
    [400, 'a wrong field', () => gateway.chat(ask({ temperature: 3 }))],
    [400, 'no JSON', () => gateway.chat('{')],
    [401, 'no key', () => fetch(`${gateway.url}${chat}`, { method: 'POST', body: '{}' })],
    [401, 'a wrong key', () => gateway.chat(ask(), { key: 'sk-tg-wrong' })],
    [404, 'no such model', () => gateway.chat(ask({ model: 'nobody' }))],
    [415, 'no JSON type', () => gateway.chat('x', { headers: { 'content-type': 'text/plain' } })],
    [429, 'a busy upstream', () => refused(429, { code: 'rate_limit_exceeded' })],
    [502, 'an upstream that refuses the key', () => refused(401, { code: 'invalid_api_key' })],
    [503, 'no price', () => gateway.chat(ask({ model: 'unpriced-model' }))],
  ])('%i: %s', async (status, _, send) => {
    const response = await send();
    expect(response.status).toBe(status);
    const problems = check(await response.json(), chat, 'post', `responses/${status}`, 'application/json');
    expect(problems).toEqual([]);
    const documented = Object.keys(document.paths[chat].post.responses[status].headers);
    const sent = [...response.headers.keys()].filter((name) => /^x-|^retry-|^openai-/.test(name));
    expect(documented).toEqual(expect.arrayContaining(sent));
  });

  function refused(status: number, error: Json): Promise<Response> {
    upstream.always(refusal(status, error));
    return gateway.chat(ask()).finally(() => upstream.always(whole()));
  }
});

describe('the other endpoints', () => {
  it.each([
    ['/v1/models', '/v1/models', 200],
    ['/v1/models/{id}', '/v1/models/test-model', 200],
    ['/v1/models/{id}', '/v1/models/nobody', 404],
    ['/health', '/health', 200],
    ['/ready', '/ready', 200],
  ])('%s, asked for %s', async (path, url, status) => {
    const response = await fetch(`${gateway.url}${url}`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    });
    expect(response.status).toBe(status);
    const problems = check(await response.json(), path, 'get', `responses/${status}`, 'application/json');
    expect(problems).toEqual([]);
  });

  it('/ready while a model is being loaded', async () => {
    const engine = absentEngine({
      status: () => ({ state: 'loading', detail: 'It is being loaded.', progress: 0.5, model: 'Qwen3' }),
    });
    await using loading = await startGateway({ upstreams: [upstream.url], engine });
    const response = await fetch(`${loading.url}/ready`);
    expect(response.status).toBe(503);
    const problems = check(await response.json(), '/ready', 'get', 'responses/503', 'application/json');
    expect(problems).toEqual([]);
  });
});
