// Whatever the stretch and its buckets: days put right by hours are the hours themselves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from './usage-hours.ts';
import { planUsage } from './usage-plan.ts';

/** What each bucket counts, hour by hour, as the plan has it. */
function counted(plan: ReturnType<typeof planUsage>, buckets: number): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (bucket: number | undefined, hour: number, by: number) => {
    if (bucket === undefined) return;
    const name = `${bucket} ${hour}`;
    counts.set(name, (counts.get(name) ?? 0) + by);
    if (counts.get(name) === 0) counts.delete(name);
  };
  for (const { from, to, bucket } of plan.days) {
    expect(bucket).toBeLessThan(buckets);
    for (let hour = from; hour < to; hour += hourMs) add(bucket, hour, 1);
  }
  for (const { hours, from, to } of plan.moved) {
    for (const hour of hours) {
      add(from, hour, -1);
      add(to, hour, 1);
    }
  }
  return counts;
}

function expected(from: number, to: number, starts: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let hour = from; hour < to; hour += hourMs) {
    counts.set(`${starts.findLastIndex((start, index) => index === 0 || start <= hour)} ${hour}`, 1);
  }
  return counts;
}

describe('planUsage', () => {
  it('reads days alone where everything begins at midnight in UTC', () => {
    const plan = planUsage(0, 10 * dayMs, [0, 7 * dayMs]);
    expect(plan).toEqual({
      days: [
        { from: 0, to: 7 * dayMs, bucket: 0 },
        { from: 7 * dayMs, to: 10 * dayMs, bucket: 1 },
      ],
      moved: [],
    });
  });

  it('moves at most half a day at each edge', () => {
    const offset = 8 * hourMs;
    const starts = Array.from({ length: 365 }, (_, day) => day * dayMs + offset);
    const plan = planUsage(offset, 365 * dayMs + offset, starts);
    expect(plan.moved.flatMap(({ hours }) => hours)).toHaveLength(366 * 8);
  });

  it('takes no longer for all of time', () => {
    const plan = planUsage(hourMs, Math.floor(Number.MAX_SAFE_INTEGER / hourMs) * hourMs, [0]);
    expect(plan.days.length).toBeLessThanOrEqual(3);
  });

  it('counts every hour once, in the bucket in which it begins', () => {
    const whole = fc.integer({ min: 0, max: 24 * 12 });
    // In quarters of an hour, as zones have them.
    const starts = fc.array(fc.integer({ min: 1, max: 4 * 24 * 12 }), { maxLength: 15 });
    fc.assert(
      fc.property(whole, whole, starts, (a, b, quarters) => {
        const [from, to] = [Math.min(a, b) * hourMs, Math.max(a, b) * hourMs];
        if (from === to) return;
        const rest = [...new Set(quarters)]
          .map((quarter) => quarter * (hourMs / 4))
          .filter((start) => start > from)
          .sort((x, y) => x - y);
        const all = [from, ...rest];
        expect(counted(planUsage(from, to, all), all.length)).toEqual(expected(from, to, all));
      }),
      { numRuns: 500 },
    );
  });
});
