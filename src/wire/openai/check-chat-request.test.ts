import { describe, expect, test } from 'vitest';
import { createChatRequestChecker } from './check-chat-request.ts';

const check = createChatRequestChecker();
const user = { role: 'user', content: 'Hi' };
const ask = (members: object = {}) => ({ model: 'm', messages: [user], ...members });
const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });

describe('what is right', () => {
  test.each<[string, object]>([
    ['the least', {}],
    [
      'null everywhere',
      {
        temperature: null,
        n: null,
        stop: null,
        tools: null,
        tool_choice: null,
        response_format: null,
        user: null,
      },
    ],
    [
      'edges',
      {
        temperature: 2,
        top_p: 0,
        frequency_penalty: -2,
        presence_penalty: 2,
        n: 128,
        max_tokens: 1,
        stop: ['a', 'b', 'c', 'd'],
      },
    ],
    ['unknown members', { top_k: 1, reasoning: { effort: 'high' }, anything: [{}] }],
    [
      'several system messages',
      {
        messages: [
          { role: 'system', content: 'a' },
          { role: 'developer', content: [{ type: 'text', text: 'b' }] },
          user,
          user,
        ],
      },
    ],
    [
      'a tool round',
      {
        messages: [
          user,
          { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
          { role: 'tool', tool_call_id: 'b', content: 'x' },
          { role: 'tool', tool_call_id: 'a', content: 'y' },
          user,
        ],
      },
    ],
    [
      'tool_choice by name',
      {
        tools: [{ type: 'function', function: { name: 'f' } }],
        tool_choice: { type: 'function', function: { name: 'f' } },
      },
    ],
    [
      'an image as text',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: 'https://example.org/a.png' }] },
        ],
      },
    ],
    [
      'a JSON schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {}, strict: null } } },
    ],
    ['stream options', { stream: true, stream_options: { include_usage: true } }],
    ['a custom tool', { tools: [{ type: 'custom', custom: { name: 'f' } }] }],
  ])('%s', (_, members) => {
    expect(check(ask(members))).toBeUndefined();
  });
});

describe('every code', () => {
  test.each<[string, string, object]>([
    ['missing_required_parameter', 'messages', { messages: undefined }],
    ['missing_required_parameter', 'messages[0].role', { messages: [{}] }],
    [
      'missing_required_parameter',
      'tools[1].function',
      { tools: [{ type: 'function', function: { name: 'f' } }, { type: 'function' }] },
    ],
    ['invalid_type', 'messages[0].content', { messages: [{ role: 'user', content: 7 }] }],
    ['invalid_type', 'messages[0]', { messages: ['hi'] }],
    ['invalid_type', 'messages[1].content', { messages: [user, { role: 'assistant', content: null }] }],
    ['invalid_type', 'n', { n: '2' }],
    ['invalid_type', 'stop', { stop: 7 }],
    [
      'unknown_value',
      'messages[0].content[0].type',
      { messages: [{ role: 'user', content: [{ type: 'video' }] }] },
    ],
    ['unknown_value', 'service_tier', { service_tier: 'gold' }],
    ['unknown_value', 'tool_choice', { tool_choice: 'maybe' }],
    ['empty_string', 'model', { model: '' }],
    [
      'unanswered_tool_calls',
      'messages[1].tool_calls',
      { messages: [user, { role: 'assistant', tool_calls: [call('a')] }, user] },
    ],
    [
      'unanswered_tool_calls',
      'messages[1].tool_calls',
      { messages: [user, { role: 'assistant', tool_calls: [call('a')] }] },
    ],
    [
      'orphan_message',
      'messages[1].role',
      { messages: [user, { role: 'tool', tool_call_id: 'a', content: 'x' }] },
    ],
    ['integer_above_max_value', 'n', { n: 129 }],
    ['integer_below_min_value', 'max_tokens', { max_tokens: 0 }],
    ['decimal_above_max_value', 'top_p', { top_p: 1.0001 }],
    ['decimal_below_min_value', 'temperature', { temperature: -1 }],
    ['string_above_max_length', 'metadata.a', { metadata: { a: 'x'.repeat(513) } }],
    ['empty_array', 'messages[0].content', { messages: [{ role: 'user', content: [] }] }],
    ['array_above_max_length', 'stop', { stop: ['a', 'b', 'c', 'd', 'e'] }],
  ])('%s at %s', (code, param, members) => {
    expect(check(ask(members))).toMatchObject({ code, param });
  });

  test('bodies that are no object at all', () => {
    for (const body of [null, [], 'x', 7, true])
      expect(check(body)).toMatchObject({ code: 'invalid_type', param: '' });
  });

  test('a message of a client is shown short', () => {
    const problem = check(ask({ service_tier: 'x'.repeat(10_000) }));
    expect(JSON.stringify(problem).length).toBeLessThan(400);
  });
});
