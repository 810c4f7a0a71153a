import { describe, expect, test } from 'vitest';
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall } from '../../core/ports.ts';
import { createStreamReader } from './read-stream.ts';

const fallback = { id: 'chatcmpl-ours', created: 1_700_000_000 };

function readerFor(members: object = {}) {
  const call = {
    request: { model: 'public', messages: [] },
    streaming: true,
    includeUsage: false,
    ...members,
  } as unknown as ChatCall;
  const reader = createStreamReader(call, fallback);
  return {
    reader,
    read: (value: unknown) =>
      reader.read(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))),
  };
}

const regular = {
  id: 'a',
  object: 'chat.completion.chunk',
  created: 5,
  model: 'public',
  choices: [{ index: 0, delta: { role: 'assistant', content: '', refusal: null }, finish_reason: null }],
};
const written = { ...regular, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] };

describe('createStreamReader', () => {
  test('regular chunks pass byte for byte', () => {
    const { read } = readerFor();
    for (const chunk of [regular, written]) {
      const bytes = `${JSON.stringify(chunk).replace('{', '{ ')}`;
      const text = chunk === written ? 'Hi' : '';
      expect(read(bytes)).toEqual({ chunk: bytes, text, done: false });
    }
    const finish = JSON.stringify({ ...regular, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    expect(read(finish).chunk).toBe(finish);
  });

  test('only the model changes where only the model is wrong', () => {
    const { read } = readerFor();
    for (const chunk of [regular, written])
      expect(read({ ...chunk, model: 'up' }).chunk).toBe(JSON.stringify(chunk));
  });

  test('what is missing comes from the fallback, once and for all', () => {
    const { read } = readerFor();
    const first = JSON.parse(String(read({ choices: [{ delta: {} }] }).chunk));
    expect(first).toEqual({
      ...fallback,
      object: 'chat.completion.chunk',
      model: 'public',
      choices: regular.choices,
    });
    const second = { ...regular, choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] };
    expect(JSON.parse(String(read(second).chunk))).toMatchObject(fallback);
  });

  test('times in milliseconds are not passed on', () => {
    const { read } = readerFor();
    expect(JSON.parse(String(read({ ...regular, created: 1_755_133_833_123 }).chunk)).created).toBe(
      fallback.created,
    );
  });

  test('complete only when every choice is finished', () => {
    const { reader, read } = readerFor({ request: { model: 'public', messages: [], n: 2 } });
    expect(reader.complete()).toBe(false);
    read({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    expect(reader.complete()).toBe(false);
    read({ choices: [{ index: 1, delta: {} }] });
    expect(reader.complete()).toBe(false);
    read({ choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] });
    expect(reader.complete()).toBe(true);
    expect(read('[DONE]')).toEqual({ text: '', done: true });
  });

  test('usage: the last that was said, never in chunks unasked, `null` in chunks when asked', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    const unasked = readerFor();
    expect(String(unasked.read({ ...regular, usage }).chunk)).not.toContain('usage');
    expect(unasked.reader.usage()).toEqual({ input: 3, output: 4 });
    unasked.read({ choices: [], usage: { ...usage, completion_tokens: 5 } });
    unasked.read({ choices: [], usage: null });
    expect(unasked.reader.usage()).toEqual({ input: 3, output: 5 });

    const asked = readerFor({ includeUsage: true });
    for (const chunk of [regular, written, { ...written, usage: null }, { ...written, usage }]) {
      expect(JSON.parse(String(asked.read(chunk).chunk))).toEqual({
        ...chunk,
        // The opening goes out once.
        choices: chunk.choices,
        usage: null,
      });
    }
    expect(JSON.parse(String(asked.reader.usageChunk({ input: 1, output: 2 })))).toMatchObject({
      id: 'a',
      created: 5,
      model: 'public',
      choices: [],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    });
    const tier = { service_tier: 'flex', system_fingerprint: '' };
    asked.read({ ...tier, choices: [], usage: { ...usage, prompt_tokens_details: { text_tokens: 3 } } });
    const told = asked.reader.usage();
    if (!told) throw new Error('no usage');
    expect(JSON.parse(asked.reader.usageChunk(told))).toMatchObject({
      service_tier: 'flex',
      system_fingerprint: null,
      usage: { ...usage, prompt_tokens_details: { text_tokens: 3, cached_tokens: 0, audio_tokens: 0 } },
    });
  });

  test('text is everything the model wrote', () => {
    const { read } = readerFor();
    const tool_calls = [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }];
    expect(
      read({ choices: [{ index: 0, delta: { reasoning: 'r', content: 'c', refusal: 'n', tool_calls } }] })
        .text,
    ).toBe('rcnf{}');
  });

  test('what would end the event or is no text is written anew', () => {
    const { read } = readerFor();
    const spread = read(JSON.stringify({ ...regular, model: 'up' }, null, 2)).chunk;
    expect(String(spread)).toBe(JSON.stringify(regular));
    const broken = Buffer.from(JSON.stringify(written).replace('Hi', 'H?i'));
    broken[broken.indexOf('?')] = 0xff;
    expect(String(readerFor().reader.read(broken).chunk)).toContain('"H\uFFFDi"');
  });

  test.each([
    ['{"error":{"message":"x"}}', 'upstream_error'],
    ['{"error":{"message":"x","code":429},"choices":[]}', 'upstream_rate_limited'],
    ['{"object":"error","message":"x","code":503}', 'upstream_overloaded'],
    ['{', 'upstream_error'],
    ['[]', 'upstream_error'],
    ['null', 'upstream_error'],
    ['{"choices":[7]}', 'upstream_error'],
    ['{"choices":[{"index":128}]}', 'upstream_error'],
    ['{"choices":[{"delta":{},"finish_reason":"error"}]}', 'upstream_error'],
    ['{"choices":[{"delta":{},"error":{"code":503,"message":"x"}}]}', 'upstream_overloaded'],
    ['{"message":"x","type":"server_error"}', 'upstream_error'],
    ['{"message":"x","code":429}', 'upstream_rate_limited'],
    ['{"type":"error","error":{"type":"overloaded_error","message":"x"}}', 'upstream_error'],
  ])('%s is %s', (data, code) => {
    const { read } = readerFor();
    expect(() => read(data)).toThrow(TollgateError);
    expect(() => read(data)).toThrow(expect.objectContaining({ code }));
  });

  test.each(['', '{}', '{"choices":[]}', '{"choices":null}', '{"ping":1}', '{"message":"hello"}'])(
    '%j carries nothing',
    (data) => {
      expect(readerFor().read(data)).toEqual({ text: '', done: false });
    },
  );
});

