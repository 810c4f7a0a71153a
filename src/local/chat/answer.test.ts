import { describe, expect, test } from 'vitest';
import type { SampledToken } from '../engine/native-interface.ts';
import { type AnswerEvent, type AnswerOptions, createAnswer } from './answer.ts';

/** One token per entry; the last is the end of generation. */
const call = '<tool_call>{"name":"f","arguments":{"a":1}}</tool_call>';
const words = [
  ...[call, '<think>', '</think>', 'hmm ', 'Paris', ' is', ' nice', 'ST', 'OP', '\n'],
  ...['<tool_call>', '<tool_call>{', '\n{"name": "f", "arguments": ', '{"a":', ' 1}', '}\n</tool_call>'],
  ...['{"x": "<tool_call>"}', '<end>'],
];
const endToken = words.length - 1;
const encoder = new TextEncoder();

function answer(
  text: readonly string[],
  options: Partial<AnswerOptions> = {},
  likelihoods?: (word: string) => Pick<SampledToken, 'likelihoods'>,
) {
  const events: AnswerEvent[] = [];
  const fed: number[][] = [];
  const grammars: string[] = [];
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
    constraint: { answer: undefined, call: undefined },
    tokenize: (part) =>
      Uint32Array.from([...part].map((character) => 1000 + (character.codePointAt(0) ?? 0))),
    stop: [],
    maxTokens: 100,
    emit: (event) => events.push(event),
    ...options,
  });
  let used = 0;
  for (const word of text) {
    used++;
    const verdict = machine.onToken({ token: words.indexOf(word), ...likelihoods?.(word) });
    if (verdict === 'stop') break;
    if (verdict === 'continue') continue;
    fed.push([...verdict.feed]);
    if (verdict.grammar !== undefined) grammars.push(verdict.grammar);
  }
  const end = machine.finish();
  const textOf = (type: AnswerEvent['type']) =>
    events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('');
  const calls: { index: number; name: string; arguments: string }[] = [];
  for (const event of events) {
    if (event.type === 'tool-input-start')
      calls.push({ index: event.index, name: event.name, arguments: '' });
    const begun = event.type === 'tool-input-delta' ? calls[event.index] : undefined;
    if (begun && event.type === 'tool-input-delta') begun.arguments += event.text;
  }
  return {
    ...end,
    events,
    used,
    fed,
    grammars,
    calls,
    content: textOf('text-delta'),
    reasoning: textOf('reasoning-delta'),
  };
}

const native = {
  kind: 'native',
  startInside: false,
  close: Uint32Array.of(77),
  gap: Uint32Array.of(66),
} as const;
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

describe('an answer that has to keep to a grammar', () => {
  const constraint = { answer: 'A', call: undefined };

  test('after its own thinking: the grammar begins behind the gap', () => {
    const text = ['<think>', 'hmm ', '</think>', '{"x": "<tool_call>"}', '<end>'];
    expect(answer(text, { thinking: native, thinkingBudget: 9, constraint, tools: true })).toMatchObject({
      fed: [[words.indexOf('</think>'), 66]],
      grammars: ['A'],
      content: '{"x": "<tool_call>"}',
      finishReason: 'stop',
      complete: true,
    });
  });

  test('after thinking that was cut short, and after a pass of reasoning', () => {
    const text = ['hmm ', '<end>', 'Paris', '<end>'];
    const asked = answer(text, { thinking: prompted, thinkingBudget: 9, constraint });
    expect(asked).toMatchObject({ fed: [[88, 89]], grammars: ['A'], content: 'Paris' });
    const cut = answer(['<think>', 'hmm ', 'Paris'], { thinking: native, thinkingBudget: 2, constraint });
    expect(cut).toMatchObject({ fed: [[words.indexOf('hmm '), 77]], grammars: ['A'], content: 'Paris' });
  });

  test('without thinking it is at work from the start, and a beginning of a call is no text', () => {
    const text = ['<tool_call>', '\n{"name": "f", "arguments": '];
    const found = answer(text, { tools: true, constraint, maxTokens: 1 });
    expect(found).toMatchObject({
      grammars: [],
      content: '',
      calls: [],
      finishReason: 'length',
      complete: false,
    });
  });

  test('arguments come as they are written, and stay as they are when they are cut off', () => {
    const text = ['<tool_call>', '\n{"name": "f", "arguments": ', '{"a":', ' 1}', '}\n</tool_call>', '<end>'];
    const whole = answer(text, { tools: true, constraint });
    expect(whole.events.map((event) => ('text' in event ? event.text : event.type))).toEqual([
      'tool-input-start',
      '{"a":',
      ' 1}',
    ]);
    expect(whole).toMatchObject({ finishReason: 'tool_calls', complete: true });
    expect(answer(text, { tools: true, constraint, maxTokens: 3 })).toMatchObject({
      calls: [{ name: 'f', arguments: '{"a":' }],
      finishReason: 'length',
      complete: false,
    });
  });
});

