import { expect, test } from 'vitest';
import { isExactSlice, planStep, type SpentTime, type StepCandidate, sliceLength } from './plan-step.ts';

const fresh = (): SpentTime => ({ decoding: 0, feeding: 0, lastWasFeed: false });
const answering = { pending: 1, exact: false };
const feeding = { pending: 500, exact: false };
const idle = { pending: 0, exact: false };

test('nothing to do', () => {
  expect(planStep([idle, idle], fresh())).toBeUndefined();
});

test('all answers under way share one pass', () => {
  expect(planStep([answering, idle, answering], fresh())).toEqual({
    kind: 'decode',
    slots: [answering, answering],
  });
});

test('prompts alone are fed in turn order', () => {
  const second = { pending: 70, exact: false };
  expect(planStep([idle, feeding, second], fresh())).toEqual({ kind: 'feed', slots: [feeding] });
});

/** Plays `passes` with the given durations; how often each kind ran, and the longest run of slices. */
function play(slots: StepCandidate[], decodeMs: number, feedMs: number, passes: number) {
  const spent = fresh();
  const seen = { decode: 0, feed: 0, longestFeed: 0 };
  let run = 0;
  for (let pass = 0; pass < passes; pass++) {
    const kind = planStep(slots, spent)?.kind ?? 'decode';
    seen[kind]++;
    run = kind === 'feed' ? run + 1 : 0;
    seen.longestFeed = Math.max(seen.longestFeed, run);
    spent.lastWasFeed = kind === 'feed';
    if (kind === 'feed') spent.feeding += feedMs;
    else spent.decoding += decodeMs;
  }
  return seen;
}

test('a stream never waits for two slices, and both sides get their share of time', () => {
  const one = play([answering, feeding], 10, 60, 700);
  expect(one.longestFeed).toBe(1);
  expect(one.feed * 60).toBeGreaterThan(0.9 * one.decode * 10);
  expect(one.feed * 60).toBeLessThan(1.1 * one.decode * 10);
  const crowd = play([answering, feeding, feeding, feeding], 10, 60, 700);
  expect(crowd.longestFeed).toBe(1);
  expect(crowd.feed).toBeGreaterThan(one.feed);
});

test('exact answers decode alone, in their turn', () => {
  const exact = { pending: 1, exact: true };
  expect(planStep([exact, answering, answering], fresh())?.slots).toEqual([exact]);
  expect(planStep([answering, exact, answering], fresh())?.slots).toEqual([answering, answering]);
});

test('a prompt of any length is fed to exact requests in exact slices only', () => {
  for (let length = 2; length < 400; length++) {
    let pending = length;
    while (pending > 0) {
      const slice = sliceLength(pending, true);
      expect(isExactSlice(slice)).toBe(true);
      pending -= slice;
    }
  }
});
