// What users of the official client for Python do besides the matrix: several calls in one stream, heartbeats, retries.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonClient } from '../../support/python-client.ts';
import {
  chunk,
  done,
  finish,
  type Json,
  polite,
  refusal,
  roleChunk,
  type Script,
  stream,
  text,
} from '../../support/scripted-upstream.ts';
import { streamedCall } from '../../support/scripts/tool-calls.ts';
import { startWorld, type World } from '../matrix/world.ts';

let world: World;
let results: Record<string, Json> | undefined;
let missing = '';

const piece = (index: number, id: string, name: string, args: string) =>
  chunk({
    role: 'assistant',
    tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }],
  });

/** What the upstream does, by the text of the message. */
const scripts: Record<string, Script> = {
  messy_tools: stream([
    piece(0, 'call_1', 'weather', '{"city":'),
    piece(0, 'call_1', 'weather', '"Rome"}'),
    piece(0, 'call_2', 'weather', '{"city":"Oslo"}'),
    piece(0, 'call_3', 'now', ''),
    finish('stop'),
    done,
  ]),
  two_choices: stream([text('b', { index: 1 }), text('a'), finish('stop', { index: 1 }), finish(), done]),
  reasoning: stream([
    chunk({ role: 'assistant', reasoning: 'Hm' }),
    chunk({ reasoning: '.' }),
    text('Hi'),
    finish(),
    done,
  ]),
  heartbeat: stream([{ wait: 150 }, roleChunk, text('a'), { wait: 150 }, text('b'), finish(), done]),
  broken: stream([roleChunk, text('Hel'), { wait: 20 }, 'RESET']),
  rate_limited: refusal(429, {}, { 'retry-after': '1' }),
  retried: refusal(503, {}, { 'retry-after-ms': '5' }),
  streamed_call: stream(streamedCall),
  cut_off: stream([roleChunk, text('{"name":'), finish('length'), done]),
  upstream_auth: refusal(401),
  endless: async (answer) => {
    answer.head(200, { 'content-type': 'text/event-stream' });
    while (await answer.write(text('word '))) await new Promise((resolve) => setTimeout(resolve, 10));
  },
  silent: async ({ gone }) => void (await gone),
};

beforeAll(async () => {
  const client = await pythonClient();
  if ('missing' in client) {
    missing = client.missing;
    return;
  }
  world = await startWorld({ heartbeat: '40ms', body_limit: '1MiB' });
  const { upstream, gateway } = world;
  upstream.always((answer) => (scripts[answer.request.body.messages[0].content] ?? polite)(answer));
  results = await client.run(new URL('./beyond.py', import.meta.url), [gateway.url, gateway.key]);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const expectations: [string, Json][] = [
  ['plain', { content: 'Hello, world!', usage: 15, id: expect.stringMatching(/^req_/) }],
  ['stream', 'Hello, world!'],
  ['helper', { role: 'assistant', content: 'Hello, world!', usage: 15 }],
  [
    'messy_tools',
    {
      calls: [
        ['call_1', 'weather', '{"city":"Rome"}'],
        ['call_2', 'weather', '{"city":"Oslo"}'],
        ['call_3', 'now', '{}'],
      ],
      role: 'assistant',
      finish: 'tool_calls',
    },
  ],
  ['two_choices', ['a', 'b']],
  ['reasoning', ['Hm.', 'Hi']],
  ['heartbeat', 'ab'],
  ['broken_stream', { seen: 'Hel', class: 'APIError', code: 'upstream_error' }],
  [
    'bad_parameter',
    { class: 'BadRequestError', status: 400, code: 'decimal_above_max_value', param: 'temperature' },
  ],
  ['unknown_model', { class: 'NotFoundError', status: 404, code: 'model_not_found', param: null }],
  ['rate_limited', { class: 'RateLimitError', status: 429, code: 'rate_limit_exceeded', param: null }],
  ['upstream_auth', { class: 'InternalServerError', status: 502, code: 'upstream_auth_error' }],
  ['wrong_key', { class: 'AuthenticationError', status: 401, code: 'invalid_api_key' }],
  ['retried', { class: 'InternalServerError', status: 503, code: 'overloaded' }],
  ['parsed_call', { city: 'Rome' }],
  ['cut_off', { class: 'LengthFinishReasonError' }],
  ['too_large', { status: 413, code: 'request_too_large' }],
  ['leaves_a_stream', 'left'],
  ['models', { listed: true, retrieved: 'test-model' }],
  ['asynchronous', 'Hello, world!'],
];

for (const [name, expected] of expectations) {
  test(name, (context) => {
    if (missing) context.skip(missing);
    const result = results?.[name];
    if (typeof expected === 'object' && !Array.isArray(expected)) expect(result).toMatchObject(expected);
    else expect(result).toEqual(expected);
  });
}

test('what the client left, the upstream stopped', async (context) => {
  if (missing) context.skip(missing);
  const { upstream, gateway } = world;
  const left = upstream.requests.filter(({ body }) =>
    ['endless', 'silent'].includes(body.messages[0].content),
  );
  expect(await Promise.all(left.map(({ closed }) => closed))).toEqual(['aborted', 'aborted']);
  const rows = (await gateway.ledger()).filter(({ error }) => error === 'client_aborted');
  expect(rows.map(({ state, partial }) => [state, partial])).toEqual([
    ['settled', true],
    ['settled', true],
  ]);
});

test('what may pass is asked for three times, what broke in mid-stream once', (context) => {
  if (missing) context.skip(missing);
  const asked = (name: string) =>
    world.upstream.requests.filter(({ body }) => body?.messages[0].content === name).length;
  expect([asked('retried'), asked('broken')]).toEqual([3, 1]);
});