describe('a call that the model begins by itself', () => {
  const constraint = { answer: undefined, call: 'C' };

  test('is held to its grammar from the opening tag on', () => {
    const text = ['Paris', '<tool_call>', '\n{"name": "f", "arguments": ', '{"a":', ' 1}', '<end>'];
    expect(answer(text, { tools: true, constraint })).toMatchObject({
      content: 'Paris',
      fed: [[words.indexOf('<tool_call>')]],
      grammars: ['C'],
      calls: [{ name: 'f', arguments: '{"a": 1}' }],
    });
  });

  test('what one token says beyond the tag is taken back', () => {
    const text = ['<tool_call>{', '\n{"name": "f", "arguments": ', '{"a":', ' 1}', '<end>'];
    const found = answer(text, { tools: true, constraint });
    expect(found.fed).toEqual([
      [...'<tool_call>'].map((character) => 1000 + (character.codePointAt(0) ?? 0)),
    ]);
    expect(found).toMatchObject({ grammars: ['C'], calls: [{ arguments: '{"a": 1}' }], content: '' });
  });
});

describe('log probabilities', () => {
  const likelihoods = () => ({ likelihoods: { chosen: -0.5, top: [{ token: 4, logprob: -0.1 }] } });
  const tokens = (events: readonly AnswerEvent[]) =>
    events.flatMap((event) =>
      event.type === 'text-delta' ? [event.logprobs.map(({ token }) => token).join('|')] : [],
    );

  test('come with the text they belong to, and for content only', () => {
    const text = ['<think>', 'hmm ', '</think>', '\n', 'Paris', ' is', '<end>'];
    const found = answer(text, { thinking: native, thinkingBudget: 9 }, likelihoods);
    expect(tokens(found.events)).toEqual(['Paris', ' is']);
  });

  test('of text that is held back are held back, of a stop sequence are left out', () => {
    const stop = ['STOP'];
    expect(tokens(answer(['Paris', 'ST', ' is', '<end>'], { stop }, likelihoods).events)).toEqual([
      'Paris',
      'ST| is',
    ]);
    expect(tokens(answer(['Paris', 'ST', 'OP'], { stop }, likelihoods).events)).toEqual(['Paris']);
  });

  test('are not told of calls', () => {
    const found = answer(['Paris', call, '<end>'], { tools: true }, likelihoods);
    expect(tokens(found.events)).toEqual(['Paris']);
  });

  test('name the likeliest tokens with their bytes', () => {
    const found = answer(['Paris', '<end>'], {}, likelihoods);
    expect(found.events).toEqual([
      {
        type: 'text-delta',
        text: 'Paris',
        logprobs: [
          {
            token: 'Paris',
            logprob: -0.5,
            bytes: [80, 97, 114, 105, 115],
            top_logprobs: [{ token: words[4], logprob: -0.1, bytes: [...encoder.encode(words[4])] }],
          },
        ],
      },
    ]);
  });
});
