// From entries of tollgate.yaml and the seed to public models: routes, prices with their version, time limits.
import type { Price } from '../core/money.ts';
import type { PublicModel, Timeouts } from '../core/ports.ts';
import { type PriceTerms, termsProblem, versionedPrice } from '../core/price-terms.ts';
import type { Route } from '../routing/route.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { PriceSeed } from './price-seed.ts';
import type { ModelEntry } from './schema.ts';
import { defaultModels, defaultRetry, defaultTimeouts } from './seed.ts';
import { parseDuration } from './units.ts';

/** The name of the provider that is the embedded model. */
export const localProvider = 'local';

/** What the embedded model costs, and what `price: free` means. */
export const freePrice: Price = Object.freeze({ version: 'free', input: 0n, output: 0n });

/** The models that exist without a file: at OpenAI or EvoLink if there is a key for one, else embedded. */
export function seedModels(
  provider: 'openai' | 'evolink' | typeof localProvider,
  baseUrl: string,
  seed: PriceSeed,
): PublicModel[] {
  return defaultModels.map(({ name, openai, price, contextWindow, maxOutputTokens, created }) => {
    const target = { provider, model: upstreamName(provider, name, openai), weight: 1 };
    const common = { name, route: [[target]], ...policyOf({}), timeouts: defaultTimeouts, created };
    if (provider === localProvider) return { ...common, price: freePrice };
    // EvoLink's own list is not in the seed: what OpenAI asks is taken.
    const terms = seed.terms(baseUrl, target.model) ?? price;
    return { ...common, price: versionedPrice(terms, name, seed.name), contextWindow, maxOutputTokens };
  });
}

/** EvoLink and the embedded engine know the public names; OpenAI has its own ids. */
function upstreamName(provider: string, publicName: string, openaiId: string): string {
  return provider === 'openai' ? openaiId : publicName;
}

export interface ModelOrigin {
  /** Name of the file, for the price version. */
  readonly file: string;
  /** Unix seconds. */
  readonly created: number;
  /** Whether a provider is the embedded model, which costs nothing. */
  isLocal(provider: string): boolean;
  /** Where a provider is; `undefined` of the embedded model. */
  baseUrl(provider: string): string | undefined;
  readonly seed: PriceSeed;
}

export function modelFromEntry(name: string, entry: ModelEntry, origin: ModelOrigin): PublicModel {
  const route: Route = entry.route.map((group) =>
    group.map((target) => ({
      provider: target.provider,
      model: target.model ?? name,
      weight: target.weight ?? 1,
      ...(target.cost === undefined ? {} : { cost: target.cost }),
    })),
  );
  return {
    name,
    route,
    ...policyOf(entry),
    ...priceOf(name, entry, route, origin),
    ...(entry.context_window === undefined ? {} : { contextWindow: entry.context_window }),
    ...(entry.max_output_tokens === undefined ? {} : { maxOutputTokens: entry.max_output_tokens }),
    ...(entry.capabilities === undefined ? {} : { capabilities: capabilitiesOf(entry.capabilities) }),
    ...answerSettings(entry),
    ...(entry.on_stream_failure === undefined ? {} : { onStreamFailure: entry.on_stream_failure }),
    timeouts: timeoutsOf(entry.timeouts),
    created: origin.created,
  };
}

/** What the file says of a model, or of all of them under `server`. */
export function answerSettings(entry: {
  readonly reasoning_alias?: boolean;
  readonly strict_params?: boolean;
}): Pick<PublicModel, 'reasoningAlias' | 'strictParams'> {
  const { reasoning_alias: reasoningAlias, strict_params: strictParams } = entry;
  return {
    ...(reasoningAlias === undefined ? {} : { reasoningAlias }),
    ...(strictParams === undefined ? {} : { strictParams }),
  };
}

/** How a request finds a target: the model's own wishes, or what suits most. */
function policyOf(entry: Pick<ModelEntry, 'strategy' | 'retry' | 'hedge'>) {
  const attempts = entry.retry?.attempts ?? defaultRetry.attempts;
  const hedgeMs = entry.hedge === undefined ? undefined : duration(entry.hedge, 0);
  return {
    strategy: entry.strategy ?? ('weighted' as const),
    retry: {
      rounds: attempts - 1,
      deadlineMs: duration(entry.retry?.deadline, defaultRetry.deadlineMs),
      ...(hedgeMs === undefined ? {} : { hedgeMs }),
    },
  };
}

/** The file's price, else what the seed says of the model that is asked first. Embedded models cost nothing. */
function priceOf(
  name: string,
  { price }: ModelEntry,
  route: Route,
  origin: ModelOrigin,
): Pick<PublicModel, 'price' | 'priceFrom'> {
  if (price === 'free') return { price: freePrice, priceFrom: 'config' };
  if (price) return { price: versionedPrice(termsOf(price), name, origin.file), priceFrom: 'config' };
  if (route.every((group) => group.every((target) => origin.isLocal(target.provider)))) {
    return { price: freePrice };
  }
  return { price: listPrice(name, route, origin) };
}

function listPrice(name: string, route: Route, { baseUrl, isLocal, seed }: ModelOrigin): Price | undefined {
  const first = route.flat().find((target) => !isLocal(target.provider));
  const at = first && baseUrl(first.provider);
  const terms = first && at ? seed.terms(at, first.model) : undefined;
  return terms && versionedPrice(terms, name, seed.name);
}

type PriceEntry = Exclude<NonNullable<ModelEntry['price']>, 'free'>;

/** The schema has checked every amount. */
const termsOf = (entry: PriceEntry): PriceTerms => entry as PriceTerms;

/** What is wrong with a price whose parts are each right; `undefined` if nothing is. */
export function priceProblem({ price }: ModelEntry): string | undefined {
  return price === undefined || price === 'free' ? undefined : termsProblem(termsOf(price));
}

function timeoutsOf(entry: ModelEntry['timeouts'] = {}): Timeouts {
  return {
    connectMs: duration(entry.connect, defaultTimeouts.connectMs),
    firstTokenMs: duration(entry.first_token, defaultTimeouts.firstTokenMs),
    idleMs: duration(entry.idle, defaultTimeouts.idleMs),
    totalMs: duration(entry.total, defaultTimeouts.totalMs),
  };
}

/** A checked duration of the file in ms, or the default. */
export function duration(text: string | undefined, fallback: number): number {
  return text === undefined ? fallback : (parseDuration(text) ?? fallback);
}
