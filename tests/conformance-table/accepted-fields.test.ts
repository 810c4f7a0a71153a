// Every field of the contract's section 1 at the edges of its range: taken, and what the client wrote reaches the
// upstream. What lies beyond is in refused-fields.test.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

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

const tool = (name: string, members: Json = {}) => ({ type: 'function', function: { name, ...members } });
const custom = (format?: Json) => ({ type: 'custom', custom: { name: 'c', ...(format ? { format } : {}) } });
const each = (name: string, values: readonly unknown[], beside: Json = {}): [string, Json][] =>
  values.map((value) => [`${name}: ${JSON.stringify(value).slice(0, 80)}`, { [name]: value, ...beside }]);
const many = (count: number) => Array.from({ length: count }, (_, index) => tool(`f${index}`));

const fields: readonly (readonly [string, Json])[] = [
  ...each('temperature', [0, 2, 1, 0.1]),
  ...each('top_p', [0, 1]),
  ...each('frequency_penalty', [-2, 2]),
  ...each('presence_penalty', [-2, 2]),
  ...each('stop', ['a', ['a'], ['a', 'b', 'c', 'd']]),
  ...each('n', [1, 128]),
  ...each('seed', [0, -1, Number.MAX_SAFE_INTEGER]),
  ...each('logprobs', [true, false]),
  ...each('top_logprobs', [0, 20], { logprobs: true }),
  ...each('logit_bias', [{ 50256: -100 }, { 50256: 100, 7: 0.5 }, {}]),
  ...each('stream_options', [{ include_usage: true, include_obfuscation: false }, {}], { stream: true }),
  ...each('reasoning_effort', ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']),
  ...each('verbosity', ['low', 'medium', 'high']),
  ...each('service_tier', ['auto', 'default', 'flex', 'scale', 'priority', 'fast']),
  ...each('tools', [
    [tool('f')],
    [tool('A-z_0'.padEnd(64, 'x'), { description: 'd', parameters: {}, strict: true })],
    [tool('f', { description: null, parameters: null, strict: null })],
    [custom()],
    [custom({ type: 'text' })],
    [custom({ type: 'grammar', grammar: { definition: 'start: "a"', syntax: 'lark' } })],
    [custom({ type: 'grammar', grammar: { definition: 'a+', syntax: 'regex' } })],
    many(128),
  ]),
  ...each(
    'tool_choice',
    [
      'none',
      'auto',
      'required',
      { type: 'function', function: { name: 'f' } },
      { type: 'custom', custom: { name: 'c' } },
      { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [tool('f')] } },
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [tool('f')] } },
    ],
    { tools: [tool('f'), custom()] },
  ),
  ...each('tool_choice', ['none', 'auto']),
  ...each('parallel_tool_calls', [true, false], { tools: [tool('f')] }),
  ...each('response_format', [
    { type: 'text' },
    { type: 'json_object' },
    { type: 'json_schema', json_schema: { name: 'x'.repeat(64), schema: { type: 'object' } } },
    { type: 'json_schema', json_schema: { name: 'a', description: 'd', schema: {}, strict: true } },
    { type: 'json_schema', json_schema: { name: 'a', strict: null } },
  ]),
  ...each('metadata', [
    {},
    Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'v'])),
    { ['k'.repeat(64)]: 'v'.repeat(512) },
  ]),
  ...each('store', [true, false]),
  ...each('prediction', [
    { type: 'content', content: 'x' },
    { type: 'content', content: [{ type: 'text', text: 'x' }] },
  ]),
  ...each('modalities', [['text']]),
  ...each('modalities', [['text', 'audio']], { audio: { voice: 'alloy', format: 'wav' } }),
  ...each(
    'audio',
    ['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16'].map((format) => ({ voice: 'alloy', format })),
  ),
  ...each('web_search_options', [
    {},
    { search_context_size: 'low' },
    { search_context_size: 'medium' },
    {
      search_context_size: 'high',
      user_location: {
        type: 'approximate',
        approximate: { city: 'Wien', country: 'AT', region: 'W', timezone: 'Europe/Vienna' },
      },
    },
  ]),
  ...each('safety_identifier', ['x'.repeat(128)]),
  ...each('prompt_cache_key', ['k']),
  ...each('prompt_cache_retention', ['in_memory', '24h']),
  ...each('prompt_cache_options', [{ mode: 'implicit' }, { mode: 'explicit', ttl: '30m' }]),
  ...each('moderation', [
    { model: 'm' },
    { model: 'm', policy: { input: { mode: 'score' }, output: { mode: 'block' } } },
  ]),
  ...each('user', ['ada']),
];

