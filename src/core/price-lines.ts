// What a usage costs by a price, line by line, for people to check: the arithmetic of `costOf` (money.ts), written out. A test
// holds the two together.
import { chosenService, type NanoUsd, type Price, type Rates, type RateTier, ratesOf } from './money.ts';
import type { Usage } from './usage.ts';

export const tokenClasses = [
  'input',
  'audio_input',
  'image_input',
  'cached_input',
  'cached_audio_input',
  'cache_write',
  'cache_write_1h',
  'output',
  'reasoning',
  'audio_output',
  'image_output',
] as const;
export type TokenClass = (typeof tokenClasses)[number];

export interface PriceLine {
  readonly tokenClass: TokenClass;
  readonly tokens: number;
  /** Nano-USD per million tokens. */
  readonly rate: NanoUsd;
  /** The class whose rate it is: a class without one costs what another does. */
  readonly rateOf: TokenClass;
  /** `tokens` x `rate`: in millionths of a nano-USD (10^-15 USD), so that nothing is rounded. */
  readonly product: bigint;
}

export interface PriceArithmetic {
  readonly lines: readonly PriceLine[];
  /** Of all lines, as their products. */
  readonly sum: bigint;
  /** The sum in nano-USD, rounded up once. */
  readonly total: NanoUsd;
  /** The rates are those of prompts longer than this. */
  readonly tierAbove?: number;
  /** The rates are those of this service. */
  readonly service?: string;
}

const rateNames: Readonly<Record<TokenClass, readonly (readonly [TokenClass, keyof Rates])[]>> = {
  input: [['input', 'input']],
  audio_input: [
    ['audio_input', 'audioInput'],
    ['input', 'input'],
  ],
  image_input: [
    ['image_input', 'imageInput'],
    ['input', 'input'],
  ],
  cached_input: [
    ['cached_input', 'cachedInput'],
    ['input', 'input'],
  ],
  cached_audio_input: [
    ['cached_audio_input', 'cachedAudioInput'],
    ['audio_input', 'audioInput'],
    ['cached_input', 'cachedInput'],
    ['input', 'input'],
  ],
  cache_write: [
    ['cache_write', 'cacheWrite'],
    ['input', 'input'],
  ],
  cache_write_1h: [
    ['cache_write_1h', 'cacheWrite1h'],
    ['cache_write', 'cacheWrite'],
    ['input', 'input'],
  ],
  output: [['output', 'output']],
  reasoning: [
    ['reasoning', 'reasoning'],
    ['output', 'output'],
  ],
  audio_output: [
    ['audio_output', 'audioOutput'],
    ['output', 'output'],
  ],
  image_output: [
    ['image_output', 'imageOutput'],
    ['output', 'output'],
  ],
};

/** Tokens of a usage, each in one class; classes nobody used are 0. */
export function tokensByClass(usage: Usage): Readonly<Record<TokenClass, number>> {
  const { cachedInput = 0, cacheWrite = 0, reasoning = 0 } = usage;
  const { audioInput = 0, imageInput = 0, audioOutput = 0, imageOutput = 0 } = usage;
  const cachedAudio = Math.min(usage.cachedAudioInput ?? 0, cachedInput);
  const hour = Math.min(usage.cacheWrite1h ?? 0, cacheWrite);
  return {
    input: Math.max(usage.input - cachedInput - cacheWrite - audioInput - imageInput, 0),
    audio_input: audioInput,
    image_input: imageInput,
    cached_input: cachedInput - cachedAudio,
    cached_audio_input: cachedAudio,
    cache_write: cacheWrite - hour,
    cache_write_1h: hour,
    output: Math.max(usage.output - reasoning - audioOutput - imageOutput, 0),
    reasoning,
    audio_output: audioOutput,
    image_output: imageOutput,
  };
}

/** Lines of the classes that were used; input and output always have theirs. */
export function priceArithmetic(usage: Usage, price: Price): PriceArithmetic {
  const rates: Rates & Partial<Pick<RateTier, 'above'>> = ratesOf(price, usage.input, usage.serviceTier);
  const tokens = tokensByClass(usage);
  const lines = tokenClasses
    .filter((name) => tokens[name] > 0 || name === 'input' || name === 'output')
    .map((name) => lineOf(name, tokens[name], rates));
  const sum = lines.reduce((total, { product }) => total + product, 0n);
  const service = price.services === undefined ? undefined : chosenService(price, usage.serviceTier);
  const isOther = service !== undefined && Object.hasOwn(price.services ?? {}, service);
  return {
    lines,
    sum,
    total: (sum + 999_999n) / 1_000_000n,
    ...(rates.above === undefined ? {} : { tierAbove: rates.above }),
    ...(isOther ? { service } : {}),
  };
}

function lineOf(tokenClass: TokenClass, tokens: number, rates: Rates): PriceLine {
  for (const [rateOf, name] of rateNames[tokenClass]) {
    const rate = rates[name];
    if (rate !== undefined) return { tokenClass, tokens, rate, rateOf, product: BigInt(tokens) * rate };
  }
  throw new RangeError(`a price without a rate for ${tokenClass}`);
}

/** 10^-15 USD as a decimal of USD: exact, no trailing zeros. */
export function formatProduct(product: bigint): string {
  const digits = product.toString().padStart(16, '0');
  const fraction = digits.slice(-15).replace(/0+$/, '');
  return `${digits.slice(0, -15)}${fraction ? `.${fraction}` : ''}`;
}
