import { expect, test } from 'vitest';
import type { ChatCall } from '../../core/ports.ts';
import { readWhole } from './read-whole.ts';

const call = { request: { model: 'public', messages: [] } } as unknown as ChatCall;
const fallback = { id: 'chatcmpl-ours', created: 1_700_000_000 };
const read = (value: unknown) =>
  readWhole(call, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), fallback);

const regular = {
  id: 'a',
  object: 'chat.completion',
  created: 5,
  model: 'public',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hi', refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, odd: 1 },
};

test('a regular answer passes byte for byte', () => {
  const bytes = JSON.stringify(regular, null, 1);
  const answer = read(bytes);
  expect(answer.json.toString()).toBe(bytes);
  expect(answer).toMatchObject({ usage: { input: 3, output: 4 }, text: 'Hi' });
});

test('what is missing is added, what is there is kept', () => {
  const answer = read({ model: 'up', choices: [{ message: { reasoning: 'Hm', content: 'Hi' } }], extra: 1 });
  expect(JSON.parse(answer.json.toString())).toEqual({
    ...fallback,
    object: 'chat.completion',
    model: 'public',
    extra: 1,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          reasoning_content: 'Hm',
          content: 'Hi',
          refusal: null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
  });
  expect(answer.usage).toBeUndefined();
  expect(answer.text).toBe('HmHi');
});

test.each([
  [[], undefined, 'stop'],
  [null, undefined, 'stop'],
  [[null], undefined, 'stop'],
  [
    [{ function: { name: 'f', arguments: { a: 1 } } }],
    [{ id: 'call_ours_0_0', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    'tool_calls',
  ],
  [
    [{ id: 'x', type: 'function', function: { name: 'f', arguments: '' } }],
    [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }],
    'tool_calls',
  ],
])('tool calls %j', (given, expected, reason) => {
  const answer = read({
    ...regular,
    choices: [{ message: { content: null, tool_calls: given }, finish_reason: 'stop' }],
  });
  const [choice] = JSON.parse(answer.json.toString()).choices;
  expect([choice.message.tool_calls, choice.finish_reason]).toEqual([expected, reason]);
});

test.each([
  '',
  '{',
  '[]',
  'null',
  '7',
  '{}',
  '{"choices":{}}',
  '{"choices":[null]}',
  '{"choices":[{"message":[]}]}',
  '{"error":"x"}',
])('%j is no answer', (body) => {
  expect(() => read(body)).toThrow(expect.objectContaining({ code: 'upstream_error' }));
});
