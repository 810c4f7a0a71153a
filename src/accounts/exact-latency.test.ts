import { describe, expect, it } from 'vitest';
import { latencySteps, stepOf } from '../core/usage-hours.ts';
import type { LatencyRow } from '../core/usage-report.ts';
import { emptySum, type UsageSum } from '../core/usage-sum.ts';
import { fewLatencies, isExact, percentileOf, withTimes } from './exact-latency.ts';

const row = (model: string, startedAt: number, durationMs: number): LatencyRow => ({
  key: 'key_1',
  project: 'prj_1',
  model,
  provider: 'local',
  startedAt,
  durationMs,
});
const sumOf = (group: UsageSum['group'], ...times: number[]): UsageSum => {
  const duration = [...latencySteps, 0].map((_, step) => times.filter((ms) => stepOf(ms) === step).length);
  return { ...emptySum, group, requests: times.length, duration };
};
const hour = 3_600_000;

describe('the percentiles of few requests', () => {
  it('are those of the one there is', () => {
    const [sum = emptySum] = withTimes([sumOf({}, 522)], [row('a', 0, 522)]);
    expect([0.5, 0.95, 0.99].map((share) => percentileOf(sum, 'duration', share))).toEqual([522, 522, 522]);
    expect(percentileOf(sum, 'firstToken', 0.5)).toBe(undefined);
    expect(isExact(sum)).toBe(true);
  });

  it('go by the groups of the sums, the others to the sum of others', () => {
    const rows = [row('a', 0, 10), row('b', 0, 90), row('c', 0, 70), row('a', hour, 30)];
    const sums = [
      sumOf({ hour: 0, model: 'a' }, 10),
      sumOf({ hour: 0 }, 90, 70),
      sumOf({ hour, model: 'a' }, 30),
    ];
    const timed = withTimes(sums, rows);
    expect(timed.map((sum) => sum.times?.duration)).toEqual([[10], [70, 90], [30]]);
    const buckets = withTimes([sumOf({ bucket: -5 }, 10, 90, 70), sumOf({ bucket: hour }, 30)], rows, [
      -5,
      hour,
    ]);
    expect(buckets.map((sum) => percentileOf(sum, 'duration', 1))).toEqual([90, 30]);
  });

  it('are estimated where a row is gone', () => {
    const [sum = emptySum] = withTimes([sumOf({}, 522, 530)], [row('a', 0, 522)]);
    expect(percentileOf(sum, 'duration', 0.5)).toBe(625);
    expect(isExact(sum)).toBe(false);
  });

  it('ask for no rows where there are many, or none', async () => {
    let asked = 0;
    const reader = {
      latencies: () => {
        asked++;
        return Promise.resolve([]);
      },
    };
    const many = sumOf({}, ...new Array<number>(1_001).fill(5));
    expect(await fewLatencies(reader, { from: 0, to: hour }, many)).toBe(undefined);
    expect(await fewLatencies(reader, { from: 0, to: hour }, emptySum)).toBe(undefined);
    expect(asked).toBe(0);
    expect(await fewLatencies(reader, { from: 0, to: hour }, sumOf({}, 5))).toEqual([]);
  });
});
