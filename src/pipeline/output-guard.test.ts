import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createTokenCounter } from '../accounts/token-counter.ts';
import type { TokenCounter } from '../core/ports.ts';
import { createOutputGuard, type OutputGuardOptions } from './output-guard.ts';

const real = createTokenCounter();

/** Counts how often and how much it was asked. */
function watchedCounter(): TokenCounter & { calls: number; characters: number } {
  return {
    calls: 0,
    characters: 0,
    count(text) {
      this.calls++;
      this.characters += text.length;
      return real.count(text);
    },
  };
}

function guard(options: Partial<OutputGuardOptions>) {
  return createOutputGuard({ reserved: 100, sameTokenizer: true, metered: true, counter: real, ...options });
}

/** Adds pieces, with a turn of the event loop behind each, until it is passed; how many it took. */
async function feed(guarded: ReturnType<typeof guard>, piece: string, most: number): Promise<number> {
  for (let count = 0; count < most; count++) {
    if (guarded.passed()) return count;
    guarded.add(piece);
    await delay(0);
  }
  return most;
}

describe('the guard', () => {
  test('stops what no count can save while that is still under way', () => {
    const never: TokenCounter = { count: () => new Promise(() => {}) };
    const guarded = guard({ reserved: 20, counter: never });
    for (let piece = 0; piece < 60; piece++) guarded.add(' word word');
    expect(guarded.passed()).toBe(false);
    for (let piece = 0; piece < 20; piece++) guarded.add(' word word');
    expect(guarded.passed()).toBe(true);
  });

  test('stops what is longer than was reserved, soon', async () => {
    await real.count('load');
    for (const reserved of [1, 20, 300, 2_000]) {
      const guarded = guard({ reserved });
      const told = new Promise<void>((resolve) => guarded.onPassed(resolve));
      // A word a piece is a token a piece.
      const pieces = await feed(guarded, ' word', reserved * 4 + 400);
      await told;
      expect(pieces).toBeGreaterThan(reserved);
      expect(pieces).toBeLessThan(reserved * 1.1 + 16 + 60);
    }
  });

  test('never stops what keeps to its cap', async () => {
    const counter = watchedCounter();
    const guarded = guard({ reserved: 500, counter });
    expect(await feed(guarded, ' word', 500)).toBe(500);
    expect(guarded.passed()).toBe(false);
    // Each character at most once, and the tail once more.
    expect(counter.characters).toBeLessThan(2 * 500 * 5);
  });

  test('counts nothing while the bytes are few', async () => {
    const counter = watchedCounter();
    await feed(guard({ reserved: 1_000, counter }), ' word', 200);
    expect(counter.calls).toBe(0);
  });

  test('counts nothing of a usual length where no limit hangs on it', async () => {
    const counter = watchedCounter();
    const guarded = guard({ reserved: 100, metered: false, counter });
    expect(await feed(guarded, ' word', 100)).toBe(100);
    expect(counter.calls).toBe(0);
    expect(await feed(guarded, ' word', 1_000)).toBeLessThan(1_000);
  });

  test('believes an upstream that says itself that it wrote too much', async () => {
    const guarded = guard({ reserved: 100 });
    guarded.report({ input: 5, output: 126 });
    expect(guarded.passed()).toBe(false);
    guarded.report({ input: 5, output: 127 });
    expect(guarded.passed()).toBe(true);
    await new Promise<void>((resolve) => guarded.onPassed(resolve));
  });

  test('a counter that fails lets through what its bytes allow', async () => {
    const counter = { count: () => Promise.reject(new Error('no vocabulary')) };
    expect(await feed(guard({ reserved: 1, counter }), ' word', 54)).toBe(54);
    expect(await feed(guard({ reserved: 1, counter }), ' word', 200)).toBe(55);
  });
});
