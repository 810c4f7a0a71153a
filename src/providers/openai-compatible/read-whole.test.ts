import { describe, expect, test } from 'vitest';
import type { ChatCall } from '../../core/ports.ts';
import { answerFormOf } from './answer-form.ts';
import { readWhole, writeUsage } from './read-whole.ts';

const fallback = { id: 'chatcmpl-ours', created: 1_700_000_000 };
function read(value: unknown, members: object = {}, request: object = {}) {
  const call = { request: { model: 'public', messages: [], ...request }, ...members } as unknown as ChatCall;
  return readWhole(call, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), fallback);
}
const parsed = (...given: Parameters<typeof read>) => JSON.parse(read(...given).json);

const noDetails = {
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};
const counts = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
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
  usage: { ...counts, ...noDetails, odd: 1 },
  service_tier: 'flex',
  system_fingerprint: 'fp_1',
};
const message = (members: object, choice: object = {}) => ({
  ...regular,
  choices: [{ ...regular.choices[0], message: { ...regular.choices[0]?.message, ...members }, ...choice }],
});

test('a regular answer passes byte for byte', () => {
  const bytes = JSON.stringify(regular, null, 1);
  const answer = read(bytes);
  expect(answer.json).toBe(bytes);
  expect(answer).toMatchObject({ usage: { input: 3, output: 4 }, text: 'Hi' });
});

test.each([
  ['model', { model: 'up' }],
  ['model and usage', { model: 'up', usage: counts }],
  ['usage in the middle', { usage: counts, choices: regular.choices }],
  ['fingerprint', { system_fingerprint: '' }],
])('what differs is changed where it stands: %s', (_, members) => {
  const { system_fingerprint, ...given } = { ...regular, ...members };
  for (const spaces of [0, 2]) {
    for (const value of [{ ...given, system_fingerprint }, given]) {
      const answer = parsed(JSON.stringify(value, null, spaces));
      expect(answer).toEqual({
        ...given,
        model: 'public',
        usage: { ...noDetails, ...given.usage },
        system_fingerprint: ('system_fingerprint' in value && value.system_fingerprint) || null,
      });
      expect(Object.keys(answer).slice(0, 5)).toEqual(Object.keys(value).slice(0, 5));
    }
  }
});

test('everything that is required is there', () => {
  const answer = read({ model: 'up', choices: [{ message: { content: 'Hi' } }], extra: 1 });
  expect(JSON.parse(answer.json)).toEqual({
    ...fallback,
    object: 'chat.completion',
    model: 'public',
    system_fingerprint: null,
    extra: 1,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
  });
  expect(answer.usage).toBeUndefined();
});

test('heads that make no sense are ours', () => {
  for (const head of [
    { id: '', created: 1_755_133_833_123 },
    { id: 7, created: 1.5 },
    { id: null, created: '5' },
  ]) {
    expect(parsed({ ...regular, ...head, object: 'text_completion' })).toMatchObject({
      ...fallback,
      object: 'chat.completion',
    });
  }
});

describe('usage', () => {
  test('is completed, and its sums are right', () => {
    expect(parsed({ ...regular, usage: { ...counts, total_tokens: 99, x: 1 } }).usage).toEqual({
      ...counts,
      ...noDetails,
      x: 1,
    });
  });

  test.each([undefined, null, {}, { prompt_tokens: 3 }])('%j is replaced by what was counted', (usage) => {
    const answer = read({ ...regular, usage });
    expect(answer.usage).toBeUndefined();
    expect(JSON.parse(writeUsage(answer.json, { input: 8, output: 5 })).usage).toEqual({
      prompt_tokens: 8,
      completion_tokens: 5,
      total_tokens: 13,
      ...noDetails,
    });
  });
});