describe('the order of chunks', () => {
  type Delta = Record<string, unknown>;
  /** Every chunk of a stream, without its head. */
  function chunksOf(
    choices: object[],
    members: object = {},
  ): { index: number; delta: Delta; finish_reason: unknown }[] {
    const { read } = readerFor(members);
    return choices
      .flatMap((choice) => {
        const { before = [], chunk } = read({ ...regular, choices: [choice] });
        return [...before, ...(chunk ? [chunk] : [])];
      })
      .flatMap((json) => JSON.parse(json).choices);
  }
  const at = (delta: Delta, index = 0) => ({ index, delta, finish_reason: null });
  const ends = (reason: string, index = 0) => ({ index, delta: {}, finish_reason: reason });
  const opens = (index = 0) => at({ role: 'assistant', content: '', refusal: null }, index);
  const given = (delta: Delta | null | undefined, finish_reason: unknown = null) => ({
    index: 0,
    delta,
    finish_reason,
  });

  test.each<[string, object[], object[]]>([
    [
      'one chunk for all (Ollama)',
      [given({ role: 'assistant', content: 'Hi' }, 'stop')],
      [opens(), at({ content: 'Hi' }), ends('stop')],
    ],
    [
      'role each time',
      [given({ role: 'assistant', content: 'a' }), given({ role: 'assistant', content: 'b' }, 'stop')],
      [opens(), at({ content: 'a' }), at({ content: 'b' }), ends('stop')],
    ],
    [
      'content null first',
      [given({ role: 'assistant', content: null }), given({ content: 'a' })],
      [opens(), at({ content: 'a' })],
    ],
    [
      'DeepSeek',
      [
        given({ role: 'assistant', content: null, reasoning_content: '' }),
        given({ content: null, reasoning_content: 'Hm' }),
        given({ content: '', reasoning_content: null }, 'stop'),
      ],
      [opens(), at({ reasoning_content: 'Hm' }), ends('stop')],
    ],
    [
      'no role at all',
      [given({ content: 'a' }), given(null, 'stop')],
      [opens(), at({ content: 'a' }), ends('stop')],
    ],
    ['only a finish', [given(undefined, 'length')], [opens(), ends('length')]],
    ['another role', [given({ role: 'model', content: '' })], [opens()]],
    [
      'finished twice, and nothing behind it',
      [given({ content: 'a' }, 'stop'), given({}, 'stop'), given({ content: '\n' })],
      [opens(), at({ content: 'a' }), ends('stop')],
    ],
    [
      'reasoning and refusals that are no text',
      [given({ content: 'a', reasoning_content: { text: 'x' }, refusal: ['no'] })],
      [opens(), at({ content: 'a' })],
    ],
    [
      'an empty finish reason',
      [given({ content: 'a' }, ''), given({ content: 'b' })],
      [opens(), at({ content: 'a' }), at({ content: 'b' })],
    ],
    [
      'parts (Mistral)',
      [
        given({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
        given({ content: [{ type: 'text', text: 'Hi' }] }),
      ],
      [opens(), at({ reasoning_content: 'Hm' }), at({ content: 'Hi' })],
    ],
    [
      'reasoning',
      [given({ reasoning: 'Hm', role: 'assistant', content: '' })],
      [opens(), at({ reasoning_content: 'Hm' })],
    ],
    [
      'details (OpenRouter)',
      [given({ content: '', reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }] })],
      [opens(), at({ reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }], reasoning_content: 'Hm' })],
    ],
  ])('%s', (_, chunks, expected) => {
    expect(chunksOf(chunks)).toEqual(expected);
  });

  test('choices begin in their order, whichever comes first', () => {
    const chunks = chunksOf([
      { index: 2, delta: { content: 'c' }, finish_reason: null },
      { index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null },
      { index: 1, delta: { role: 'assistant', content: 'b' }, finish_reason: 'stop' },
    ]);
    expect(chunks).toEqual([
      opens(0),
      opens(1),
      opens(2),
      at({ content: 'c' }, 2),
      at({ content: 'b' }, 1),
      ends('stop', 1),
    ]);
  });

  test('log probabilities go with the text', () => {
    const logprobs = { content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }], refusal: null };
    expect(chunksOf([{ index: 0, delta: { content: 'a' }, logprobs, finish_reason: 'stop' }])).toEqual([
      opens(),
      { ...at({ content: 'a' }), logprobs },
      { ...ends('stop'), logprobs: null },
    ]);
  });

  test('reasoning under its other name too, where that is wanted', () => {
    const chunks = chunksOf(
      [given({ reasoning_content: 'H' }), given({ reasoning: 'm' }), given({ content: 'a' })],
      {
        reasoningAlias: true,
      },
    );
    expect(chunks.slice(1)).toEqual([
      at({ reasoning_content: 'H', reasoning: 'H' }),
      at({ reasoning_content: 'm', reasoning: 'm' }),
      at({ content: 'a' }),
    ]);
  });

  const call = (
    index: number | undefined,
    id: string | undefined,
    name: string | undefined,
    written?: unknown,
  ) => ({
    ...(index === undefined ? {} : { index }),
    ...(id === undefined ? {} : { id, type: 'function' }),
    function: {
      ...(name === undefined ? {} : { name }),
      ...(written === undefined ? {} : { arguments: written }),
    },
  });
  const calls = (...entries: object[]) => at({ tool_calls: entries });

  test.each<[string, object[], object[]]>([
    [
      'a head without arguments',
      [
        given({ tool_calls: [call(0, 'x', 'f')] }),
        given({ tool_calls: [call(0, undefined, undefined, '{}')] }, 'stop'),
      ],
      [opens(), calls(call(0, 'x', 'f', '')), calls(call(0, undefined, undefined, '{}')), ends('tool_calls')],
    ],
    [
      'a name behind the id',
      [
        given({ tool_calls: [{ index: 0, id: 'x' }] }),
        given({ tool_calls: [call(0, undefined, 'f', '{}')] }, 'stop'),
      ],
      [opens(), calls(call(0, 'x', '', '')), calls(call(0, undefined, 'f', '{}')), ends('tool_calls')],
    ],
    [
      'no arguments at all',
      [given({ tool_calls: [call(0, 'x', 'f', '')] }), given({}, 'stop')],
      [
        opens(),
        calls(call(0, 'x', 'f', '')),
        calls({ index: 0, function: { arguments: '{}' } }),
        ends('tool_calls'),
      ],
    ],
    [
      'a whole call in the finish chunk',
      [given({ content: '', tool_calls: [call(0, 'x', 'f', '{}')] }, 'tool_calls')],
      [opens(), calls(call(0, 'x', 'f', '{}')), ends('tool_calls')],
    ],
    [
      'a custom call',
      [
        given({ tool_calls: [{ index: 0, id: 'x', type: 'custom', custom: { name: 'g', input: '' } }] }),
        given({}, 'stop'),
      ],
      [
        opens(),
        calls({ index: 0, id: 'x', type: 'custom', custom: { name: 'g', input: '' } }),
        ends('tool_calls'),
      ],
    ],
    [
      'an index of null',
      [
        given({ tool_calls: [{ ...call(undefined, 'x', 'f', '{'), index: null }] }),
        given({ tool_calls: [{ index: null, function: { arguments: '}' } }] }),
      ],
      [opens(), calls(call(0, 'x', 'f', '{')), calls({ index: 0, function: { arguments: '}' } })],
    ],
  ])('tool calls: %s', (_, chunks, expected) => {
    expect(chunksOf(chunks)).toEqual(expected);
  });

  test('tool calls as function_call for a client that asked with functions', () => {
    const request = { model: 'public', messages: [], functions: [{ name: 'f' }] };
    const chunks = [
      given({ role: 'assistant', content: null, tool_calls: [call(0, 'x', 'f', '')] }),
      given({ tool_calls: [call(0, undefined, undefined, '{"a"')] }),
      given({ tool_calls: [call(0, undefined, undefined, ':1}'), call(1, 'y', 'g', '{}')] }),
      given({}, 'tool_calls'),
    ];
    expect(chunksOf(chunks, { request })).toEqual([
      opens(),
      at({ function_call: { name: 'f', arguments: '' } }),
      at({ function_call: { arguments: '{"a"' } }),
      at({ function_call: { arguments: ':1}' } }),
      ends('function_call'),
    ]);
    const bare = [given({ tool_calls: [call(0, 'x', 'f', '')] }), given({}, 'stop')];
    expect(chunksOf(bare, { request }).slice(1)).toEqual([
      at({ function_call: { name: 'f', arguments: '' } }),
      at({ function_call: { arguments: '{}' } }),
      ends('function_call'),
    ]);
  });

  test('an upstream that answers with function_call itself', () => {
    const own = [
      given({ function_call: { name: 'f', arguments: '{}' } }),
      given({ function_call: null }, 'function_call'),
    ];
    expect(chunksOf(own)).toEqual([
      opens(),
      at({ function_call: { name: 'f', arguments: '{}' } }),
      ends('function_call'),
    ]);
  });
});
