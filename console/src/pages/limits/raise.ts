// A larger amount in proportion, in whole nano-USD or whole numbers: never a float, always larger.
import { nanoOf } from '../../ui/format/money.ts';
import type { Metric } from './limit-words.ts';

/** `percent` of the amount, rounded up, as people write it. */
export function raised(metric: Metric, amount: string, percent: bigint): string {
  if (metric !== 'cost') return String(partOf(BigInt(amount), percent));
  const nano = partOf(nanoOf(amount), percent);
  const fraction = String(nano % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const whole = String(nano / 1_000_000_000n);
  return fraction === '' ? whole : `${whole}.${fraction.padEnd(2, '0')}`;
}

const partOf = (amount: bigint, percent: bigint) => (amount * percent + 99n) / 100n;
