import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Counter,
  holdIn,
  settleIn,
  slide,
  slidingSeconds,
  slotsFromText,
  slotsToText,
} from './counter.ts';

const minute = (): Counter => ({
  limitId: 'l',
  subject: '',
  windowStart: 0,
  settled: 0n,
  held: 0n,
  slots: [],
  dirty: false,
});

describe('a sliding minute', () => {
  it('has no boundary to burst at', () => {
    const counter = minute();
    holdIn(counter, 600n, 59);
    slide(counter, 60);
    expect(counter.held).toBe(600n);
    slide(counter, 59 + slidingSeconds - 1);
    expect(counter.held).toBe(600n);
    slide(counter, 59 + slidingSeconds);
    expect(counter.held).toBe(0n);
  });

  it('settles in the second of the hold, also when others came since', () => {
    const counter = minute();
    holdIn(counter, 100n, 10);
    holdIn(counter, 50n, 30);
    settleIn(counter, 100n, 7n, 10);
    expect(counter).toMatchObject({ settled: 7n, held: 50n });
    slide(counter, 10 + slidingSeconds);
    expect(counter).toMatchObject({ settled: 0n, held: 50n });
    // Its second has left the minute: there is nothing to give back.
    settleIn(counter, 100n, 7n, 10);
    expect(counter).toMatchObject({ settled: 0n, held: 50n });
  });

  it('takes seconds from under a clock that was set back for now, so they leave in time', () => {
    const counter = minute();
    holdIn(counter, 5n, 1_000_000);
    slide(counter, 100);
    expect(counter.held).toBe(5n);
    slide(counter, 100 + slidingSeconds);
    expect(counter.held).toBe(0n);
  });

  it('is the sum of what began in the last minute, in whatever order things happen', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ wait: fc.nat(25), amount: fc.nat(1000), settleAfter: fc.nat(5), used: fc.nat(1000) }),
        ),
        (steps) => {
          const counter = minute();
          const rows: { second: number; amount: number; used?: number }[] = [];
          let now = 1_000;
          for (const [index, { wait, amount, used, settleAfter }] of steps.entries()) {
            now += wait;
            slide(counter, now);
            holdIn(counter, BigInt(amount), now);
            rows.push({ second: now, amount });
            const row = rows[index - settleAfter];
            if (row && row.used === undefined) {
              row.used = Math.min(used, row.amount);
              settleIn(counter, BigInt(row.amount), BigInt(row.used), row.second);
            }
            const live = rows.filter(({ second }) => second > now - slidingSeconds);
            const sum = (of: (row: (typeof rows)[number]) => number) =>
              BigInt(live.reduce((total, each) => total + of(each), 0));
            expect(counter.held).toBe(sum((each) => (each.used === undefined ? each.amount : 0)));
            expect(counter.settled).toBe(sum((each) => each.used ?? 0));
            const slots = counter.slots ?? [];
            expect(slotsFromText(slotsToText(slots))).toEqual(
              slots.map(({ second, settled, held }) => ({ second, settled, held })),
            );
          }
        },
      ),
    );
  });
});
