// Prices in force: what the configuration says, and what administrators set while the gateway runs. The file's price wins; of
// an administrator's prices the newest that is valid by now; then the list that came with the gateway. Each is kept in the
// store under its version, for rows of the ledger to be recomputed from.
import type { Clock } from '../core/clock.ts';
import type { Price } from '../core/money.ts';
import type { PublicModel, RouteReader } from '../core/ports.ts';
import { parseTerms, writeTerms } from '../core/price-terms.ts';
import type { PriceRecord, PriceStore } from '../core/prices.ts';

export interface PriceBook {
  /** The routes, with administrators' prices put in. */
  readonly routes: RouteReader;
  /** Keeps the prices of these models under their versions: at the start, and when a reload was taken over. */
  keep(models: readonly PublicModel[]): Promise<void>;
  /** Reads administrators' prices anew: at the start, and when generation `prices` has grown. */
  refresh(): Promise<void>;
}

interface Administered {
  readonly price: Price;
  /** Unix ms. */
  readonly validFrom: number;
}

export function createPriceBook(
  routes: RouteReader,
  store: Pick<PriceStore, 'record' | 'administered'>,
  clock: Pick<Clock, 'now'>,
): PriceBook {
  let administered: ReadonlyMap<string, readonly Administered[]> = new Map();
  /** A priced model for each model of the configuration, as long as its price stays the same. */
  let priced = new WeakMap<PublicModel, PublicModel>();

  function withPrice(model: PublicModel): PublicModel {
    if (administered.size === 0 || model.priceFrom === 'config') return model;
    const now = clock.now();
    const found = administered.get(model.name)?.findLast(({ validFrom }) => validFrom <= now);
    if (!found) return model;
    const known = priced.get(model);
    if (known?.price === found.price) return known;
    const made = Object.freeze({ ...model, price: found.price });
    priced.set(model, made);
    return made;
  }

  return {
    routes: {
      model(name) {
        const model = routes.model(name);
        return model && withPrice(model);
      },
      models: () => (administered.size === 0 ? routes.models() : routes.models().map(withPrice)),
    },
    keep: (models) => store.record(models.flatMap((model) => recordOf(model, clock.now()))),
    async refresh() {
      administered = byModel(await store.administered());
      priced = new WeakMap();
    },
  };
}

function recordOf({ name, price, priceFrom }: PublicModel, now: number): PriceRecord[] {
  if (!price) return [];
  const source = priceFrom === 'config' ? 'config' : 'seed';
  return [
    {
      version: price.version,
      model: name,
      terms: writeTerms(price),
      source,
      validFrom: now,
      createdAt: now,
    },
  ];
}

/** Oldest first, as they come. */
function byModel(records: readonly PriceRecord[]): ReadonlyMap<string, readonly Administered[]> {
  const found = new Map<string, Administered[]>();
  for (const { model, terms, version, validFrom } of records) {
    const entry = { price: parseTerms(terms, version), validFrom };
    const others = found.get(model);
    if (others) others.push(entry);
    else found.set(model, [entry]);
  }
  return found;
}
