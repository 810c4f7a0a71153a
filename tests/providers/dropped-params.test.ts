// Parameters that a target would not be sent: named to the client in `x-tollgate-dropped-params`, and refused before anything
// is held where the model has `strict_params` and no other target would get them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Json,
  polite,
  type ScriptedUpstream,
  startUpstream,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway, upstreamKey } from '../support/start-gateway.ts';
import { message } from './anthropic-wire.ts';

let claude: ScriptedUpstream;
let gemini: ScriptedUpstream;
let plain: ScriptedUpstream;
let gateway: TestGateway;

const hello = message([{ type: 'text', text: 'Hello!' }]);
const geminiHello = whole({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hello!' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
});
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
const loop = [
  { role: 'user', content: 'Weather?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_x', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'call_x', content: 'sunny' },
];

beforeAll(async () => {
  claude = await startUpstream(hello);
  gemini = await startUpstream(geminiHello);
  plain = await startUpstream(polite);
  const provider = (type: string, { url }: ScriptedUpstream, more: Json = {}) => ({
    type,
    base_url: url,
    api_key: upstreamKey,
    ...more,
  });
  const toClaude = (model: string) => ({ provider: 'claude', model });
  const toGemini = (model = 'gemini-3-pro') => ({ provider: 'google', model });
  const model = (route: Json[][], members: Json = {}) => ({ price: 'free', route, ...members });
  const strict = { strict_params: true };
  gateway = await startGateway({ upstreams: [plain.url] });
  await gateway.configure({
    providers: {
      claude: provider('anthropic', claude),
      google: provider('gemini', gemini),
      open: provider('openai-compatible', plain, { capabilities: { drop_params: ['logit_bias'] } }),
    },
    models: {
      budget: model([[toClaude('claude-sonnet-4-5')]]),
      adaptive: model([[toClaude('claude-sonnet-4-6')]]),
      newest: model([[toClaude('claude-opus-5')]]),
      oldest: model([[toClaude('claude-3-haiku')]]),
      gemini: model([[toGemini()]]),
      'gemini-old': model([[toGemini('gemini-2.0-flash')]]),
      'strict-claude': model([[toClaude('claude-sonnet-4-5')]], strict),
      'strict-gemini': model([[toGemini()]], strict),
      'strict-either': model([[toClaude('claude-sonnet-4-5')], [{ provider: 'open', model: 'm' }]], strict),
    },
    server: { circuit_breaker: 'off' },
  });
});
beforeEach(() => {
  for (const upstream of [claude, gemini, plain]) upstream.requests.length = 0;
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const upstream of [claude, gemini, plain]) await upstream[Symbol.asyncDispose]();
});

const calls = () => claude.requests.length + gemini.requests.length + plain.requests.length;

