import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limit, LimitMetric, WorstCase } from '../core/limits.ts';
import { costOf } from '../core/money.ts';
import type { Counter } from './counter.ts';
import { type Account, amountOf, decide } from './reserve.ts';

const account = (metric: LimitMetric, amount: bigint, settled = 0n, held = 0n): Account => ({
  limit: {
    id: `lim_${metric}`,
    scope: { key: 'k' },
    metric,
    window: 'month',
    amount,
    timeZone: 'UTC',
    source: 'admin',
  } satisfies Limit,
  subject: '',
  span: { start: 0, end: 10_000 },
  life: {},
  counter: { limitId: 'l', subject: '', windowStart: 0, settled, held, dirty: false } satisfies Counter,
});

const worst = (change: Partial<WorstCase> = {}): WorstCase => ({
  promptTokens: 100,
  outputCap: 1_000,
  leastOutputCap: 1_000,
  choices: 1,
  promptCost: 100n * 1_000_000_000n,
  outputPrice: 10_000_000_000n,
  ...change,
});

describe('a request under limits', () => {
  it('is refused by a limit without room, with what it needed', () => {
    const { refusal } = decide(
      worst(),
      [account('requests', 10n, 9n), account('cost', 10_099_999n, 0n, 1n)],
      0,
    );
    expect(refusal).toMatchObject({
      limit: { metric: 'cost' },
      settled: 0n,
      held: 1n,
      needed: 10_100_000n,
      resetsAt: 10_000,
    });
  });

  it('is told of the limit that lasts, of several without room', () => {
    const [minute, spent] = [account('concurrent', 1n, 0n, 1n), account('cost', 10n)];
    for (const accounts of [
      [minute, spent],
      [spent, minute],
    ]) {
      expect(decide(worst(), accounts, 0).refusal?.limit.metric).toBe('cost');
    }
  });

  it('fits to the last nano-USD', () => {
    expect(decide(worst(), [account('cost', 10_100_000n)], 0).reserved?.cost).toBe(10_100_000n);
  });

  it('gets a lower cap where it set none, never below the least', () => {
    const flexible = worst({ leastOutputCap: 16 });
    expect(decide(flexible, [account('cost', 5_100_000n)], 0).reserved).toMatchObject({
      outputCap: 500,
      cost: 5_100_000n,
      tokens: 600,
    });
    expect(decide(flexible, [account('tokens', 116n)], 0).reserved?.outputCap).toBe(16);
    expect(decide(flexible, [account('tokens', 115n)], 0).refusal?.needed).toBe(116n);
  });

  it('is thrifty only under limits that its words count for, when nobody said how much it may write', () => {
    const unstated = worst({ leastOutputCap: 16, limitedOutputCap: 100 });
    expect(decide(unstated, [account('requests', 5n)], 0).reserved?.outputCap).toBe(1_000);
    expect(decide(unstated, [account('tokens', 10_000n)], 0).reserved?.outputCap).toBe(100);
  });

  it('says how long to wait: for requests under way a moment, for spent money until the window turns, else never', () => {
    const waitOf = (given: Account) => decide(worst(), [given], 4_000).refusal?.retryAfterMs;
    expect(waitOf(account('concurrent', 10n, 0n, 10n))).toBe(1_000);
    expect(waitOf(account('tokens', 2_000n, 500n, 1_000n))).toBe(1_000);
    // A request under way will have been made when it ends.
    expect(waitOf(account('requests', 10n, 5n, 5n))).toBe(6_000);
    expect(waitOf(account('requests', 10n, 10n, 0n))).toBe(6_000);
    expect(waitOf(account('cost', 10n))).toBe(undefined);
  });

  const metric = fc.constantFrom<LimitMetric>('cost', 'tokens', 'requests', 'concurrent');
  const amount = fc.bigInt({ min: 0n, max: 10n ** 13n });

  it('never passes any of them, and no smaller cap was needed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(metric, amount, amount, amount), { maxLength: 4 }),
        fc.record({
          promptTokens: fc.nat(100_000),
          outputCap: fc.nat(100_000),
          least: fc.nat(20),
          choices: fc.integer({ min: 1, max: 4 }),
          inputPrice: fc.bigInt({ min: 0n, max: 10n ** 11n }),
          outputPrice: fc.bigInt({ min: 0n, max: 10n ** 11n }),
        }),
        (limits, given) => {
          const accounts = limits.map(([each, total, settled, held]) => account(each, total, settled, held));
          const request = worst({
            ...given,
            leastOutputCap: Math.min(given.least, given.outputCap),
            promptCost: BigInt(given.promptTokens) * given.inputPrice,
          });
          const { reserved, refusal } = decide(request, accounts, 0);
          const fits = (cap: number) => {
            const usage = { input: given.promptTokens, output: cap * given.choices };
            const price = { version: 'x', input: given.inputPrice, output: given.outputPrice };
            const all = { cost: costOf(usage, price), tokens: usage.input + usage.output };
            return accounts.every(
              ({ limit, counter }) =>
                counter.settled + counter.held + amountOf(limit.metric, all) <= limit.amount,
            );
          };
          if (refusal) expect(fits(request.leastOutputCap)).toBe(false);
          else {
            expect(fits(reserved.outputCap)).toBe(true);
            if (reserved.outputCap < request.outputCap) expect(fits(reserved.outputCap + 1)).toBe(false);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
