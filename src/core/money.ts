// Money is integer nano-USD (1 USD = 1,000,000,000 nano-USD) in bigint: no floats anywhere near it.
import type { Usage } from './usage.ts';

export type NanoUsd = bigint;

/** Nano-USD per million tokens, by token class. What is absent costs what stands in brackets. */
export interface Rates {
  readonly input: NanoUsd;
  readonly output: NanoUsd;
  /** (input) */
  readonly cachedInput?: NanoUsd;
  /** (input) */
  readonly cacheWrite?: NanoUsd;
  /** Kept for an hour (cacheWrite). */
  readonly cacheWrite1h?: NanoUsd;
  /** (output) */
  readonly reasoning?: NanoUsd;
  /** (input) */
  readonly audioInput?: NanoUsd;
  /** (audioInput, else cachedInput) */
  readonly cachedAudioInput?: NanoUsd;
  /** (output) */
  readonly audioOutput?: NanoUsd;
  /** (input) */
  readonly imageInput?: NanoUsd;
  /** (output) */
  readonly imageOutput?: NanoUsd;
}

/** Rates of requests whose whole prompt is longer than `above` tokens: all of the request costs these. */
export interface RateTier extends Rates {
  readonly above: number;
}

export interface TieredRates extends Rates {
  /** Ascending by `above`. */
  readonly tiers?: readonly RateTier[];
}

export interface Price extends TieredRates {
  /** Names the row of the price table this came from; every ledger row keeps it. */
  readonly version: string;
  /** Rates where the upstream processes a request in another way: `flex`, `priority`, `batch`. */
  readonly services?: Readonly<Record<string, TieredRates>>;
  /** The service of requests that name none, where the account at the provider has one set. */
  readonly defaultService?: string;
}

const perMillion = 1_000_000n;
const roundUp = perMillion - 1n;

/** Cost of `usage` in nano-USD: one ceiling division over the sum of all classes. */
export function costOf(usage: Usage, price: Price): NanoUsd {
  const { cachedInput = 0, cacheWrite = 0, reasoning = 0 } = usage;
  const { audioInput = 0, imageInput = 0, audioOutput = 0, imageOutput = 0 } = usage;
  const rates = ratesOf(price, usage.input, usage.serviceTier);
  const plainInput = Math.max(usage.input - cachedInput - cacheWrite - audioInput - imageInput, 0);
  const plainOutput = Math.max(usage.output - reasoning - audioOutput - imageOutput, 0);
  // Classes nobody used cost no arithmetic: most requests have two.
  let sum = BigInt(plainInput) * rates.input + BigInt(plainOutput) * rates.output;
  if (cachedInput > 0) {
    const audio = Math.min(usage.cachedAudioInput ?? 0, cachedInput);
    sum += BigInt(cachedInput - audio) * (rates.cachedInput ?? rates.input);
    if (audio > 0) sum += BigInt(audio) * cachedAudioRate(rates);
  }
  if (cacheWrite > 0) {
    const hour = Math.min(usage.cacheWrite1h ?? 0, cacheWrite);
    sum += BigInt(cacheWrite - hour) * (rates.cacheWrite ?? rates.input);
    if (hour > 0) sum += BigInt(hour) * cacheHourRate(rates);
  }
  if (reasoning > 0) sum += BigInt(reasoning) * (rates.reasoning ?? rates.output);
  if (audioInput > 0) sum += BigInt(audioInput) * (rates.audioInput ?? rates.input);
  if (imageInput > 0) sum += BigInt(imageInput) * (rates.imageInput ?? rates.input);
  if (audioOutput > 0) sum += BigInt(audioOutput) * (rates.audioOutput ?? rates.output);
  if (imageOutput > 0) sum += BigInt(imageOutput) * (rates.imageOutput ?? rates.output);
  return (sum + roundUp) / perMillion;
}

/**
 * The usage with the service that decides its price: what the upstream reported, else what was asked for. Nothing where the
 * price knows no services, so that rows of the ledger say no more than they need.
 */
export function withService(usage: Usage, asked: string | null | undefined, price: Price): Usage {
  const reported = usage.serviceTier;
  const service = decidingService(reported ?? asked ?? undefined, price);
  if (service === reported) return usage;
  const { serviceTier: _, ...rest } = usage;
  return service === undefined ? rest : { ...rest, serviceTier: service };
}

