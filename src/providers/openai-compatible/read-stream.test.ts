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
  choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }],
};

describe('createStreamReader', () => {
  test('a regular chunk passes byte for byte', () => {
    const { read } = readerFor();
    const bytes = `${JSON.stringify(regular).replace('{', '{ ')}`;
    expect(read(bytes)).toEqual({ chunk: bytes, text: 'Hi', done: false });
  });

  test('only the model changes where only the model is wrong', () => {
    const { read } = readerFor();
    expect(read({ ...regular, model: 'up' }).chunk?.toString()).toBe(JSON.stringify(regular));
  });

  test('what is missing comes from the fallback, once and for all', () => {
    const { read } = readerFor();
    const first = JSON.parse(String(read({ choices: [{ delta: { content: 'a' } }] }).chunk));
    expect(first).toEqual({
      ...fallback,
      object: 'chat.completion.chunk',
      model: 'public',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'a' }, finish_reason: null }],
    });
    expect(JSON.parse(String(read(regular).chunk))).toMatchObject(fallback);
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
    expect(reader.complete()).toBe(true);
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
    expect(JSON.parse(String(asked.read(regular).chunk)).usage).toBeNull();
    expect(JSON.parse(String(asked.reader.usageChunk({ input: 1, output: 2 })))).toMatchObject({
      id: 'a',
      created: 5,
      model: 'public',
      choices: [],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
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
    const broken = Buffer.from(JSON.stringify(regular).replace('Hi', 'H?i'));
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
  ])('%s is %s', (data, code) => {
    const { read } = readerFor();
    expect(() => read(data)).toThrow(TollgateError);
    expect(() => read(data)).toThrow(expect.objectContaining({ code }));
  });

  test.each(['', '{}', '{"choices":[]}', '{"choices":null}', '{"ping":1}'])('%j carries nothing', (data) => {
    expect(readerFor().read(data)).toEqual({ text: '', done: false });
  });
});
