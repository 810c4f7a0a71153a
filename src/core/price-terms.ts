// The written form of a price: how tollgate.yaml, the seed, the admin API and the table of prices have it. USD per million
// tokens as decimals; read into nano-USD, and written back in one canonical spelling. Knows no file and no database.
import { createHash } from 'node:crypto';
import { formatUsd, type NanoUsd, type Price, parseUsd, type Rates, type TieredRates } from './money.ts';

/** Name of each class in writing, in the order it is written. */
const classes = {
  input: 'input',
  cached_input: 'cachedInput',
  cache_write: 'cacheWrite',
  cache_write_1h: 'cacheWrite1h',
  audio_input: 'audioInput',
  cached_audio_input: 'cachedAudioInput',
  image_input: 'imageInput',
  output: 'output',
  reasoning: 'reasoning',
  audio_output: 'audioOutput',
  image_output: 'imageOutput',
} as const satisfies Record<string, keyof Rates>;
type PriceClass = keyof typeof classes;

type Decimal = string | number;

export type RateTerms = Readonly<Partial<Record<PriceClass, Decimal | undefined>>> & {
  readonly input: Decimal;
  readonly output: Decimal;
};

export interface TieredTerms extends RateTerms {
  readonly tiers?: readonly (RateTerms & { readonly above: number })[] | undefined;
}

export interface PriceTerms extends TieredTerms {
  /** Rates of their own, or a factor on all rates: `0.5`. */
  readonly services?: Readonly<Record<string, Decimal | TieredTerms>> | undefined;
  readonly default_service?: string | undefined;
}

/** Throws RangeError when an amount is none: a price must never become 0 by mistake. */
export function readTerms(terms: PriceTerms, version: string): Price {
  const base = readTiered(terms);
  const services = Object.entries(terms.services ?? {}).map(([name, service]): [string, TieredRates] => [
    name,
    typeof service === 'object' ? readTiered(service) : scaled(base, factorOf(service)),
  ]);
  return Object.freeze({
    ...base,
    version,
    ...(services.length === 0 ? {} : { services: Object.freeze(Object.fromEntries(services)) }),
    ...(terms.default_service === undefined ? {} : { defaultService: terms.default_service }),
  });
}

/** The price with its version. `source` names where it comes from: `tollgate.yaml`, `seed-2026-11-22`. */
export function versionedPrice(terms: PriceTerms, model: string, source: string): Price {
  const price = readTerms(terms, '');
  return Object.freeze({ ...price, version: versionOf(price, model, source) });
}

/** The source and a hash of model and terms: another price is another version. */
export function versionOf(price: Price, model: string, source: string): string {
  const hash = createHash('sha256')
    .update(`${model}\n${writeTerms(price)}`)
    .digest('hex');
  return `${source}@${hash.slice(0, 12)}`;
}

/** One canonical spelling: `1.25` and `"1.250"` are the same text. JSON. */
export function writeTerms(price: Price): string {
  const names = Object.keys(price.services ?? {}).sort();
  return JSON.stringify({
    ...writeTiered(price),
    ...(names.length === 0
      ? {}
      : {
          services: Object.fromEntries(
            names.map((name) => [name, writeTiered(price.services?.[name] ?? price)]),
          ),
        }),
    ...(price.defaultService === undefined ? {} : { default_service: price.defaultService }),
  });
}

/** What `writeTerms` wrote. Throws when it is not that. */
export function parseTerms(text: string, version: string): Price {
  const terms: unknown = JSON.parse(text);
  if (typeof terms !== 'object' || terms === null) throw new RangeError('the terms of a price are an object');
  return readTerms(terms as PriceTerms, version);
}

/** What is wrong with terms whose parts are each right; `undefined` if nothing is. */
export function termsProblem(terms: PriceTerms): string | undefined {
  const wrong = tiersProblem(terms);
  if (wrong) return wrong;
  for (const service of Object.values(terms.services ?? {})) {
    const inside = typeof service === 'object' ? tiersProblem(service) : undefined;
    if (inside) return inside;
  }
  const { default_service: chosen, services } = terms;
  if (chosen !== undefined && !Object.hasOwn(services ?? {}, chosen)) {
    return `\`default_service\` is \`${chosen}\`, which \`services\` does not have.`;
  }
  return undefined;
}

function tiersProblem({ tiers = [] }: TieredTerms): string | undefined {
  const again = tiers.findIndex((tier, index) => index > 0 && tier.above <= (tiers[index - 1]?.above ?? 0));
  return again === -1
    ? undefined
    : `\`tiers\` must begin with the lowest: \`tiers[${again}].above\` is not more than the one before.`;
}

function readTiered(terms: TieredTerms): TieredRates {
  const rates = readRates(terms);
  if (!terms.tiers || terms.tiers.length === 0) return rates;
  return Object.freeze({
    ...rates,
    tiers: Object.freeze(terms.tiers.map((tier) => Object.freeze({ ...readRates(tier), above: tier.above }))),
  });
}

function readRates(terms: RateTerms): Rates {
  const found: Partial<Record<keyof Rates, NanoUsd>> = {};
  for (const [written, name] of Object.entries(classes) as [PriceClass, keyof Rates][]) {
    const amount = terms[written];
    if (amount !== undefined) found[name] = usd(amount);
  }
  return Object.freeze({ ...found, input: usd(terms.input), output: usd(terms.output) });
}

function usd(amount: Decimal): NanoUsd {
  const nano = parseUsd(amount);
  if (nano === undefined) throw new RangeError(`\`${amount}\` is not a price in USD`);
  return nano;
}

const billion = 1_000_000_000n;

/** Billionths, as decimals of USD are read. */
const factorOf = usd;

/** Each rate times the factor, rounded up to a nano-USD per million tokens. */
function scaled(rates: TieredRates, factor: bigint): TieredRates {
  const times = (given: Rates): Rates =>
    Object.fromEntries(
      Object.values(classes).flatMap((name) => {
        const rate = given[name];
        return rate === undefined ? [] : [[name, (rate * factor + billion - 1n) / billion]];
      }),
    ) as unknown as Rates;
  return {
    ...times(rates),
    ...(rates.tiers ? { tiers: rates.tiers.map((tier) => ({ ...times(tier), above: tier.above })) } : {}),
  };
}

function writeTiered(rates: TieredRates): Record<string, unknown> {
  return {
    ...writeRates(rates),
    ...(rates.tiers
      ? { tiers: rates.tiers.map((tier) => ({ above: tier.above, ...writeRates(tier) })) }
      : {}),
  };
}

function writeRates(rates: Rates): Record<string, string> {
  const written: Record<string, string> = {};
  for (const [word, name] of Object.entries(classes) as [PriceClass, keyof Rates][]) {
    const rate = rates[name];
    if (rate !== undefined) written[word] = formatUsd(rate);
  }
  return written;
}
