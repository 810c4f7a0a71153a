// What tokens cost, in whole nano-USD as the ledger counts: no floats. While an answer runs its tokens are an estimate, and so is
// this; once the ledger has the row, that is what is shown.
import type { ReportedUsage } from '../stream/answer.ts';

/** Nano-USD per million tokens. */
export interface Rates {
  readonly input: bigint;
  readonly output: bigint;
  readonly cachedInput: bigint;
  readonly cacheWrite: bigint;
  readonly reasoning: bigint;
}

export interface TieredRates extends Rates {
  /** For prompts of more than `above` tokens; ascending. */
  readonly tiers: readonly (Rates & { readonly above: number })[];
}

const perMillion = 1_000_000n;

/** From the terms of a price as the admin API writes them: USD per million tokens as decimals. */
export function readRates(terms: unknown): TieredRates | undefined {
  const base = ratesOf(terms);
  if (!base) return undefined;
  const { tiers } = terms as { tiers?: readonly { above?: number }[] };
  return {
    ...base,
    tiers: (tiers ?? []).flatMap((tier) => {
      const rates = ratesOf(tier);
      return rates ? [{ ...rates, above: Number(tier.above ?? 0) }] : [];
    }),
  };
}

/** One division over the sum of all classes, rounded up, as the ledger does it. */
export function costOf(usage: ReportedUsage, tiered: TieredRates): bigint {
  const { input, output, cachedInput = 0, cacheWrite = 0, reasoning = 0 } = usage;
  const rates = tiered.tiers.findLast(({ above }) => input > above) ?? tiered;
  const sum =
    BigInt(Math.max(input - cachedInput - cacheWrite, 0)) * rates.input +
    BigInt(cachedInput) * rates.cachedInput +
    BigInt(cacheWrite) * rates.cacheWrite +
    BigInt(Math.max(output - reasoning, 0)) * rates.output +
    BigInt(reasoning) * rates.reasoning;
  return (sum + perMillion - 1n) / perMillion;
}

export function isFree(rates: TieredRates): boolean {
  return [rates, ...rates.tiers].every(({ input, output, cachedInput, cacheWrite, reasoning }) =>
    [input, output, cachedInput, cacheWrite, reasoning].every((rate) => rate === 0n),
  );
}

function ratesOf(terms: unknown): Rates | undefined {
  if (typeof terms !== 'object' || terms === null) return undefined;
  const { input, output, cached_input, cache_write, reasoning } = terms as Record<string, unknown>;
  const inputRate = nanoUsd(input);
  const outputRate = nanoUsd(output);
  if (inputRate === undefined || outputRate === undefined) return undefined;
  return {
    input: inputRate,
    output: outputRate,
    cachedInput: nanoUsd(cached_input) ?? inputRate,
    cacheWrite: nanoUsd(cache_write) ?? inputRate,
    reasoning: nanoUsd(reasoning) ?? outputRate,
  };
}

/** `"1.25"` USD -> 1250000000n. */
function nanoUsd(decimal: unknown): bigint | undefined {
  if (typeof decimal !== 'string' && typeof decimal !== 'number') return undefined;
  const match = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(String(decimal));
  if (!match) return undefined;
  return BigInt(match[1] ?? '0') * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}
