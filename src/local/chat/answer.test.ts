import { describe, expect, test } from 'vitest';
import { type AnswerEvent, type AnswerOptions, createAnswer } from './answer.ts';

/** One token per entry; the last is the end of generation. */
const call = '<tool_call>{"name":"f","arguments":{"a":1}}</tool_call>';
const words = [call, '<think>', '</think>', 'hmm ', 'Paris', ' is', ' nice', 'ST', 'OP', '\n', '<end>'];
const endToken = words.length - 1;
const encoder = new TextEncoder();

function answer(text: readonly string[], options: Partial<AnswerOptions> = {}) {
  const events: AnswerEvent[] = [];
  const fed: number[][] = [];
  const machine = createAnswer({
    tokenText: {
      bytes: (token) => encoder.encode(words[token] ?? ''),
      special: () => undefined,
    },
    isEndOfGeneration: (token) => token === endToken,
    thinking: { kind: 'none' },
    thinkingBudget: 0,
    tools: false,
    parallelToolCalls: true,
    stop: [],
    maxTokens: 100,
    emit: (event) => events.push(event),
    ...options,
  });
  let used = 0;
  for (const word of text) {
    used++;
    const verdict = machine.onToken(words.indexOf(word));
    if (verdict === 'stop') break;
    if (verdict !== 'continue') fed.push([...verdict.feed]);
  }
  const end = machine.finish();
  const textOf = (type: AnswerEvent['type']) =>
    events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('');
  const calls = events.flatMap((event) =>
    event.type === 'tool-call' ? [{ index: event.index, ...event.call }] : [],
  );
  return { ...end, used, fed, calls, content: textOf('text-delta'), reasoning: textOf('reasoning-delta') };
}

const native = { kind: 'native', startInside: false, close: Uint32Array.of(77) } as const;
const prompted = { kind: 'prompted', turn: Uint32Array.of(88, 89) } as const;

describe('the end of an answer', () => {
  test('the model’s own end', () => {
    expect(answer(['Paris', ' is', '<end>', 'Paris'])).toMatchObject({
      content: 'Paris is',
      finishReason: 'stop',
      completionTokens: 3,
    });
  });

  test('the last token allowed', () => {
    expect(answer(['Paris', ' is', ' nice'], { maxTokens: 2 })).toMatchObject({
      content: 'Paris is',
      finishReason: 'length',
      completionTokens: 2,
    });
  });

  test('the model’s end as the last token allowed is its own end', () => {
    expect(answer(['Paris', '<end>'], { maxTokens: 2 }).finishReason).toBe('stop');
  });

  test('a stop sequence, of which nothing is seen', () => {
    expect(answer(['Paris', 'ST', 'OP', ' nice'], { stop: ['STOP'] })).toMatchObject({
      content: 'Paris',
      finishReason: 'stop',
      used: 3,
    });
  });

  test('what only began like a stop sequence belongs to the answer', () => {
    expect(answer(['Paris', 'ST', '<end>'], { stop: ['STOP'] })).toMatchObject({ content: 'ParisST' });
    expect(answer(['Paris', 'ST'], { stop: ['STOP'], maxTokens: 2 })).toMatchObject({
      content: 'ParisST',
      finishReason: 'length',
    });
  });
});

describe('a model that thinks on its own', () => {
  test('its thinking, tags included, is counted as reasoning', () => {
    const text = ['<think>', '\n', 'hmm ', '</think>', '\n', '\n', 'Paris', '<end>'];
    expect(answer(text, { thinking: native, thinkingBudget: 50 })).toMatchObject({
      reasoning: 'hmm',
      content: 'Paris',
      finishReason: 'stop',
      completionTokens: 8,
      reasoningTokens: 4,
    });
  });

  test('over its budget it is made to answer', () => {
    const text = ['<think>', 'hmm ', 'hmm ', 'Paris', '<end>'];
    expect(answer(text, { thinking: native, thinkingBudget: 3 })).toMatchObject({
      reasoning: 'hmm hmm',
      content: 'Paris',
      fed: [[words.indexOf('hmm '), 77]],
      reasoningTokens: 3,
      completionTokens: 5,
    });
  });

  test('ending while it thinks, it is made to answer', () => {
    const text = ['<think>', 'hmm ', '<end>', 'Paris', '<end>'];
    expect(answer(text, { thinking: native, thinkingBudget: 30 })).toMatchObject({
      content: 'Paris',
      fed: [[77]],
      finishReason: 'stop',
    });
  });

  test('max_tokens bounds the sum', () => {
    const text = ['<think>', 'hmm ', 'hmm ', 'hmm '];
    expect(answer(text, { thinking: native, thinkingBudget: 30, maxTokens: 3 })).toMatchObject({
      content: '',
      finishReason: 'length',
      completionTokens: 3,
      reasoningTokens: 3,
    });
  });

  test('stop sequences concern the answer only', () => {
    const text = ['<think>', 'ST', 'OP', '</think>', 'Paris', 'ST', 'OP'];
    expect(answer(text, { thinking: native, thinkingBudget: 30, stop: ['STOP'] })).toMatchObject({
      reasoning: 'STOP',
      content: 'Paris',
      finishReason: 'stop',
    });
  });
});

describe('a model that is asked to reason first', () => {
  test('its end ends the reasoning, its next end the answer', () => {
    const text = ['hmm ', 'hmm ', '<end>', '\n', 'Paris', '<end>'];
    expect(answer(text, { thinking: prompted, thinkingBudget: 50 })).toMatchObject({
      reasoning: 'hmm hmm ',
      content: 'Paris',
      fed: [[88, 89]],
      completionTokens: 6,
      reasoningTokens: 3,
      finishReason: 'stop',
    });
  });

  test('a budget larger than max_tokens leaves no answer', () => {
    expect(answer(['hmm ', 'hmm '], { thinking: prompted, thinkingBudget: 50, maxTokens: 2 })).toMatchObject({
      content: '',
      finishReason: 'length',
      reasoningTokens: 2,
    });
  });
});

describe('a model that calls tools', () => {
  const tools = true;

  test('its calls are calls, numbered, and the reason it ended', () => {
    expect(answer(['Paris', '\n', call, '\n', call, '<end>'], { tools })).toMatchObject({
      content: 'Paris',
      calls: [
        { index: 0, name: 'f', arguments: '{"a":1}' },
        { index: 1, name: 'f', arguments: '{"a":1}' },
      ],
      finishReason: 'tool_calls',
    });
  });

  test('one call is enough where the client wants one at a time', () => {
    const found = answer([call, call, '<end>'], { tools, parallelToolCalls: false });
    expect(found).toMatchObject({ used: 1, finishReason: 'tool_calls' });
    expect(found.calls).toHaveLength(1);
  });

  test('without tools in the request it is text', () => {
    expect(answer([call, '<end>'])).toMatchObject({ content: call, calls: [], finishReason: 'stop' });
  });

  test('stop sequences do not cut into calls', () => {
    expect(answer(['Paris', call, '<end>'], { tools, stop: ['name'] })).toMatchObject({
      content: 'Paris',
      finishReason: 'tool_calls',
    });
  });
});
