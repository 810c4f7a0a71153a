// From entries of tollgate.yaml and the seed to public models: routes, prices with their version, time limits.
import { createHash } from 'node:crypto';
import { formatUsd, type NanoUsd, type Price, parseUsd } from '../core/money.ts';
import type { PublicModel, Timeouts } from '../core/ports.ts';
import type { Route } from '../routing/route.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { ModelEntry } from './schema.ts';
import { defaultModels, defaultRetry, defaultTimeouts, seedDate } from './seed.ts';
import { parseDuration } from './units.ts';

/** The name of the provider that is the embedded model. */
export const localProvider = 'local';

/** What the embedded model costs, and what `price: free` means. */
export const freePrice: Price = Object.freeze({ version: 'free', input: 0n, output: 0n });

/** The models that exist without a file: at OpenAI or EvoLink if there is a key for one, else embedded. */
export function seedModels(provider: 'openai' | 'evolink' | typeof localProvider): PublicModel[] {
  return defaultModels.map(({ name, openai, price, contextWindow, maxOutputTokens, created }) => {
    const target = { provider, model: upstreamName(provider, name, openai), weight: 1 };
    const common = { name, route: [[target]], ...policyOf({}), timeouts: defaultTimeouts, created };
    if (provider === localProvider) return { ...common, price: freePrice };
    return { ...common, price: priceOf(price, () => `builtin@${seedDate}`), contextWindow, maxOutputTokens };
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
  const allLocal = route.every((group) => group.every((target) => origin.isLocal(target.provider)));
  return {
    name,
    route,
    ...policyOf(entry),
    price:
      entry.price === undefined ? (allLocal ? freePrice : undefined) : entryPrice(entry.price, origin.file),
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

function entryPrice(price: NonNullable<ModelEntry['price']>, file: string): Price {
  if (price === 'free') return freePrice;
  const { input, output, cached_input: cachedInput, cache_write: cacheWrite, reasoning } = price;
  return priceOf({ input, output, cachedInput, cacheWrite, reasoning }, (text) => {
    return `${file}@${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  });
}

interface PriceTable {
  readonly input: string | number;
  readonly output: string | number;
  readonly cachedInput?: string | number | undefined;
  readonly cacheWrite?: string | number | undefined;
  readonly reasoning?: string | number | undefined;
}

/** `version` gets the price in one canonical spelling, so `1.25` and `"1.250"` are the same version. */
function priceOf(table: PriceTable, version: (canonical: string) => string): Price {
  const classes = (['input', 'output', 'cachedInput', 'cacheWrite', 'reasoning'] as const).flatMap((name) => {
    const value = table[name];
    return value === undefined ? [] : [[name, usd(value)] as const];
  });
  const canonical = classes.map(([name, nano]) => `${name}=${formatUsd(nano)}`).join(' ');
  return Object.freeze({
    input: 0n,
    output: 0n,
    ...Object.fromEntries(classes),
    version: version(canonical),
  });
}

function usd(value: string | number): NanoUsd {
  const nano = parseUsd(value);
  // The schema has checked it; a price must never become 0 by mistake.
  if (nano === undefined) throw new RangeError('not a price in USD');
  return nano;
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
