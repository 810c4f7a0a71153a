// Several answers to one prompt, and how likely their tokens were, over HTTP.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byteToken,
  endless,
  type ServedChild,
  serveChild,
  user,
  writeTinyModel,
} from './fixtures/tiny-model.ts';

const tiny = writeTinyModel();
let child: ServedChild;
beforeAll(async () => {
  child = await serveChild({ modelPath: tiny.path, slots: 2, queueLimit: 1 });
});
afterAll(async () => {
  await child[Symbol.asyncDispose]();
  tiny[Symbol.dispose]();
});

const ask = { messages: user('hello there '.repeat(30)), max_tokens: 12, logit_bias: endless };

describe('several choices', () => {
  test('more than there are slots: all of them, the prompt once', async () => {
    const before = await child.health();
    const answer = await child.complete({ ...ask, n: 5, seed: 9 });
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(answer.choices.map(({ message }) => message.content)).size).toBe(5);
    const alone = await child.complete({ ...ask, seed: 9 });
    expect(alone.choices[0]?.message.content).toBe(answer.choices[0]?.message.content);
    expect(answer.usage).toMatchObject({
      prompt_tokens: alone.usage.prompt_tokens,
      completion_tokens: 60,
      total_tokens: alone.usage.prompt_tokens + 60,
    });
    const fed = (await child.health()).prompt_tokens_total - before.prompt_tokens_total;
    // A few tokens at the end of the prompt are looked at again by each choice.
    expect(fed).toBeLessThan(alone.usage.prompt_tokens + 20);
  });

  test('the same seed gives the same choices', async () => {
    const texts = async () =>
      (await child.complete({ ...ask, n: 3, seed: 2 })).choices.map(({ message }) => message.content);
    expect(await texts()).toEqual(await texts());
  });

  test('streamed: all are opened in order, each is finished once, usage is the sum', async () => {
    const chunks = await child.stream({ ...ask, n: 3, stream_options: { include_usage: true } });
    const choices = chunks.flatMap((chunk) => chunk.choices);
    expect(choices.slice(0, 3).map(({ index, delta }) => [index, delta.role])).toEqual([
      [0, 'assistant'],
      [1, 'assistant'],
      [2, 'assistant'],
    ]);
    expect(choices.slice(3).every(({ delta }) => !('role' in delta))).toBe(true);
    const finished = choices.filter(({ finish_reason: reason }) => reason !== null);
    expect(finished.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
    for (const { index } of finished) {
      const last = choices.findLast((choice) => choice.index === index);
      expect(last).toMatchObject({ delta: {}, finish_reason: 'length' });
    }
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 36 } });
  });

  test('a client that leaves stops all of them', async () => {
    const gone = new AbortController();
    const body = { ...ask, messages: user('x'), n: 20, max_tokens: 2000, stream: true };
    const response = await child.post(body, { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    const health = await child.until((now) => now.slots_busy === 0 && now.queue_depth === 0, 20_000);
    expect(health.decoded_tokens_total).toBeLessThan(20 * 2000);
  });

  test('a request of many choices does not keep others out', async () => {
    const many = child.complete({ ...ask, n: 16, max_tokens: 60 });
    await child.until((now) => now.slots_busy === 2, 20_000);
    let manyDone = false;
    const noticed = many.then(() => {
      manyDone = true;
    });
    const answer = await child.complete({ messages: user('x'), max_tokens: 1, logit_bias: endless });
    expect(answer.choices).toHaveLength(1);
    expect(manyDone).toBe(false);
    await noticed;
    expect((await many).choices).toHaveLength(16);
  });
});

describe('log probabilities', () => {
  interface Listed {
    token: string;
    logprob: number;
    bytes: number[] | null;
    top_logprobs: { token: string; logprob: number; bytes: number[] | null }[];
  }
  const listed = (logprobs: unknown) => (logprobs as { content: Listed[] | null }).content ?? [];

  test('of every token, with the likeliest, in order', async () => {
    const answer = await child.complete({ ...ask, temperature: 0, logprobs: true, top_logprobs: 20 });
    const content = listed(answer.choices[0]?.logprobs);
    expect(content).toHaveLength(12);
    for (const { logprob, top_logprobs: top } of content) {
      expect(logprob).toBeLessThan(0);
      expect(top).toHaveLength(20);
      const sorted = top.map((one) => one.logprob).toSorted((a, b) => b - a);
      expect(top.map((one) => one.logprob)).toEqual(sorted);
      expect(top.reduce((sum, one) => sum + Math.exp(one.logprob), 0)).toBeLessThanOrEqual(1.0001);
    }
  });

  test('are those of the model, not of what was done to them', async () => {
    const biased = { ...ask, max_tokens: 1, logprobs: true, top_logprobs: 5, temperature: 0 };
    const plain = await child.complete({ ...biased, logit_bias: {} });
    const forced = await child.complete({ ...biased, logit_bias: { [byteToken('q')]: 100 } });
    const [first] = listed(plain.choices[0]?.logprobs);
    const [second] = listed(forced.choices[0]?.logprobs);
    expect(second?.token).toBe('q');
    expect(second?.logprob).toBeLessThan(-1);
    expect(second?.top_logprobs).toEqual(first?.top_logprobs);
  });

  test('the bytes make up the text, also of characters that are spread over tokens', async () => {
    const bias = { ...endless };
    for (const byte of Buffer.from('é€')) bias[byteToken(byte) as never] = 20 as never;
    for (const stream of [false, true]) {
      const body = { ...ask, messages: user('y'), max_tokens: 60, seed: 3, logit_bias: bias, logprobs: true };
      const parts = stream
        ? (await child.stream(body)).flatMap(({ choices }) => choices)
        : (await child.complete(body)).choices;
      const bytes = parts.flatMap(({ logprobs }) => (logprobs ? listed(logprobs) : []));
      expect(bytes).toHaveLength(60);
      expect(bytes.some(({ token }) => /^\\x[0-9a-f]{2}/.test(token))).toBe(true);
      const text = parts
        .map((part) => ('message' in part ? part.message.content : part.delta.content) ?? '')
        .join('');
      const spelled = new TextDecoder().decode(Uint8Array.from(bytes.flatMap((one) => one.bytes ?? [])), {
        stream: true,
      });
      expect(spelled).toBe(text);
    }
  });

  test('absent where nobody asked', async () => {
    const answer = await child.complete({ ...ask, max_tokens: 2 });
    expect(answer.choices[0]?.logprobs).toBeNull();
  });
});
