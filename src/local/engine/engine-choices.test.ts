import { beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { fakeContext, generation, prompt } from '../fixtures/fake-context.ts';
import { createEngine, type TokenEngine } from './engine.ts';

let fake: ReturnType<typeof fakeContext>;
let engine: TokenEngine;
beforeEach(() => {
  fake = fakeContext();
  engine = createEngine({ context: fake.context, threads: 1, slots: 2, queueLimit: 2, clock: systemClock });
});

const several = (count: number, given: Parameters<typeof generation>[0] = {}) => {
  const made = Array.from({ length: count }, () => generation(given));
  return { made, ends: engine.generateAll(made.map((one) => one.generation)) ?? [] };
};

describe('several of one prompt', () => {
  test('a long prompt is evaluated once and copied to the other slot', async () => {
    const { ends } = several(2, { prompt: prompt(200), tokens: 5 });
    expect(await Promise.all(ends)).toEqual(['stopped', 'stopped']);
    const fed = fake.passes.flat().reduce((sum, item) => sum + item.tokens.length, 0);
    // 200 of prompt, its last token once more, and what was sampled.
    expect(fed).toBe(200 + 1 + 2 * 4);
    expect(fake.copied).toEqual([[0, 1]]);
    expect(fake.truncated).toContainEqual([1, 199]);
  });

  test('a short one is evaluated again: that costs less than the copy', async () => {
    const { ends } = several(2, { prompt: prompt(40), tokens: 5 });
    await Promise.all(ends);
    expect(fake.copied).toEqual([]);
  });

  test('exact ones share what was computed exactly', async () => {
    const { made, ends } = several(2, { prompt: prompt(200), tokens: 3, exact: true });
    await Promise.all(ends);
    expect(made.map((one) => one.started)).toEqual([[0], [198]]);
  });

  test('more than there are slots take turns, and who came later is not behind all of them', async () => {
    const order: string[] = [];
    const named = (name: string, first: number) =>
      generation({ prompt: prompt(5, first), tokens: 3, onStart: () => order.push(name) }).generation;
    const many = engine.generateAll(Array.from({ length: 6 }, (_, index) => named(`many ${index}`, 7))) ?? [];
    const other = engine.generate(named('other', 700));
    await Promise.all([...many, other]);
    expect(order).toHaveLength(7);
    expect(order.indexOf('other')).toBeLessThan(3);
    expect(order.filter((name) => name !== 'other')).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => `many ${index}`),
    );
  });

  test('in the queue they count as one', async () => {
    // One has a slot already, one more slot is free, and two may wait.
    const groups = [several(30), several(30), several(30), several(30)];
    expect(engine.stats().queueDepth).toBe(3);
    expect(engine.generateAll([generation({}).generation])).toBeUndefined();
    await Promise.all(groups.flatMap(({ ends }) => ends));
    expect(engine.stats()).toMatchObject({ queueDepth: 0, slotsBusy: 0 });
  });

  test('one signal ends them all, begun or not', async () => {
    const gone = new AbortController();
    const { ends } = several(6, { tokens: 1e6, signal: gone.signal });
    await new Promise((resolve) => setTimeout(resolve, 5));
    gone.abort();
    expect(await Promise.all(ends)).toEqual(Array(6).fill('aborted'));
    expect(fake.samplers()).toBe(0);
  });

  test('stopping ends them all', async () => {
    const { ends } = several(6, { tokens: 1e6 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await engine.stop();
    expect(await Promise.all(ends)).toEqual(Array(6).fill('aborted'));
  });

  test('the failure of one leaves the others to whoever asked for them', async () => {
    const bad = generation({
      onToken: () => {
        throw new Error('broken');
      },
    });
    const good = generation({});
    const ends = engine.generateAll([bad.generation, good.generation]) ?? [];
    const settled = await Promise.allSettled(ends);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('a grammar', () => {
  test('from the start', async () => {
    await engine.generate(generation({ grammar: 'root ::= "a"' }).generation);
    expect(fake.constrained).toEqual(['root ::= "a"']);
  });

  test('from a token on', async () => {
    let calls = 0;
    await engine.generate(
      generation({
        onToken: () =>
          ++calls === 2 ? { feed: Uint32Array.of(7), grammar: 'g' } : calls > 3 ? 'stop' : 'continue',
      }).generation,
    );
    expect(fake.constrained).toEqual(['g']);
  });

  test('that is none ends the generation, not the engine', async () => {
    fake.refuseGrammars = true;
    await expect(engine.generate(generation({ grammar: 'nonsense' }).generation)).rejects.toThrow('grammar');
    expect(fake.samplers()).toBe(0);
    expect(await engine.generate(generation({}).generation)).toBe('stopped');
  });
});
