import { describe, expect, it } from 'vitest';
import { latencySteps } from '../core/usage-hours.ts';
import { emptySum } from '../core/usage-sum.ts';
import { percentile, regroup, totalOf } from './usage-sums.ts';

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

describe('groups', () => {
  it('are put together by what is left of them', () => {
    const sum = (hour: number, requests: number, model: string) => ({
      ...emptySum,
      group: { hour, model },
      requests,
      cost: BigInt(requests),
      duration: counts([1, requests]),
    });
    const sums = [sum(1, 1, 'a'), sum(1, 2, 'b'), sum(2, 4, 'a')];
    const byModel = regroup(sums, ({ group: { model } }) => ({ model }));
    expect(byModel.map(({ group, requests, duration }) => [group.model, requests, duration[1]])).toEqual([
      ['a', 5, 5],
      ['b', 2, 2],
    ]);
    expect(totalOf(byModel)).toMatchObject({ group: {}, requests: 7, cost: 7n, duration: counts([1, 7]) });
  });
});
