// Clients that leave at any point: what was delivered and the prompt are charged, the upstream is stopped, nothing stays held.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTokenCounter } from '../../src/accounts/token-counter.ts';
import {
  type Answer,
  done,
  finish,
  roleChunk,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { startLimited, usd } from './limited-gateway.ts';

const counter = createTokenCounter();
const budget = { amount: usd(1) };
const words = Array.from({ length: 12 }, (_, index) => ` word${index} and more of it,`);
const question = 'Say hello.';
/** As OpenAI counts a chat of one message: its text and 4. */
const prompt = async () => (await counter.count(question)) + 4;

/** Reads until `wanted` has come, then leaves. */
async function leaveAfter(response: Response, wanted: string, controller: AbortController): Promise<void> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let read = '';
  while (!read.includes(wanted)) {
    const { done: over, value } = await reader.read();
    if (over) throw new Error(`ended before ${wanted}`);
    read += decoder.decode(value, { stream: true });
  }
  controller.abort();
}

describe('a stream', () => {
  test('left at any piece is charged by the pieces that were delivered', async () => {
    let pieces = 0;
    const script = (answer: Answer) =>
      stream([roleChunk, ...words.slice(0, pieces).map((word) => text(word)), 'STALL'])(answer);
    const { gateway, upstream, counter: standing } = await startLimited([budget], script);
    let spent = 0n;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: words.length }), async (at) => {
        pieces = at;
        const controller = new AbortController();
        const { signal } = controller;
        const response = await gateway.chat(ask({ stream: true, max_tokens: 500 }), { signal });
        await leaveAfter(response, words[at - 1] as string, controller);
        expect(await upstream.last().closed).toBe('aborted');
        const row = await gateway.row();
        const output = await counter.count(words.slice(0, at).join(''));
        expect(row).toMatchObject({
          state: 'settled',
          partial: true,
          error: 'client_aborted',
          usageSource: 'estimated',
          usage: { input: await prompt(), output },
        });
        expect(row.cost).toBe(BigInt((await prompt()) * 1000 + output * 2000));
        spent += row.cost ?? 0n;
        expect(await standing('lim_0')).toMatchObject({ settled: spent, held: 0n });
      }),
      { numRuns: 15 },
    );
  });

  test('left behind its last piece is charged as it was reported', async () => {
    const script = stream([roleChunk, text('Hi'), finish(), usageChunk(), done]);
    const { gateway, counter: standing } = await startLimited([budget], script);
    const response = await gateway.chat(ask({ stream: true, max_tokens: 500 }));
    await response.text();
    const row = await gateway.row();
    expect(row).toMatchObject({ usageSource: 'reported', partial: false, cost: 20_000n });
    expect(await standing('lim_0')).toMatchObject({ settled: 20_000n, held: 0n });
  });
});

test('a stream left in the middle pays for the images of its prompt', async () => {
  const { gateway } = await startLimited([budget], stream([roleChunk, text('I see'), 'STALL']), {
    model: { route: [[{ provider: 'first', model: 'gpt-4o' }]] },
  });
  const controller = new AbortController();
  const { signal } = controller;
  const url = `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAYAAAB/${'A'.repeat(1_000)}`;
  const content = [
    { type: 'text', text: question },
    { type: 'image_url', image_url: { url, detail: 'high' } },
  ];
  const asked = ask({ stream: true, max_tokens: 500, messages: [{ role: 'user', content }] });
  await leaveAfter(await gateway.chat(asked, { signal }), 'I see', controller);
  // OpenAI's own sample: 765 tokens for 1024 x 1024 in high detail.
  expect((await gateway.row()).usage).toEqual({ input: (await prompt()) + 765, output: 2 });
});

describe('before the first token', () => {
  test.each([true, false])(
    'the prompt is charged once the upstream has it (stream: %s)',
    async (streaming) => {
      const {
        gateway,
        upstream,
        counter: standing,
      } = await startLimited([budget], async (answer) => {
        answer.head(200, { 'content-type': streaming ? 'text/event-stream' : 'application/json' });
        answer.response.flushHeaders();
        await answer.gone;
      });
      const controller = new AbortController();
      const { signal } = controller;
      const asked = gateway
        .chat(ask({ stream: streaming, max_tokens: 500 }), { signal })
        .catch(() => undefined);
      const request = await upstream.arrival();
      // The head is on its way: the gateway has it soon, whenever that is it counts as reached.
      await new Promise((resolve) => setTimeout(resolve, 100));
      controller.abort();
      await asked;
      expect(await request.closed).toBe('aborted');
      const row = await gateway.row();
      expect(row).toMatchObject({ state: 'settled', partial: true, error: 'client_aborted' });
      expect(row.usage).toEqual({ input: await prompt(), output: 0 });
      expect(await standing('lim_0')).toMatchObject({ settled: row.cost, held: 0n });
    },
  );
});

test('a refusal of the upstream gives the whole hold back', async () => {
  const { gateway, counter: standing } = await startLimited([budget], ({ head, end }) => {
    head(400, { 'content-type': 'application/json' });
    end('{"error":{"message":"no","type":"invalid_request_error"}}');
  });
  expect((await gateway.chat(ask({ max_tokens: 500 }))).status).toBe(400);
  expect(await gateway.row()).toMatchObject({ state: 'released', cost: 0n });
  expect(await standing('lim_0')).toMatchObject({ settled: 0n, held: 0n });
});
