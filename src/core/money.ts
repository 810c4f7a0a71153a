// Money is integer nano-USD (1 USD = 1,000,000,000 nano-USD) in bigint: no floats anywhere near it.
import type { Usage } from './usage.ts';

export type NanoUsd = bigint;

/** Nano-USD per million tokens, per token class. Absent classes cost what `input` or `output` costs. */
export interface Price {
  /** Names the row of the price table this came from; every ledger row keeps it. */
  readonly version: string;
  readonly input: NanoUsd;
  readonly output: NanoUsd;
  readonly cachedInput?: NanoUsd;
  readonly cacheWrite?: NanoUsd;
  readonly reasoning?: NanoUsd;
}

const perMillion = 1_000_000n;
const roundUp = perMillion - 1n;

/** Cost of `usage` in nano-USD: one ceiling division over the sum of all classes. */
export function costOf(usage: Usage, price: Price): NanoUsd {
  const { cachedInput = 0, cacheWrite = 0, reasoning = 0 } = usage;
  const plainInput = Math.max(usage.input - cachedInput - cacheWrite, 0);
  const plainOutput = Math.max(usage.output - reasoning, 0);
  // Classes nobody used cost no arithmetic: most requests have two.
  let sum = BigInt(plainInput) * price.input + BigInt(plainOutput) * price.output;
  if (cachedInput > 0) sum += BigInt(cachedInput) * (price.cachedInput ?? price.input);
  if (cacheWrite > 0) sum += BigInt(cacheWrite) * (price.cacheWrite ?? price.input);
  if (reasoning > 0) sum += BigInt(reasoning) * (price.reasoning ?? price.output);
  return (sum + roundUp) / perMillion;
}

const decimalUsd = /^(\d{1,12})(?:\.(\d{1,9}))?$/;

/** `"1.25"` or `1.25` USD -> 1250000000n; `undefined` if it is not a plain decimal with up to 9 places. */
export function parseUsd(value: string | number): NanoUsd | undefined {
  const match = decimalUsd.exec(typeof value === 'number' ? plainDecimal(value) : value.trim());
  if (!match) return undefined;
  const [, whole = '0', fraction = ''] = match;
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** A number as YAML gives it, without an exponent; anything finer than a nano-USD keeps its digits and is refused. */
function plainDecimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  const expanded = value.toFixed(20).replace(/0+$/, '').replace(/\.$/, '');
  return Number(expanded) === value ? expanded : text;
}

/** 1250000000n -> `"1.25"`: exact, no trailing zeros. */
export function formatUsd(nano: NanoUsd): string {
  const sign = nano < 0n ? '-' : '';
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -9)}${fraction ? `.${fraction}` : ''}`;
}
