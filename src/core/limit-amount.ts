// The amount of a limit as people write it: USD for money, whole numbers for all else.
import type { LimitMetric } from './limits.ts';
import { parseUsd } from './money.ts';

/** A signed 64-bit integer. */
const largestNano = 2n ** 63n - 1n;

/** Nano-USD for `cost`; `undefined` for what is no amount of this metric. JSON shows the others as numbers, so 2^53 bounds them. */
export function readAmount(metric: LimitMetric, amount: string | number): bigint | undefined {
  if (metric === 'cost') {
    const nano = parseUsd(amount);
    return nano !== undefined && nano <= largestNano ? nano : undefined;
  }
  const whole = typeof amount === 'number' ? amount : /^\d{1,16}$/.test(amount) ? Number(amount) : Number.NaN;
  return Number.isSafeInteger(whole) && whole >= 0 ? BigInt(whole) : undefined;
}

/** Ends the sentence "it must be …". */
export function amountRule(metric: LimitMetric): string {
  return metric === 'cost'
    ? 'USD, 0 or more and below 9 billion, with at most 9 decimal places, such as 50 or "12.50"'
    : `a whole number of ${metric === 'tokens' ? 'tokens' : 'requests'}, 0 or more`;
}
