// A settlement that comes after others took its node for dead and closed its row at the last checkpoint. What really
// happened takes the place of that, but what was freed may have been promised to others since: so the charge grows only as
// far as the limits have room, and the rest is noted as not charged. Pure.
import type { CounterValue } from '../../budgets/books.ts';
import type { Charged } from '../../budgets/charge.ts';
import { isSliding } from '../../budgets/counter.ts';
import type { NeededCounter } from './counters.ts';

/** What the row was charged when it was closed. */
export interface RecoveredCharge {
  readonly cost: bigint;
  readonly tokens: number;
}

/** A counter that is there, as it stands. */
export interface LateCounter extends NeededCounter {
  readonly value: CounterValue;
}

/** The charge that fits: at least what was charged before, or less where less was used. */
export function lateCharge(
  before: RecoveredCharge,
  wanted: Charged,
  counters: readonly LateCounter[],
): Charged {
  const cost = grown(before.cost, wanted.cost, room(counters, 'cost'));
  const tokens = grown(BigInt(before.tokens), BigInt(wanted.tokens), room(counters, 'tokens'));
  return {
    cost,
    uncharged: wanted.uncharged + wanted.cost - cost,
    tokens: Number(tokens),
    requests: wanted.requests,
  };
}

/** The counters after the row's charge was replaced; sliding minutes are over by then, or full until they are. */
export function correctedCounters(
  before: RecoveredCharge,
  charge: Charged,
  counters: readonly LateCounter[],
): LateCounter[] {
  const change = {
    cost: charge.cost - before.cost,
    tokens: BigInt(charge.tokens - before.tokens),
    requests: BigInt(charge.requests - 1),
    concurrent: 0n,
  };
  return counters.flatMap((counter) => {
    const { limit } = counter.applied;
    const by = change[limit.metric];
    if (by === 0n || isSliding(limit)) return [];
    return [{ ...counter, value: { ...counter.value, settled: counter.value.settled + by } }];
  });
}

function grown(before: bigint, wanted: bigint, most: bigint | undefined): bigint {
  if (wanted <= before || most === undefined) return wanted;
  const by = wanted - before;
  return before + (by < most ? by : most);
}

/** `undefined` where nothing limits it. */
function room(counters: readonly LateCounter[], metric: 'cost' | 'tokens'): bigint | undefined {
  let least: bigint | undefined;
  for (const { applied, value } of counters) {
    if (applied.limit.metric !== metric || isSliding(applied.limit)) continue;
    const left = applied.limit.amount - value.settled - value.held;
    if (least === undefined || left < least) least = left;
  }
  return least === undefined || least > 0n ? least : 0n;
}
