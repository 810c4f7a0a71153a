// What the child process answers over HTTP: the wire, usage, and the parameters that shape an answer.
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byteToken,
  endless,
  endTokens,
  type ServedChild,
  serveChild,
  user,
  writeTinyModel,
} from './fixtures/tiny-model.ts';

const tiny = writeTinyModel();
let child: ServedChild;
beforeAll(async () => {
  child = await serveChild({ modelPath: tiny.path, contextSize: 1024 });
});
afterAll(async () => {
  await child[Symbol.asyncDispose]();
  tiny[Symbol.dispose]();
});

/** Makes the model write one character over and over. */
const only = (character: string) => ({ [byteToken(character)]: 100, ...endless });

describe('one answer', () => {
  test('has every key of the contract, and usage that adds up', async () => {
    const answer = await child.complete({ messages: user('hello'), max_tokens: 20, logit_bias: endless });
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: 'gpt-5.1',
      system_fingerprint: null,
      choices: [{ index: 0, logprobs: null, finish_reason: 'length' }],
    });
    expect(answer.choices[0]?.message).toMatchObject({ role: 'assistant', refusal: null, annotations: [] });
    expect(answer.choices[0]?.message).not.toHaveProperty('tool_calls');
    expect(Math.abs(answer.created - Date.now() / 1000)).toBeLessThan(5);
    const { usage } = answer;
    // <|im_start|> user \n hello <|im_end|> \n <|im_start|> a s s i s t a n t \n
    expect(usage.prompt_tokens).toBe(17);
    expect(usage.completion_tokens).toBe(20);
    expect(usage.total_tokens).toBe(37);
    expect(usage.completion_tokens_details?.reasoning_tokens).toBe(0);
  });

  test('echoes any model name', async () => {
    const answer = await child.complete({ model: 'my-own', messages: user('hi'), max_tokens: 1 });
    expect(answer.model).toBe('my-own');
  });

  test('max_completion_tokens wins over max_tokens, and both give way to the context', async () => {
    const ask = { messages: user('hello'), logit_bias: endless };
    const both = await child.complete({ ...ask, max_tokens: 9, max_completion_tokens: 4 });
    expect(both.usage.completion_tokens).toBe(4);
    const all = await child.complete({ ...ask, max_tokens: 100_000 });
    expect(all.usage.total_tokens).toBe(1024);
    expect(all.choices[0]?.finish_reason).toBe('length');
  });

  test('ends with the model’s own end', async () => {
    const answer = await child.complete({
      messages: user('hello'),
      logit_bias: { [endTokens.endOfTurn]: 100 },
    });
    expect(answer.choices[0]).toMatchObject({ message: { content: '' }, finish_reason: 'stop' });
  });
});

describe('a stream', () => {
  const ask = { messages: user('hello'), max_tokens: 12, seed: 1, logit_bias: endless };

  test('says the role once and first, then text, then the reason it ended', async () => {
    const chunks = await child.stream(ask);
    const [first, ...rest] = chunks;
    expect(first?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(rest.some((chunk) => 'role' in (chunk.choices[0]?.delta ?? {}))).toBe(false);
    expect(
      new Set(chunks.map((chunk) => `${chunk.id} ${chunk.created} ${chunk.model} ${chunk.object}`)).size,
    ).toBe(1);
    expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason != null)).toHaveLength(1);
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'length' });
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  test('has usage last if asked for, the same as the whole answer has', async () => {
    const whole = await child.complete(ask);
    const chunks = await child.stream({ ...ask, stream_options: { include_usage: true } });
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(chunks.at(-1)?.usage).toMatchObject({
      completion_tokens: 12,
      total_tokens: whole.usage.total_tokens,
    });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(whole.choices[0]?.message.content);
  });

  test('never splits a character', async () => {
    const chunks = await child.stream({ ...ask, max_tokens: 400 });
    const whole = await child.complete({ ...ask, max_tokens: 400 });
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '');
    expect(deltas.join('')).toBe(whole.choices[0]?.message.content);
    for (const delta of deltas) expect(delta.isWellFormed()).toBe(true);
  });

  test('is what the official client expects', async () => {
    const client = new OpenAI({ baseURL: `${child.url}/v1`, apiKey: 'none' });
    const runner = client.chat.completions.stream({
      model: 'gpt-5.1',
      messages: [{ role: 'developer', content: 'Be brief.' }, ...user('hello')] as never,
      max_completion_tokens: 8,
      stream_options: { include_usage: true },
    });
    const final = await runner.finalChatCompletion();
    expect(final.usage?.total_tokens).toBe(
      (final.usage?.prompt_tokens ?? 0) + (final.usage?.completion_tokens ?? 0),
    );
  });
});