describe('what is without effect is named', () => {
  test.each<[string, string | null, Json]>([
    // What has no equivalent, whichever field it is.
    ['budget', 'metadata, store', { metadata: { a: 'b' }, store: true }],
    ['budget', 'prompt_cache_key', { prompt_cache_key: 'k' }],
    ['gemini', 'metadata', { metadata: { a: 'b' } }],
    ['gemini', 'prompt_cache_retention', { prompt_cache_retention: '24h' }],
    ['gemini-old', 'reasoning_effort', { reasoning_effort: 'high' }],
    ['gemini-old', null, { reasoning_effort: 'none' }],
    // A value that asks for what there is anyway is not lost.
    [
      'budget',
      null,
      {
        presence_penalty: 0,
        frequency_penalty: 0,
        store: false,
        n: 1,
        modalities: ['text'],
        verbosity: 'medium',
      },
    ],
    ['budget', null, { logprobs: false, logit_bias: {}, metadata: {}, service_tier: 'auto' }],
    ['newest', null, { temperature: 1, top_p: 1 }],
    ['newest', 'temperature', { temperature: 0.3 }],
    ['gemini', null, { user: null, service_tier: 'auto', store: false }],
    // Claude takes one of the two, and neither while it thinks.
    ['budget', 'top_p', { temperature: 0.3, top_p: 0.5 }],
    ['budget', 'temperature, top_p', { temperature: 0.3, top_p: 0.5, reasoning_effort: 'high' }],
    ['budget', null, { temperature: 1, reasoning_effort: 'high' }],
    ['budget', 'service_tier', { service_tier: 'flex' }],
    ['budget', null, { service_tier: 'default' }],
    ['budget', 'stop', { stop: ['END', '\n'] }],
    ['budget', null, { stop: 'END' }],
  ])('%s: %s of %j', async (model, named, members) => {
    const response = await gateway.chat(ask({ model, ...members }));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-tollgate-dropped-params')).toBe(named);
  });

  test('under names that fit a header, whatever the client called them', async () => {
    const odd = { 'a\r\nset-cookie: b': 1, größe: 2, ok: 3 };
    const response = await gateway.chat(ask({ model: 'budget', ...odd }));
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('x-tollgate-dropped-params')).toBe(
      'a%0D%0Aset-cookie:%20b, gr%C3%B6%C3%9Fe, ok',
    );
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`unknown_${at}`, 1]));
    const crowded = await gateway.chat(ask({ model: 'gemini', ...many }));
    expect(crowded.status).toBe(200);
    expect(crowded.headers.get('x-tollgate-dropped-params')).toMatch(/^unknown_0, .*, \+48\d\d more$/);
  });

  test.each<[string, string, string | null, Json]>([
    ['a loop whose thoughts are not there', 'budget', 'reasoning_effort', { messages: loop, tools }],
    ['a forced call', 'budget', 'reasoning_effort', { tools, tool_choice: 'required' }],
    ['a forced call', 'adaptive', 'reasoning_effort', { tools, tool_choice: 'required' }],
    ['a cap without room for thoughts', 'budget', 'reasoning_effort', { max_completion_tokens: 1200 }],
    ['a model that cannot think', 'oldest', 'reasoning_effort', {}],
    ['a loop of a model that takes it without', 'adaptive', null, { messages: loop, tools }],
    ['a question', 'budget', null, { tools }],
  ])('reasoning effort, in %s: %s', async (_, model, named, members) => {
    const response = await gateway.chat(ask({ model, reasoning_effort: 'high', ...members }));
    expect(response.status).toBe(200);
    expect('thinking' in claude.last().body).toBe(named === null);
    expect(response.headers.get('x-tollgate-dropped-params')).toBe(named);
    const off = await gateway.chat(ask({ model, reasoning_effort: 'none', ...members }));
    expect([off.status, off.headers.get('x-tollgate-dropped-params')]).toEqual([200, null]);
  });
});

describe('a strict model', () => {
  test.each<[string, string, string, Json]>([
    ['strict-claude', 'claude', 'seed', { seed: 1 }],
    ['strict-claude', 'claude', 'presence_penalty', { presence_penalty: 0.5 }],
    ['strict-claude', 'claude', 'reasoning_effort', { reasoning_effort: 'high', messages: loop, tools }],
    ['strict-gemini', 'google', 'logit_bias', { logit_bias: { 1: 2 } }],
    ['strict-gemini', 'google', 'parallel_tool_calls', { tools, parallel_tool_calls: false }],
    ['strict-gemini', 'google', 'user', { user: 'u' }],
  ])('%s: %s is not sent %s', async (model, provider, param, members) => {
    const response = await gateway.chat(ask({ model, ...members }));
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as Json;
    expect(error).toMatchObject({ type: 'invalid_request_error', param, code: 'unsupported_parameter' });
    expect(error.message).toContain(`'${param}'`);
    expect(error.message).toContain(`\`${provider}\``);
    expect(error.message).toContain('strict_params');
    expect(calls()).toBe(0);
  });

  test('takes what is at its default, and what the target gets', async () => {
    for (const model of ['strict-claude', 'strict-gemini']) {
      const members = { presence_penalty: 0, store: false, temperature: 0.5, stop: 'END', max_tokens: 20 };
      expect((await gateway.chat(ask({ model, ...members }))).status).toBe(200);
    }
  });

  test('passes over a target that would drop something, as long as another would not', async () => {
    const seeded = await gateway.chat(ask({ model: 'strict-either', seed: 1 }));
    expect(seeded.headers.get('x-tollgate-served-by')).toBe('open/m');
    expect(seeded.headers.get('x-tollgate-dropped-params')).toBeNull();
    const simple = await gateway.chat(ask({ model: 'strict-either' }));
    expect(simple.headers.get('x-tollgate-served-by')).toBe('claude/claude-sonnet-4-5');
    const neither = await gateway.chat(ask({ model: 'strict-either', logit_bias: { 1: 2 } }));
    expect(neither.status).toBe(400);
    expect(await neither.json()).toMatchObject({
      error: { param: 'logit_bias', message: expect.stringContaining('`claude`') },
    });
  });

  test('refuses before anything is held', async () => {
    const before = (await gateway.ledger()).length;
    await (await gateway.chat(ask({ model: 'strict-claude', seed: 1 }))).text();
    expect((await gateway.ledger()).length).toBe(before);
  });
});
