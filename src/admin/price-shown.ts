// The arithmetic behind the cost of a row, from the version of the price that the row names.
import { formatUsd, type Price } from '../core/money.ts';
import type { PublicModel } from '../core/ports.ts';
import { formatProduct, priceArithmetic } from '../core/price-lines.ts';
import { parseTerms } from '../core/price-terms.ts';
import type { PriceStore } from '../core/prices.ts';
import type { RequestRow } from '../core/request-search.ts';
import type { PriceArithmetic } from './contract/ledger.ts';

export interface PriceParts {
  readonly prices: Pick<PriceStore, 'price'>;
  readonly models: () => readonly PublicModel[];
}

/** `null` where nothing is charged by a usage, or the version is not known. */
export async function showPrice(
  { usage, cost, uncharged, priceVersion, model }: RequestRow,
  { prices, models }: PriceParts,
): Promise<PriceArithmetic | null> {
  if (!usage || cost === undefined) return null;
  const price = await priceOf(priceVersion, { prices, models });
  if (!price) return null;
  const { lines, sum, total, tierAbove, service } = priceArithmetic(usage, price);
  return {
    version: priceVersion,
    model,
    lines: lines.map(({ tokenClass, tokens, rate, rateOf, product }) => ({
      class: tokenClass,
      tokens,
      usd_per_million: formatUsd(rate),
      rate_of: rateOf,
      usd: formatProduct(product),
    })),
    sum_usd: formatProduct(sum),
    total_usd: formatUsd(total),
    total_nanousd: String(total),
    tier_above: tierAbove ?? null,
    service: service ?? null,
    matches: total === cost + uncharged,
  };
}

/** What this node has not written down yet is in its configuration. */
async function priceOf(version: string, { prices, models }: PriceParts): Promise<Price | undefined> {
  const record = await prices.price(version);
  if (record) return parseTerms(record.terms, version);
  return models().find(({ price }) => price?.version === version)?.price;
}