describe('the message', () => {
  test.each<[string, object, object]>([
    ['content null', { content: null }, { content: '' }],
    ['a refusal', { content: '', refusal: 'No.' }, { content: null, refusal: 'No.' }],
    ['a refusal that is none', { refusal: false }, { refusal: null }],
    ['annotations null', { annotations: null }, { annotations: [] }],
    ['another role', { role: 'model' }, { role: 'assistant' }],
    [
      'parts (Mistral)',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
          { type: 'text', text: 'H' },
          { type: 'text', text: 'i' },
        ],
      },
      { content: 'Hi', reasoning_content: 'Hm' },
    ],
    ['content of another type', { content: { a: 1 } }, { content: '' }],
    ['reasoning', { reasoning: 'Hm' }, { reasoning_content: 'Hm' }],
    ['both names', { reasoning: 'Hm', reasoning_content: 'Hm' }, { reasoning_content: 'Hm' }],
    ['an empty name beside', { reasoning: 'Hm', reasoning_content: null }, { reasoning_content: 'Hm' }],
    ['no reasoning', { reasoning: null }, {}],
    ['no reasoning, by its other name', { reasoning_content: null }, {}],
    [
      'details (OpenRouter)',
      { reasoning_details: [{ type: 'reasoning.summary', summary: 'H' }, { text: 'm' }, { data: 'x' }] },
      {
        reasoning_details: [{ type: 'reasoning.summary', summary: 'H' }, { text: 'm' }, { data: 'x' }],
        reasoning_content: 'Hm',
      },
    ],
    [
      'details that are encrypted',
      { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }, null] },
      { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }, null] },
    ],
    ['function_call null', { function_call: null }, {}],
  ])('%s', (_, given, expected) => {
    const answer = parsed(message(given));
    expect(answer.choices[0].message).toEqual({
      role: 'assistant',
      content: 'Hi',
      refusal: null,
      annotations: [],
      ...expected,
    });
    expect(answer.choices[0].finish_reason).toBe('stop');
  });

  test('reasoning under its other name too, where that is wanted', () => {
    for (const given of [
      { reasoning: 'Hm' },
      { reasoning_content: 'Hm' },
      { reasoning_details: [{ text: 'Hm' }] },
    ]) {
      expect(parsed(message(given), { reasoningAlias: true }).choices[0].message).toMatchObject({
        reasoning: 'Hm',
        reasoning_content: 'Hm',
      });
    }
    const plain = parsed(message({ reasoning: null }), { reasoningAlias: true }).choices[0].message;
    expect(plain).not.toHaveProperty('reasoning');
  });
});

test.each([
  ['both', '<think>\nHm\n</think>\n\nHi', 'Hm', 'Hi'],
  ['closing', 'Hm</think>Hi', 'Hm', 'Hi'],
  ['both', 'Hi', undefined, 'Hi'],
  ['both', '<think></think>Hi', undefined, 'Hi'],
] as const)('thoughts in the text, tags: %s, %j', (thinkTags, content, thoughts, text) => {
  const call = { request: { model: 'public', messages: [] } } as unknown as ChatCall;
  const form = answerFormOf({ ...call, reasoningAlias: true }, { thinkTags });
  const body = Buffer.from(JSON.stringify(message({ content })));
  const [choice] = JSON.parse(readWhole(call, body, fallback, form).json).choices;
  expect(choice.message).toMatchObject({ content: text });
  expect([choice.message.reasoning_content, choice.message.reasoning]).toEqual([thoughts, thoughts]);
});