function decidingService(named: string | undefined, price: Price): string | undefined {
  if (price.services === undefined || named === 'auto') return undefined;
  return named === 'default' && price.defaultService === undefined ? undefined : named;
}

/** The rates of a request with a prompt of so many tokens. A service without rates of its own costs the usual ones. */
export function ratesOf(price: Price, promptTokens: number, serviceTier: string | undefined): Rates {
  if (price.services === undefined && price.tiers === undefined) return price;
  const service = chosenService(price, serviceTier);
  const tiered = service === undefined ? price : serviceRates(price, service);
  return tiered.tiers?.findLast((tier) => promptTokens > tier.above) ?? tiered;
}

/** `auto` is what the provider's account says; OpenAI calls `fast` what it answers as `priority`. */
export function chosenService(price: Price, named: string | undefined): string | undefined {
  if (named === undefined || named === 'auto') return price.defaultService;
  return named === 'fast' ? 'priority' : named;
}

function serviceRates(price: Price, service: string): TieredRates {
  const { services } = price;
  return services && Object.hasOwn(services, service) ? (services[service] ?? price) : price;
}

function cachedAudioRate(rates: Rates): NanoUsd {
  return rates.cachedAudioInput ?? rates.audioInput ?? rates.cachedInput ?? rates.input;
}

function cacheHourRate(rates: Rates): NanoUsd {
  return rates.cacheWrite1h ?? rates.cacheWrite ?? rates.input;
}

/** What a request can have, where that is known before it is sent; absent = it may. */
export interface PossibleClasses {
  readonly cacheWrite?: boolean;
  readonly cacheWrite1h?: boolean;
  readonly audioInput?: boolean;
  readonly imageInput?: boolean;
  readonly audioOutput?: boolean;
  readonly imageOutput?: boolean;
}

export interface WorstPrices {
  /** Nano-USD per million tokens, whatever class a token turns out to be of. */
  readonly promptPrice: NanoUsd;
  readonly outputPrice: NanoUsd;
}

/**
 * The dearest a token of the prompt and one of the answer can get: of all classes that are possible, of all tiers that
 * a prompt of at most `promptTokens` reaches, and of the service asked for and the usual one, for an upstream may fall
 * back to that. So for any usage within these bounds, `costOf` is at most
 * `ceil((promptTokens x promptPrice + output x outputPrice) / 1,000,000)`.
 */
export function worstPrices(
  price: Price,
  promptTokens: number,
  serviceTier?: string | null,
  possible: PossibleClasses = {},
): WorstPrices {
  let promptPrice = 0n;
  let outputPrice = 0n;
  const see = (rates: Rates) => {
    const prompt = dearestInput(rates, possible);
    const output = dearestOutput(rates, possible);
    if (prompt > promptPrice) promptPrice = prompt;
    if (output > outputPrice) outputPrice = output;
  };
  const seeAll = (tiered: TieredRates) => {
    see(tiered);
    for (const tier of tiered.tiers ?? []) if (promptTokens > tier.above) see(tier);
  };
  seeAll(price);
  const service = chosenService(price, serviceTier ?? undefined);
  if (service !== undefined) {
    const other = serviceRates(price, service);
    if (other !== price) seeAll(other);
  }
  return { promptPrice, outputPrice };
}

function dearestInput(rates: Rates, possible: PossibleClasses): NanoUsd {
  let most = rates.input;
  const see = (rate: NanoUsd | undefined) => {
    if (rate !== undefined && rate > most) most = rate;
  };
  see(rates.cachedInput);
  if (possible.cacheWrite !== false) {
    see(rates.cacheWrite);
    if (possible.cacheWrite1h !== false) see(rates.cacheWrite1h);
  }
  if (possible.audioInput !== false) {
    see(rates.audioInput);
    see(rates.cachedAudioInput);
  }
  if (possible.imageInput !== false) see(rates.imageInput);
  return most;
}

function dearestOutput(rates: Rates, possible: PossibleClasses): NanoUsd {
  let most = rates.output;
  const see = (rate: NanoUsd | undefined) => {
    if (rate !== undefined && rate > most) most = rate;
  };
  see(rates.reasoning);
  if (possible.audioOutput !== false) see(rates.audioOutput);
  if (possible.imageOutput !== false) see(rates.imageOutput);
  return most;
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
