// Every field of the contract's section 1 just beyond its range: status, type, code, param and the words of section 4.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf } from '../support/read-events.ts';
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { beyond, empty, missing, type Row, tooLong, tooMany, wrongType, wrongWord } from './refusal-rows.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(upstream.requests).toHaveLength(0);
});

const user = { role: 'user', content: 'x' };
const tool = (name: unknown, members: Json = {}) => ({ type: 'function', function: { name, ...members } });
const schema = (members: Json) => ({ response_format: { type: 'json_schema', json_schema: members } });

describe.each<[string, readonly Row[]]>([
  [
    'required',
    [
      missing('model', { model: undefined }),
      missing('messages', { messages: undefined }),
      empty('messages', { messages: [] }),
      wrongType('model', 7, 'a string', 'an integer'),
      wrongType('messages', 'hi', 'an array of objects', 'a string'),
      missing('messages[1].content', { messages: [user, { role: 'user' }] }),
      missing('messages[0].role', { messages: [{ content: 'x' }] }),
      empty('messages[0].content', { messages: [{ role: 'user', content: [] }] }),
      missing('messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }),
    ],
  ],
  [
    'numbers',
    [
      beyond('decimal', 'temperature', 2.1, 2),
      beyond('decimal', 'temperature', -0.1, 0),
      wrongType('temperature', '1', 'a decimal', 'a string'),
      beyond('decimal', 'top_p', 1.01, 1),
      beyond('decimal', 'top_p', -0.01, 0),
      beyond('decimal', 'frequency_penalty', 2.1, 2),
      beyond('decimal', 'frequency_penalty', -2.1, -2),
      beyond('decimal', 'presence_penalty', 2.1, 2),
      beyond('decimal', 'presence_penalty', -2.1, -2),
      beyond('integer', 'max_tokens', 0, 1),
      beyond('integer', 'max_completion_tokens', 0, 1),
      beyond('integer', 'max_completion_tokens', -1, 1),
      wrongType('max_completion_tokens', 1.5, 'an integer', 'a decimal number'),
      beyond('integer', 'n', 0, 1),
      beyond('integer', 'n', 129, 128),
      wrongType('n', '2', 'an integer', 'a string'),
      beyond('integer', 'top_logprobs', 21, 20, { logprobs: true }),
      beyond('integer', 'top_logprobs', -1, 0, { logprobs: true }),
      [{ top_logprobs: 2 }, null, 'top_logprobs', /only allowed when 'logprobs' is/],
      [
        { logit_bias: { 5: 101 } },
        'decimal_above_max_value',
        'logit_bias.5',
        /Expected a value <= 100, but got 101 instead\.$/,
      ],
      [
        { logit_bias: { 5: -101 } },
        'decimal_below_min_value',
        'logit_bias.5',
        /Expected a value >= -100, but got -101 instead\.$/,
      ],
      wrongType('seed', 1.5, 'an integer', 'a decimal number'),
    ],
  ],
  [
    'words',
    [
      wrongWord('reasoning_effort', ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']),
      wrongWord('verbosity', ['low', 'medium', 'high']),
      wrongWord('service_tier', ['auto', 'default', 'flex', 'scale', 'priority', 'fast']),
      wrongWord('prompt_cache_retention', ['in_memory', '24h']),
      tooLong('safety_identifier', 128, { safety_identifier: 'x'.repeat(129) }),
      [{ modalities: ['smell'] }, 'invalid_value', 'modalities[0]', /'text' and 'audio'|'text', 'audio'/],
      [{ audio: { voice: 'a', format: 'midi' } }, 'invalid_value', 'audio.format', /'wav'.*'pcm16'/],
      [
        { web_search_options: { search_context_size: 'huge' } },
        'invalid_value',
        'web_search_options.search_context_size',
        /'high'/,
      ],
      [{ prompt_cache_options: { mode: 'x' } }, 'invalid_value', 'prompt_cache_options.mode', /'explicit'/],
      [{ prompt_cache_options: { ttl: '1h' } }, 'invalid_value', 'prompt_cache_options.ttl', /'30m'/],
      [
        { moderation: { model: 'm', policy: { input: { mode: 'x' } } } },
        'invalid_value',
        'moderation.policy.input.mode',
        /'block'/,
      ],
      missing('moderation.model', { moderation: {} }),
    ],
  ],
  [
    'lists and maps',
    [
      empty('stop', { stop: [] }),
      tooMany('stop', 4, { stop: ['a', 'b', 'c', 'd', 'e'] }),
      [
        { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
        'object_above_max_properties',
        'metadata',
        /at most 16 properties, but got an object with 17/,
      ],
      tooLong('metadata.k', 512, { metadata: { k: 'v'.repeat(513) } }),
      [
        { metadata: { ['k'.repeat(65)]: 'v' } },
        'property_name_above_max_length',
        `metadata.${'k'.repeat(65)}`,
        /maximum length 64, but got a string with length 65/,
      ],
      [
        { metadata: { k: 7 } },
        'invalid_type',
        'metadata.k',
        "Invalid type for 'metadata.k': expected a string, but got an integer instead.",
      ],
    ],
  ],
  [
    'tools and formats',
    [
      empty('tools', { tools: [] }),
      tooMany('tools', 128, { tools: Array.from({ length: 129 }, (_, i) => tool(`f${i}`)) }),
      tooLong('tools[0].function.name', 64, { tools: [tool('x'.repeat(65))] }),
      [{ tools: [tool('a b')] }, 'invalid_value', 'tools[0].function.name', /does not match pattern/],
      missing('tools[0].function.name', { tools: [tool(undefined)] }),
      missing('tools[0].type', { tools: [{ function: { name: 'f' } }] }),
      empty('functions', { functions: [] }),
      tooMany('functions', 128, { functions: Array.from({ length: 129 }, (_, i) => ({ name: `f${i}` })) }),
      [
        { tool_choice: 'required' },
        null,
        'tool_choice',
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
      ],
      [
        { tools: [tool('f')], tool_choice: 'maybe' },
        'invalid_value',
        'tool_choice',
        /'none', 'auto',(?: and)? 'required'/,
      ],
      [
        { stream_options: { include_usage: true } },
        null,
        'stream_options',
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      ],
      missing('response_format.type', { response_format: {} }),
      missing('response_format.json_schema.name', schema({ schema: {} })),
      tooLong('response_format.json_schema.name', 64, schema({ name: 'x'.repeat(65) })),
      [
        schema({ name: 'a b' }),
        'invalid_value',
        'response_format.json_schema.name',
        /does not match pattern/,
      ],
    ],
  ],
  [
    'order of messages',
    [
      empty('messages[1].tool_calls', {
        messages: [user, { role: 'assistant', content: 'x', tool_calls: [] }],
      }),
      [
        { messages: [user, { role: 'tool', tool_call_id: 'a', content: 'x' }] },
        null,
        'messages[1].role',
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      ],
      [
        {
          messages: [
            user,
            {
              role: 'assistant',
              tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
            },
            user,
          ],
        },
        null,
        'messages[1].tool_calls',
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: a",
      ],
    ],
  ],
])('%s', (_, rows) => {
  test.each(rows)('%j: %s at %s', async (members, code, param, message) => {
    const response = await gateway.chat(ask(members));
    expect(response.status).toBe(400);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await errorOf(response)).toEqual({
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      type: 'invalid_request_error',
      param,
      code,
    });
  });
});