describe('stop sequences', () => {
  test('end the answer and are not part of it', async () => {
    const ask = { messages: user('hello'), logit_bias: only('a'), max_tokens: 50 };
    for (const stop of ['aaa', ['zzz', 'aaa']]) {
      const answer = await child.complete({ ...ask, stop });
      expect(answer.choices[0]).toMatchObject({ message: { content: '' }, finish_reason: 'stop' });
      expect(answer.usage.completion_tokens).toBe(3);
    }
    const chunks = await child.stream({ ...ask, stop: 'aaaa' });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('');
  });

  test('that do not come leave the answer whole', async () => {
    const answer = await child.complete({
      messages: user('hello'),
      logit_bias: only('a'),
      max_tokens: 5,
      stop: ['aaaaaaaa', 'b'],
    });
    expect(answer.choices[0]).toMatchObject({ message: { content: 'aaaaa' }, finish_reason: 'length' });
  });
});

describe('sampling', () => {
  const text = async (body: object) =>
    (await child.complete({ messages: user('hello'), max_tokens: 40, logit_bias: endless, ...body }))
      .choices[0]?.message.content;

  test('one seed, one text: again, after another conversation, and beside others', async () => {
    const first = await text({ seed: 7, temperature: 1 });
    expect(await text({ seed: 7, temperature: 1 })).toBe(first);
    await text({ messages: user('something else entirely'), seed: 3 });
    expect(await text({ seed: 7, temperature: 1 })).toBe(first);
    const long = { messages: user('hello again. '.repeat(40)), seed: 5, max_tokens: 60 };
    await text({ ...long, seed: undefined });
    const unseededBefore = await text(long);
    expect(await text(long)).toBe(unseededBefore);
    await Promise.all([text({ messages: user('x') }), text({ messages: user('y') })]);
    expect(await text(long)).toBe(unseededBefore);
    const beside = await Promise.all([1, 2, 3].map(() => text({ seed: 7, temperature: 1 })));
    expect(beside).toEqual([first, first, first]);
  });

  test('another seed, or none, another text', async () => {
    expect(await text({ seed: 7 })).not.toBe(await text({ seed: 8 }));
    expect(await text({})).not.toBe(await text({}));
  });

  test('temperature 0 is always the most likely token', async () => {
    expect(await text({ temperature: 0, seed: 1 })).toBe(await text({ temperature: 0, seed: 2 }));
    expect(await text({ temperature: 0 })).toBe(await text({ top_p: 0 }));
  });

  test('penalties count what the answer has, not what the prompt has', async () => {
    // Two characters that are far ahead of all others, `a` ahead of `b` by 1.5 in logits that differ by far less.
    const bias = { ...endless, [byteToken('a')]: 100, [byteToken('b')]: 60 };
    const ask = { messages: user('aaaaaaaaaaaaaaaa'), temperature: 0, logit_bias: bias, max_tokens: 30 };
    expect(await text(ask)).toBe('a'.repeat(30));
    // 2 per occurrence: after 20 or so of `a` its lead of about 40 is used up.
    const penalised = (await text({ ...ask, frequency_penalty: 2 })) ?? '';
    expect(penalised.startsWith('a'.repeat(15))).toBe(true);
    expect(penalised).toContain('b');
    // Once, however often it came: 2 of a lead of about 40.
    expect(await text({ ...ask, presence_penalty: 2 })).toBe('a'.repeat(30));
  });

  test('a bias of 100 forces a token, one of -100 bans it', async () => {
    expect(await text({ logit_bias: only('q'), max_tokens: 6 })).toBe('qqqqqq');
  });
});

describe('what users write', () => {
  test('does not become a control token', async () => {
    const plain = await child.complete({ messages: user('a'), max_tokens: 1 });
    const spelled = await child.complete({ messages: user('a<|im_end|>'), max_tokens: 1 });
    // One token if it were one; ten characters of plain text otherwise.
    expect(spelled.usage.prompt_tokens - plain.usage.prompt_tokens).toBe('<|im_end|>'.length);
  });

  test('is counted before anything is decoded: too much is refused with the limit', async () => {
    const before = await child.health();
    const response = await child.post({ messages: user('z'.repeat(2000)) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        code: 'context_length_exceeded',
        param: 'messages',
        message: expect.stringContaining('maximum context length is 1024 tokens'),
      },
    });
    expect((await child.health()).prompt_tokens_total).toBe(before.prompt_tokens_total);
  });
});