describe('tool calls', () => {
  const call = (members: object) => ({ id: 'x', type: 'function', ...members });
  const f = (written: unknown) => ({ function: { name: 'f', arguments: written } });
  test.each<[string, unknown, unknown]>([
    ['none', [], undefined],
    ['null', null, undefined],
    ['of nulls', [null, { id: 'x', type: 'function' }], undefined],
    ['as they should be', [call(f('{"a":1}'))], [call(f('{"a":1}'))]],
    [
      'without id and type',
      [f('{}'), { ...f('{}'), id: '', type: null }],
      [
        { ...f('{}'), id: 'call_ours_0_0', type: 'function' },
        { ...f('{}'), id: 'call_ours_0_1', type: 'function' },
      ],
    ],
    ['with an index', [{ ...call(f('{}')), index: 0 }], [call(f('{}'))]],
    ['with an object', [call(f({ a: 1 }))], [call(f('{"a":1}'))]],
    ['with an empty text', [call(f(''))], [call(f('{}'))]],
    ['with null', [call(f(null))], [call(f('{}'))]],
    ['without arguments', [call({ function: { name: 'f' } })], [call(f('{}'))]],
    ['encoded twice', [call(f('"{\\"a\\":1}"'))], [call(f('{"a":1}'))]],
    ['a text that is no object', [call(f('"a"')), call(f('"{'))], [call(f('"a"')), call(f('"{'))]],
    [
      'of another type',
      [{ id: 'x', type: 'custom', custom: { name: 'g', input: '' } }],
      [{ id: 'x', type: 'custom', custom: { name: 'g', input: '' } }],
    ],
  ])('%s', (_, given, expected) => {
    for (const finish_reason of ['stop', 'tool_calls', 'function_call', null]) {
      const answer = parsed(message({ content: '', tool_calls: given }, { finish_reason }));
      const [choice] = answer.choices;
      expect(choice.message.tool_calls).toEqual(expected);
      expect(choice.finish_reason).toBe(expected ? 'tool_calls' : 'stop');
      expect(choice.message.content).toBe(expected ? null : '');
    }
    const cut = parsed(message({ tool_calls: given }, { finish_reason: 'length' })).choices[0];
    expect([cut.finish_reason, cut.message.content]).toEqual(['length', 'Hi']);
  });

  test('as function_call for a client that asked with functions', () => {
    const calls = [call(f({ a: 1 })), { ...call(f('{}')), id: 'y' }];
    const functions = { functions: [{ name: 'f' }] };
    const [choice] = parsed(message({ content: '', tool_calls: calls }), {}, functions).choices;
    expect(choice).toMatchObject({
      message: { content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
      finish_reason: 'function_call',
    });
    expect(choice.message).not.toHaveProperty('tool_calls');
    const both = parsed(message({ tool_calls: calls }), {}, { ...functions, tools: [{ type: 'function' }] });
    expect(both.choices[0]).toMatchObject({ message: { tool_calls: [{}, {}] }, finish_reason: 'tool_calls' });
    expect(parsed(message({}), {}, functions).choices[0].finish_reason).toBe('stop');
  });

  test('an upstream that answers with function_call itself', () => {
    const given = message({ function_call: { name: 'f', arguments: { a: 1 } } }, { finish_reason: 'stop' });
    expect(parsed(given).choices[0]).toMatchObject({
      message: { function_call: { name: 'f', arguments: '{"a":1}' } },
      finish_reason: 'function_call',
    });
  });
});

describe('choices', () => {
  const numbered = (...indexes: unknown[]) => ({
    ...regular,
    choices: indexes.map((index, at) => ({ ...regular.choices[0], index, message: { content: `${at}` } })),
  });
  test.each([
    [
      [0, 1],
      ['0', '1'],
    ],
    [
      [1, 0],
      ['1', '0'],
    ],
    [
      [0, 0],
      ['0', '1'],
    ],
    [
      [undefined, 'x'],
      ['0', '1'],
    ],
    [
      [3, 1],
      ['1', '0'],
    ],
  ])('%j are in order', (indexes, contents) => {
    const { choices } = parsed(numbered(...indexes));
    expect(choices.map(({ index }: { index: number }) => index)).toEqual([0, 1]);
    expect(choices.map(({ message }: { message: { content: string } }) => message.content)).toEqual(contents);
  });

  test('one that failed fails the answer', () => {
    expect(() => read(message({}, { error: { code: 429, message: 'No.' } }))).toThrow(
      expect.objectContaining({ code: 'upstream_rate_limited' }),
    );
  });
});

test.each<[unknown, unknown]>([
  [undefined, null],
  [
    { content: null, refusal: null },
    { content: null, refusal: null },
  ],
  [
    {
      content: [
        { token: 'a', logprob: -1 },
        null,
        { token: 'b', logprob: null, bytes: [98], top_logprobs: [{ token: 'c' }] },
      ],
    },
    {
      content: [
        { token: 'a', logprob: -1, bytes: null, top_logprobs: [] },
        {
          token: 'b',
          logprob: -9999,
          bytes: [98],
          top_logprobs: [{ token: 'c', logprob: -9999, bytes: null }],
        },
      ],
      refusal: null,
    },
  ],
  [{ tokens: ['a'], token_logprobs: [-1] }, null],
  ['x', null],
])('log probabilities %j', (given, expected) => {
  expect(parsed(message({}, { logprobs: given })).choices[0].logprobs).toEqual(expected);
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
