import { describe, expect, it } from 'vitest';
import { createAttemptLimit } from './attempt-limit.ts';

describe('attempts', () => {
  let now = 1_000_000;
  const limit = createAttemptLimit({ burst: 3, refillMs: 1_000 }, { now: () => now, monotonic: () => now });

  it('are there in a burst, then one by one', () => {
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0]);
    expect(limit.take('a')).toBe(1_000);
    expect(limit.take('b')).toBe(0);
    now += 400;
    expect(limit.take('a')).toBe(600);
    now += 600;
    expect(limit.take('a')).toBe(0);
    expect(limit.take('a')).toBe(1_000);
  });

  it('that succeeded are none', () => {
    now += 10_000;
    for (let time = 0; time < 20; time++) {
      expect(limit.take('c')).toBe(0);
      limit.giveBack('c');
    }
    limit.giveBack('nobody');
  });

  it('of a flood of names are forgotten, the oldest first', () => {
    for (let time = 0; time < 3; time++) limit.take('old');
    expect(limit.take('old')).toBeGreaterThan(0);
    for (let name = 0; name < 10_001; name++) limit.take(`flood ${name}`);
    expect(limit.take('old')).toBe(0);
  });
});
