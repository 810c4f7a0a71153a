import { expect, test } from 'vitest';
import { calibrateThreads, pickThreads, threadCandidates } from './calibrate-threads.ts';

test('candidates go up to all cores', () => {
  expect(threadCandidates(1)).toEqual([1]);
  expect(threadCandidates(2)).toEqual([1, 2]);
  expect(threadCandidates(6)).toEqual([1, 2, 3, 4, 6]);
  expect(threadCandidates(32)).toEqual([1, 2, 3, 4, 6, 8, 12, 16, 24, 32]);
});

test('more threads must be clearly faster', () => {
  expect(
    pickThreads(
      new Map([
        [1, 10],
        [2, 9.5],
      ]),
    ),
  ).toBe(1);
  expect(
    pickThreads(
      new Map([
        [1, 10],
        [2, 6],
      ]),
    ),
  ).toBe(2);
  expect(pickThreads(new Map())).toBeUndefined();
});

/** A machine where a token takes as long as `cost` says. */
function machine(cost: (threads: number) => number) {
  let now = 0;
  let threads = 0;
  let held = 0;
  return {
    clock: { now: () => now, monotonic: () => now },
    context: {
      contextSize: 512,
      setThreads: (count: number) => {
        threads = count;
      },
      evaluate: async () => {
        held++;
        now += cost(threads);
        return [0];
      },
      truncate: () => {
        held = 0;
        return true;
      },
    },
    elapsed: () => now,
    held: () => held,
  };
}

test('the fastest count wins, within the time allowed, and nothing is left behind', async () => {
  const simulated = machine((threads) => 20 / Math.min(threads, 4) + Math.max(0, threads - 4) * 30);
  const chosen = await calibrateThreads(simulated.context, threadCandidates(16), simulated.clock, 1200);
  expect(chosen).toBe(4);
  expect(simulated.elapsed()).toBeLessThan(2000);
  expect(simulated.held()).toBe(0);
});

test('one candidate costs nothing', async () => {
  const simulated = machine(() => 50);
  expect(await calibrateThreads(simulated.context, [1], simulated.clock)).toBe(1);
});
