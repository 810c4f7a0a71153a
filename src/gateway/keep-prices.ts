// Prices in force while the gateway runs: those of the configuration go to the store, those of administrators come from it.
// A part of the composition root; knows nothing of requests.
import type { Logger } from 'pino';
import { startUpkeep } from '../accounts/ledger-retention.ts';
import type { PriceBook } from '../accounts/prices.ts';
import type { LiveConfig } from '../config/watch.ts';

/** How soon a price that an administrator set is in force on every node. */
const pricesPace = { pauseMs: 1_000, restMs: 1_000 };

/** Prices in force are in the store before the first request; those of a reload follow it at once. */
export async function keepPrices(
  prices: PriceBook,
  config: LiveConfig,
  log: Logger,
): Promise<AsyncDisposable> {
  await prices.keep(config.routes.models());
  await prices.refresh();
  config.onReload((result, current) => {
    if (result.outcome !== 'changed') return;
    prices.keep(current.routes.models()).catch((err) => log.error({ err }, 'prices were not kept'));
  });
  return refreshOften(prices);
}

/** Prices that another process keeps are in force here before the first request, and soon after they were set. */
export async function followPrices(prices: PriceBook): Promise<AsyncDisposable> {
  await prices.refresh();
  return refreshOften(prices);
}

function refreshOften(prices: PriceBook): AsyncDisposable {
  const refresh = async () => {
    await prices.refresh();
    return false;
  };
  // A store that is away is told of by whoever needs it for a request.
  return startUpkeep(refresh, () => {}, pricesPace);
}
