import { beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { fakeContext, generation, prompt } from '../fixtures/fake-context.ts';
import { createEngine, type TokenEngine } from './engine.ts';
import type { GenerationEnd } from './generation.ts';

let fake: ReturnType<typeof fakeContext>;
let engine: TokenEngine;
beforeEach(() => {
  fake = fakeContext();
  engine = createEngine({ context: fake.context, threads: 1, slots: 2, queueLimit: 2, clock: systemClock });
});

const run = async (given: Parameters<typeof generation>[0]) => {
  const made = generation(given);
  return { ...made, end: await engine.generate(made.generation) };
};

test('a prompt is fed in slices, its last token asks for the first sample, then one token at a time', async () => {
  const { end, started } = await run({ prompt: prompt(130), tokens: 2 });
  expect(end).toBe('stopped');
  expect(started).toEqual([0]);
  expect(fake.passes.map(([item]) => [item?.position, item?.tokens.length, item?.sample])).toEqual([
    [0, 64, false],
    [64, 64, false],
    [128, 2, true],
    [130, 1, true],
  ]);
  expect(fake.samplers()).toBe(0);
});

test('what follows a token may be replaced', async () => {
  let calls = 0;
  await run({
    onToken: () => (++calls === 1 ? { feed: Uint32Array.of(71, 72, 73) } : 'stop'),
  });
  expect([...(fake.passes.at(-1)?.[0]?.tokens ?? [])]).toEqual([71, 72, 73]);
});

test('a full context ends it', async () => {
  fake = fakeContext(12);
  engine = createEngine({ context: fake.context, threads: 1, slots: 1, queueLimit: 1, clock: systemClock });
  const { end, seen } = await run({ tokens: 100 });
  expect(end).toBe('context-full');
  // Ten of prompt, two evaluated after it, and one sampled last.
  expect(seen()).toBe(3);
});

describe('reuse', () => {
  test('all but the last token of a prompt that was there before', async () => {
    await run({});
    expect((await run({})).started).toEqual([9]);
  });

  test('exact requests reuse only what an exact request would have computed', async () => {
    await run({ prompt: prompt(200) });
    expect((await run({ prompt: prompt(200), exact: true })).started).toEqual([0]);
    // Now the prompt is exact, but not the answer that was decoded after it.
    const next = Uint32Array.from([...prompt(200), 1, 1, 7, 8, 9]);
    expect((await run({ prompt: next, exact: true })).started).toEqual([200]);
    expect((await run({ prompt: prompt(200), exact: true })).started).toEqual([198]);
  });

  test('the beginning of an answer is evaluated in exact requests as it was drawn: behind the prompt, token by token', async () => {
    const begun = Uint32Array.from([...prompt(130), 1, 1, 1]);
    const sizes = () => fake.passes.splice(0).map(([item]) => item?.tokens.length);
    expect((await run({ prompt: begun, begun: 3, exact: true, tokens: 2 })).started).toEqual([0]);
    expect(sizes()).toEqual([63, 63, 4, 1, 1, 1, 1]);
    // The prompt is there, the beginning is evaluated again.
    expect((await run({ prompt: begun, begun: 3, exact: true, tokens: 1 })).started).toEqual([130]);
    expect(sizes()).toEqual([1, 1, 1]);
    // Nothing of a prompt may be left that would have to go alone.
    const other = Uint32Array.from([...prompt(129), 9, 1, 1]);
    expect((await run({ prompt: other, begun: 2, exact: true, tokens: 1 })).started).toEqual([128]);
    expect(sizes()).toEqual([2, 1, 1]);
    // Others need not wait for that.
    const plain = Uint32Array.from([...prompt(40, 700), 1, 1, 1]);
    await run({ prompt: plain, begun: 3, tokens: 1 });
    expect(sizes()).toEqual([43]);
  });
});

describe('failure', () => {
  test('of a pass rejects who was in it, and its slot starts afresh', async () => {
    await run({});
    fake.failNext = true;
    const failing = generation({});
    await expect(engine.generate(failing.generation)).rejects.toThrow('KV slot');
    expect(fake.samplers()).toBe(0);
    expect((await run({})).started).toEqual([0]);
  });

  test('of a callback rejects its generation only', async () => {
    const bad = generation({
      onToken: () => {
        throw new Error('broken');
      },
    });
    const good = generation({ prompt: prompt(20, 900), tokens: 20 });
    const results = await Promise.allSettled([
      engine.generate(bad.generation),
      engine.generate(good.generation),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(engine.stats().slotsBusy).toBe(0);
  });
});

test('more than slots and queue hold is turned away', async () => {
  const ends = [1, 2, 3, 4, 5].map((first) =>
    engine.generate(generation({ prompt: prompt(5, first) }).generation),
  );
  expect(ends.map((end) => end === undefined)).toEqual([false, false, false, false, true]);
  expect(await Promise.all(ends.slice(0, 4))).toEqual(Array(4).fill('stopped'));
});

test('stopping ends what runs and what waits', async () => {
  const ends = [1, 2, 3].map((first) =>
    engine.generate(generation({ prompt: prompt(5, first), tokens: 1e6 }).generation),
  ) as Promise<GenerationEnd>[];
  await new Promise((resolve) => setTimeout(resolve, 5));
  await engine.stop();
  expect(await Promise.all(ends)).toEqual(Array(3).fill('aborted'));
  expect(await engine.generate(generation({}).generation)).toBe('aborted');
});