const extras: readonly (readonly [string, Json])[] = [
  ...each('top_k', [40]),
  ...each('reasoning', [{ effort: 'high', max_tokens: 100, exclude: false, enabled: true }]),
  ...each('include_reasoning', [true]),
  ...each('thinking', [{ type: 'disabled' }]),
  ...each('enable_thinking', [false]),
  ...each('chat_template_kwargs', [{ enable_thinking: false }]),
  ...each('extra_body', [{ a: 1 }]),
];

describe('taken and passed on as written', () => {
  test.each([...fields, ...extras])('%s', async (_, members) => {
    const response = await gateway.chat(ask(members));
    expect({ status: response.status, body: await response.text() }).toMatchObject({ status: 200 });
    const sent = upstream.last().body;
    for (const [name, value] of Object.entries(members)) {
      // The gateway always asks for usage.
      if (name === 'stream_options') expect(sent.stream_options.include_usage).toBe(true);
      else expect(sent[name]).toEqual(value);
    }
  });
});

test('null counts as absent for every optional field', async () => {
  const names = new Set([...fields, ...extras].flatMap(([, members]) => Object.keys(members)));
  for (const name of [...names, 'max_tokens', 'functions', 'function_call']) {
    const response = await gateway.chat(ask({ [name]: null }));
    expect({ name, status: response.status }).toEqual({ name, status: 200 });
  }
});

test('one token is a cap, and max_completion_tokens wins over max_tokens', async () => {
  expect((await gateway.chat(ask({ max_tokens: 1 }))).status).toBe(200);
  expect((await gateway.chat(ask({ max_completion_tokens: 1 }))).status).toBe(200);
  expect((await gateway.chat(ask({ max_tokens: 7, max_completion_tokens: 5 }))).status).toBe(200);
  const { max_tokens, max_completion_tokens } = upstream.last().body;
  expect([max_tokens ?? max_completion_tokens, max_completion_tokens ?? max_tokens]).toEqual([5, 5]);
});

const image = (members: Json) => ({ type: 'image_url', image_url: members });
const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('messages and parts, passed on as written', () => {
  const user = { role: 'user', content: 'x' };
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  const parts = (...content: Json[]) => [{ role: 'user', content }];
  test.each<[string, Json[]]>([
    ['developer', [{ role: 'developer', content: 'x', name: 'n' }, user]],
    ['system in parts', [{ role: 'system', content: [{ type: 'text', text: 'x' }] }, user]],
    [
      'several system messages',
      [{ role: 'system', content: 'a' }, { role: 'system', content: 'b' }, user, user],
    ],
    [
      'assistant with null name and refusal',
      [user, { role: 'assistant', content: 'x', name: null, refusal: null }, user],
    ],
    [
      'assistant in parts',
      [
        user,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'x' },
            { type: 'refusal', refusal: 'no' },
          ],
        },
        user,
      ],
    ],
    ['assistant that refused', [user, { role: 'assistant', content: null, refusal: 'No.' }, user]],
    ['assistant with audio', [user, { role: 'assistant', audio: { id: 'audio_1' } }, user]],
    [
      'assistant with reasoning_content',
      [user, { role: 'assistant', content: 'x', reasoning_content: 'r' }, user],
    ],
    [
      'tool calls with extra_content, answers in another order and in parts',
      [
        user,
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { ...call, extra_content: { google: { thought_signature: 's' } } },
            { id: 'b', type: 'custom', custom: { name: 'c', input: 'i' } },
          ],
        },
        { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'x' }] },
        { role: 'tool', tool_call_id: 'a', content: 'y' },
      ],
    ],
    ...['auto', 'low', 'high', 'original', null].map((detail): [string, Json[]] => [
      `image, detail ${detail}`,
      parts({ type: 'text', text: 'x' }, image({ url: 'https://example.com/a.png', detail })),
    ]),
    ['image in a data URL', parts(image({ url: png }))],
    ['image as a bare string', parts(image('https://example.com/a.png' as Json))],
    ...['wav', 'mp3'].map((format): [string, Json[]] => [
      `audio, ${format}`,
      parts({ type: 'input_audio', input_audio: { data: 'UklGRg==', format } }),
    ]),
    ['file by id', parts({ type: 'file', file: { file_id: 'file-1' } })],
    [
      'file with data',
      parts({ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' } }),
    ],
    ...['30m', '12h'].map((ttl): [string, Json[]] => [
      `a cache breakpoint of ${ttl}`,
      parts({ type: 'text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit', ttl } }),
    ]),
    ['cache_control on a part', parts({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } })],
  ])('%s', async (_, messages) => {
    const response = await gateway.chat(ask({ messages }));
    expect({ status: response.status, body: await response.text() }).toMatchObject({ status: 200 });
    // The usual upstream knows no developer messages.
    const known = messages.map((message) =>
      message.role === 'developer' ? { ...message, role: 'system' } : message,
    );
    expect(upstream.last().body.messages).toEqual(known);
  });
});
