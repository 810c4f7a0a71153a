// Thinking over HTTP, on a model whose template knows both and on one whose template knows neither.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byteToken,
  endless,
  endTokens,
  markupTokens,
  type ServedChild,
  serveChild,
  user,
  writeTinyModel,
} from './fixtures/tiny-model.ts';

const files = { plain: writeTinyModel('chatml'), thinking: writeTinyModel('thinking') };
let plain: ServedChild;
let thinking: ServedChild;
beforeAll(async () => {
  plain = await serveChild({ modelPath: files.plain.path });
  thinking = await serveChild({ modelPath: files.thinking.path });
});
afterAll(async () => {
  await Promise.all([plain[Symbol.asyncDispose](), thinking[Symbol.asyncDispose]()]);
  for (const file of Object.values(files)) file[Symbol.dispose]();
});

const reasoning = (answer: { usage: { completion_tokens_details?: { reasoning_tokens?: number } } }) =>
  answer.usage.completion_tokens_details?.reasoning_tokens ?? 0;
test('both say what they can', () => {
  expect(plain.info).toMatchObject({ thinking: false, tools: false });
  expect(thinking.info).toMatchObject({ thinking: true, tools: true });
});

describe('a model that thinks on its own', () => {
  /** It opens its thinking and never closes it. */
  const musing = { [markupTokens.thinkOpen]: 100, ...endless };

  test('is made to answer when its budget is used up', async () => {
    const answer = await thinking.complete({
      model: 'gpt-5.1-thinking',
      messages: user('hello'),
      reasoning_effort: 'minimal',
      logit_bias: musing,
      max_tokens: 100,
    });
    expect(reasoning(answer)).toBe(64);
    expect(answer.usage.completion_tokens).toBe(100);
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(answer.choices[0]?.message.reasoning_content).not.toContain('</think>');
  });

  test('thinks only by name or when told to', async () => {
    for (const body of [{}, { model: 'gpt-5.1-thinking', reasoning_effort: 'none' }]) {
      const answer = await thinking.complete({
        messages: user('hello'),
        max_tokens: 8,
        logit_bias: endless,
        ...body,
      });
      expect(reasoning(answer)).toBe(0);
      expect(answer.choices[0]?.message).not.toHaveProperty('reasoning_content');
    }
    const told = await thinking.complete({
      messages: user('hello'),
      max_tokens: 8,
      reasoning_effort: 'low',
      logit_bias: musing,
    });
    expect(reasoning(told)).toBe(8);
    expect(told.choices[0]).toMatchObject({ message: { content: '' }, finish_reason: 'length' });
  });
});

describe('a model that does not think', () => {
  const ask = { model: 'gpt-5.1-thinking', messages: user('hello'), temperature: 0 };

  test('reasons in a pass of its own, bounded by the budget, before it answers', async () => {
    const chunks = await plain.stream({
      ...ask,
      reasoning_effort: 'minimal',
      max_tokens: 50,
      logit_bias: { [byteToken('a')]: 100, ...endless },
      stream_options: { include_usage: true },
    });
    const kinds = chunks.flatMap(({ choices: [choice] }) => {
      if (choice?.delta.reasoning_content !== undefined) return ['reasoning'];
      return choice?.delta.content ? ['content'] : [];
    });
    expect(kinds).toEqual([...Array(32).fill('reasoning'), ...Array(18).fill('content')]);
    expect(chunks.at(-1)?.usage).toMatchObject({
      completion_tokens: 50,
      completion_tokens_details: { reasoning_tokens: 32 },
    });
  });

  test('a budget that eats max_tokens leaves an empty answer cut off', async () => {
    const answer = await plain.complete({ ...ask, max_tokens: 10, logit_bias: endless });
    expect(answer.choices[0]).toMatchObject({ message: { content: '' }, finish_reason: 'length' });
    expect(reasoning(answer)).toBe(10);
  });

  test('an end of its reasoning is not the end of its answer', async () => {
    const answer = await plain.complete({ ...ask, logit_bias: { [endTokens.endOfTurn]: 100 } });
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage).toMatchObject({
      completion_tokens: 2,
      completion_tokens_details: { reasoning_tokens: 1 },
    });
  });
});
