import { describe, expect, it } from 'vitest';
import { createWindowOf } from '../budgets/window.ts';
import { latencySteps } from '../core/usage-hours.ts';
import { byDay, emptySum, percentile, totalOf } from './usage-sums.ts';

const counts = (...pairs: [step: number, count: number][]) =>
  Array.from({ length: latencySteps.length + 1 }, (_, step) => pairs.find(([at]) => at === step)?.[1] ?? 0);

describe('percentiles of a histogram', () => {
  it('lie within the step that has them', () => {
    expect(percentile(counts([4, 100]), 0.5)).toBe(138);
    expect(percentile(counts([4, 90], [8, 10]), 0.95)).toBe(875);
    expect(percentile(counts([0, 1]), 0.5)).toBe(5);
  });

  it('are the last bound above it, and unknown of nothing', () => {
    expect(percentile(counts([15, 3]), 0.5)).toBe(60_000);
    expect(percentile(counts(), 0.5)).toBe(undefined);
  });
});

describe('days', () => {
  const hour = (text: string) => Date.parse(text);
  const sum = (at: number, requests: number, model = 'a') => ({
    ...emptySum,
    group: { hour: at, model },
    requests,
    cost: BigInt(requests),
  });

  it('begin where the time zone says, also when clocks change', () => {
    const sums = [
      sum(hour('2026-10-24T21:00:00Z'), 1),
      sum(hour('2026-10-24T22:00:00Z'), 2),
      sum(hour('2026-10-25T22:00:00Z'), 4),
      sum(hour('2026-10-25T23:00:00Z'), 8),
    ];
    const days = byDay(sums, createWindowOf(), 'Europe/Berlin');
    expect(days.map(({ group, requests }) => [new Date(Number(group.hour)).toISOString(), requests])).toEqual(
      [
        ['2026-10-23T22:00:00.000Z', 1],
        ['2026-10-24T22:00:00.000Z', 6],
        ['2026-10-25T23:00:00.000Z', 8],
      ],
    );
  });

  it('keep the other dimensions apart', () => {
    const at = hour('2026-11-01T10:00:00Z');
    const days = byDay(
      [sum(at, 1, 'a'), sum(at, 2, 'b'), sum(at + 3_600_000, 4, 'a')],
      createWindowOf(),
      'UTC',
    );
    expect(days.map(({ group, requests }) => [group.model, requests])).toEqual([
      ['a', 5],
      ['b', 2],
    ]);
    expect(totalOf(days)).toMatchObject({ requests: 7, cost: 7n });
  });
});
