import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TargetCondition } from './health.ts';
import { retryWait } from './retry.ts';

const well: TargetCondition = {
  circuit: 'closed',
  waitMs: 0,
  cooling: false,
  inFlight: 0,
  latencyMs: undefined,
};
const policy = { rounds: 3, deadlineMs: 5_000 };
const base = { round: 0, policy, elapsedMs: 0, conditions: [well], random: () => 0.999 };

test('back-off doubles with each round, with full jitter', () => {
  const longest = [0, 1, 2].map((round) => retryWait({ ...base, round }));
  expect(longest.map((ms) => Math.round(ms ?? -1))).toEqual([250, 500, 999]);
  expect(retryWait({ ...base, random: () => 0 })).toBe(0);
});

test('no more rounds than the policy has, none without a target', () => {
  expect(retryWait({ ...base, round: 3 })).toBeUndefined();
  expect(retryWait({ ...base, policy: { ...policy, rounds: 0 } })).toBeUndefined();
  expect(retryWait({ ...base, conditions: [] })).toBeUndefined();
});

test('never sooner than the first target allows, never later than the deadline', () => {
  const asked = (waitMs: number) => ({ ...well, cooling: true, waitMs });
  expect(retryWait({ ...base, conditions: [asked(3_000), asked(2_000)] })).toBe(2_000);
  expect(retryWait({ ...base, conditions: [asked(3_000)], elapsedMs: 2_001 })).toBeUndefined();
  expect(retryWait({ ...base, elapsedMs: 4_999 })).toBeUndefined();
});

test('every wait keeps both promises', () => {
  fc.assert(
    fc.property(
      fc.nat(5),
      fc.nat(10_000),
      fc.array(fc.nat(10_000), { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (round, elapsedMs, waits, chance) => {
        const conditions = waits.map((waitMs) => ({ ...well, waitMs }));
        const wait = retryWait({ round, policy, elapsedMs, conditions, random: () => chance });
        if (wait === undefined) return;
        expect(wait).toBeGreaterThanOrEqual(Math.min(...waits));
        expect(elapsedMs + wait).toBeLessThanOrEqual(policy.deadlineMs);
      },
    ),
  );
});
