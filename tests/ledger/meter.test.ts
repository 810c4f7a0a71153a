// Upstreams that do not keep to the cap: the stream ends at what was reserved, as a stream that reached its cap does, and no
// budget pays for the rest.
import { describe, expect, test } from 'vitest';
import { createTokenCounter } from '../../src/accounts/token-counter.ts';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  type Answer,
  completion,
  finish,
  type Json,
  roleChunk,
  type Step,
  stream,
  text,
  usageChunk,
  whole,
} from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { startLimited, usd } from './limited-gateway.ts';

const counter = createTokenCounter();
const budget = { amount: usd(1) };
const piece = ' and another word of it';
/** Writes for as long as anybody listens. */
const endless = async (answer: Answer) => {
  answer.head(200, { 'content-type': 'text/event-stream' });
  await answer.write(roleChunk);
  while (await answer.write(text(piece)));
};
const known = { model: { route: [[{ provider: 'first', model: 'gpt-5.1' }]] } };

describe('a stream without an end', () => {
  test.each([
    ['with limits', [budget], {}],
    ['without limits', [], {}],
    ['where another target would go on', [budget], { on_stream_failure: 'continue' }],
  ])('ends properly at its cap, %s', async (_name, limits, members) => {
    const options = { model: { ...known.model, ...members } };
    const { gateway, upstream } = await startLimited(limits, endless, options);
    const asked = ask({ stream: true, max_tokens: 100, stream_options: { include_usage: true } });
    const events = await readEvents(await gateway.chat(asked));
    expect(await upstream.last().closed).toBe('aborted');
    expect(events.done).toBe(true);
    const chunks = events.data.filter(({ choices }: Json) => choices.length > 0);
    const reasons = chunks.map(({ choices }: Json) => choices[0].finish_reason).filter(Boolean);
    expect(reasons).toEqual(['length']);
    expect(chunks.at(-1)).toMatchObject({
      object: 'chat.completion.chunk',
      model: 'test-model',
      id: chunks[0].id,
      usage: null,
      choices: [{ index: 0, delta: {}, finish_reason: 'length' }],
    });
    const written = await counter.count(textOf(events));
    expect(written).toBeGreaterThan(100);
    const row = await gateway.row();
    expect(row).toMatchObject({
      state: 'settled',
      error: 'capped',
      partial: false,
      usageSource: 'estimated',
    });
    expect(row.cost).toBeLessThanOrEqual(row.hold);
    expect(events.data.at(-1).usage.completion_tokens).toBe(row.usage?.output);
  });

  test('in several choices ends in each of them', async () => {
    const { gateway } = await startLimited([budget], async (answer) => {
      answer.head(200, { 'content-type': 'text/event-stream' });
      for (const index of [0, 1, 2]) {
        const delta = { role: 'assistant', content: '' };
        await answer.write(text('', { index, choices: [{ index, delta, finish_reason: null }] }));
      }
      await answer.write(text('brief', { index: 1 }));
      await answer.write(finish('stop', { index: 1 }));
      for (let at = 0; await answer.write(text(piece, { index: at % 2 === 0 ? 0 : 2 })); at++);
    });
    const events = await readEvents(await gateway.chat(ask({ stream: true, max_tokens: 30, n: 3 })));
    expect(events.done).toBe(true);
    const ends = events.data
      .flatMap(({ choices }: Json) => choices)
      .filter((choice: Json) => choice.finish_reason)
      .map((choice: Json) => [choice.index, choice.finish_reason]);
    expect(ends).toEqual([
      [1, 'stop'],
      [0, 'length'],
      [2, 'length'],
    ]);
  });

  test('in the arguments of a call', async () => {
    const { gateway } = await startLimited([budget], async (answer) => {
      answer.head(200, { 'content-type': 'text/event-stream' });
      await answer.write(roleChunk);
      const call = (members: Json) =>
        text('', {
          choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...members }] }, finish_reason: null }],
        });
      await answer.write(
        call({ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":"' } }),
      );
      while (await answer.write(call({ function: { arguments: piece } })));
    });
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const events = await readEvents(await gateway.chat(ask({ stream: true, max_tokens: 50, tools })));
    expect(events.data.at(-1).choices[0].finish_reason).toBe('length');
    expect(events.done).toBe(true);
    expect(await gateway.row()).toMatchObject({ error: 'capped' });
  });
});

test('a stream that another target went on with ends at the cap of both', async () => {
  const begun = stream([roleChunk, text(piece.repeat(4)), 'RESET']);
  const { gateway, upstream } = await startLimited([budget], endless, {
    model: { on_stream_failure: 'continue', retry: { attempts: 3 } },
  });
  upstream.next(begun);
  const events = await readEvents(await gateway.chat(ask({ stream: true, max_tokens: 100 })));
  expect(upstream.requests.length).toBe(2);
  expect(events.done).toBe(true);
  expect(events.data.at(-1).choices[0].finish_reason).toBe('length');
  expect(await gateway.row()).toMatchObject({ state: 'settled', error: 'capped' });
});

test('an answer that keeps to its cap is never cut', async () => {
  const tokens = 120;
  const steps: Step[] = [
    roleChunk,
    ...Array.from({ length: tokens / 5 }, () => text(piece)),
    finish('length'),
  ];
  const usage = { prompt_tokens: 10, completion_tokens: tokens, total_tokens: 10 + tokens };
  const { gateway } = await startLimited([budget], stream([...steps, usageChunk(usage), 'END']));
  const events = await readEvents(await gateway.chat(ask({ stream: true, max_tokens: tokens })));
  expect(textOf(events)).toBe(piece.repeat(tokens / 5));
  expect(await gateway.row()).toMatchObject({ usageSource: 'reported', partial: false });
  expect((await gateway.row()).error).toBeUndefined();
});

test('a whole answer beyond its cap is delivered; the budget pays for what was held', async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 1_000_000, total_tokens: 1_000_010 };
  const { gateway, counter: standing } = await startLimited(
    [{ amount: usd(0.01) }],
    whole(completion({ usage })),
  );
  const answer = await gateway.chat(ask({ max_tokens: 10 }));
  expect(answer.status).toBe(200);
  const row = await gateway.row();
  expect(row.cost).toBe(row.hold);
  expect(await standing('lim_0')).toMatchObject({ settled: row.hold, held: 0n });
});
