// Which of many sums are the first: by cost, requests, tokens or errors. What is cut off is one sum, last.
import { totalOf } from '../../accounts/usage-sums.ts';
import type { UsageSum } from '../../core/usage-sum.ts';
import type * as contract from '../contract/usage.ts';

const measures: Readonly<Record<contract.UsageOrder, (sum: UsageSum) => bigint>> = {
  cost: (sum) => sum.cost,
  requests: (sum) => BigInt(sum.requests),
  tokens: (sum) => BigInt(sum.input + sum.output),
  errors: (sum) => BigInt(sum.errors),
};

/** Largest first; the same by what else there is to see, so that the order never depends on the database. */
export function inOrder(sums: readonly UsageSum[], orderBy: contract.UsageOrder): UsageSum[] {
  const measure = measures[orderBy];
  const compared = (a: bigint, b: bigint) => (a < b ? 1 : a > b ? -1 : 0);
  return [...sums].sort(
    (a, b) =>
      compared(measure(a), measure(b)) ||
      b.requests - a.requests ||
      b.errors - a.errors ||
      (JSON.stringify(a.group) < JSON.stringify(b.group) ? -1 : 1),
  );
}

export function topOf(sums: readonly UsageSum[], most: number, dimension: string): string[] {
  return sums.slice(0, most).map(({ group }) => String(group[dimension] ?? ''));
}

/** The first `most`, and all others as one whose group has no value of the dimension. */
export function withoutTail(sums: readonly UsageSum[], most: number, dimension: string): UsageSum[] {
  if (sums.length <= most) return [...sums];
  const tail = totalOf(sums.slice(most));
  const { [dimension]: _, ...group } = sums[0]?.group ?? {};
  return [...sums.slice(0, most), { ...tail, group }];
}

/** By the hour or bucket of their group, and of each as `inOrder`. */
export function byTime(sums: readonly UsageSum[], orderBy: contract.UsageOrder): UsageSum[] {
  const at = ({ group }: UsageSum) => Number(group.hour ?? group.bucket ?? 0);
  return inOrder(sums, orderBy).sort((a, b) => at(a) - at(b));
}
