import { describe, expect, it } from 'vitest';
import type { LimitMetric } from '../../core/limits.ts';
import { correctedCounters, type LateCounter, lateCharge } from './late-settle.ts';

const counter = (
  metric: LimitMetric,
  amount: bigint,
  settled: bigint,
  window: 'day' | 'minute' = 'day',
): LateCounter => {
  const limit = { id: metric, scope: {}, metric, window, amount, timeZone: 'UTC', source: 'admin' } as const;
  return {
    key: { limitId: metric, subject: '', windowStart: 0 },
    applied: { limit, subject: '' },
    span: { start: 0, end: 1 },
    value: { settled, held: 0n },
  };
};
const wanted = { cost: 100n, uncharged: 5n, tokens: 50, requests: 1 } as const;
const before = { cost: 20n, tokens: 10 };

describe('a settlement of a row that was recovered', () => {
  it('takes the place of what was charged, where there is room', () => {
    const counters = [
      counter('cost', 1_000n, 20n),
      counter('tokens', 1_000n, 10n),
      counter('requests', 9n, 1n),
    ];
    const charge = lateCharge(before, wanted, counters);
    expect(charge).toEqual(wanted);
    expect(correctedCounters(before, charge, counters).map(({ value }) => value.settled)).toEqual([
      100n,
      50n,
    ]);
  });

  it('is charged no more than the tightest limit has room for; the rest is noted', () => {
    const counters = [counter('cost', 1_000n, 20n), counter('cost', 50n, 45n), counter('tokens', 10n, 10n)];
    const charge = lateCharge(before, wanted, counters);
    expect(charge).toEqual({ cost: 25n, uncharged: 80n, tokens: 10, requests: 1 });
    expect(correctedCounters(before, charge, counters).map(({ value }) => value.settled)).toEqual([25n, 50n]);
  });

  it('grows by nothing under a limit that was lowered below what is spent', () => {
    expect(lateCharge(before, wanted, [counter('cost', 10n, 500n)])).toMatchObject({
      cost: 20n,
      uncharged: 85n,
    });
  });

  it('gives back what was charged too much, and the request that reached no model', () => {
    const counters = [
      counter('cost', 20n, 20n),
      counter('requests', 1n, 1n),
      counter('cost', 5n, 0n, 'minute'),
    ];
    const charge = lateCharge(before, { cost: 0n, uncharged: 0n, tokens: 0, requests: 0 }, counters);
    expect(charge).toMatchObject({ cost: 0n, uncharged: 0n });
    expect(correctedCounters(before, charge, counters).map(({ value }) => value.settled)).toEqual([0n, 0n]);
  });
});
