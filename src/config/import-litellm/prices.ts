// Prices per token, as LiteLLM has them, as decimal strings per million tokens: the point moves, no digit changes.
import { formatUsd, type NanoUsd, parseUsd } from '../../core/money.ts';
import type { ModelEntry } from '../schema.ts';
import type { Notebook } from './notes.ts';
import type { Members } from './source.ts';

const classes = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  cached_input: 'cache_read_input_token_cost',
  cache_write: 'cache_creation_input_token_cost',
  reasoning: 'output_cost_per_reasoning_token',
} as const;
type PriceClass = keyof typeof classes;
export type PriceEntry = Pick<Exclude<NonNullable<ModelEntry['price']>, 'free'>, PriceClass>;
const classNames = Object.keys(classes) as PriceClass[];
/** What a class costs that has no price of its own. */
const parentOf = { cached_input: 'input', cache_write: 'input', reasoning: 'output' } as const;

export const priceKeys: readonly string[] = Object.values(classes);

/** `2.5e-06` -> `2.5`; `undefined` if it is no number of 0 or more. */
export function perMillion(perToken: unknown): string | undefined {
  if (typeof perToken !== 'number' && typeof perToken !== 'string') return undefined;
  // The shortest text that means the number: what was written, unless it had more than 17 digits.
  const text = String(perToken).trim().replaceAll('_', '');
  const [, whole, fraction = '', exponent = '0'] =
    /^\+?(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? [];
  if (whole === undefined || whole + fraction === '') return undefined;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + 6;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const after = padded.slice(at).replace(/0+$/, '');
  return after === '' ? before : `${before}.${after}`;
}

/** The price of one deployment: its parameters win over its `model_info`. */
export function readPrice(
  params: Members,
  info: Members,
  path: string,
  notebook: Notebook,
): PriceEntry | undefined {
  const found: Partial<Record<PriceClass, string>> = {};
  for (const name of classNames) {
    const key = classes[name];
    const [value, place] =
      params[key] === undefined ? [info[key], `${path}.model_info`] : [params[key], `${path}.litellm_params`];
    if (value === undefined || value === null) continue;
    const price = perMillion(value);
    if (price !== undefined && parseUsd(price) !== undefined) found[name] = price;
    else {
      notebook.lost(
        `${place}.${key}`,
        'This is no price that Tollgate can charge: it needs a number of 0 or more, and counts in billionths of a USD per million tokens. Set `price` by hand.',
      );
    }
  }
  const { input, output, ...others } = found;
  if (input !== undefined && output !== undefined) return { input, output, ...others };
  if (Object.keys(found).length > 0) {
    notebook.lost(
      path,
      'Of its prices `input_cost_per_token` or `output_cost_per_token` is missing. Set `price` by hand.',
    );
  }
  return undefined;
}

/** Of several prices the highest of each class, so that nothing is charged below its cost. */
export function highestPrice(prices: readonly PriceEntry[]): PriceEntry | 'free' | undefined {
  if (prices.length === 0) return undefined;
  const highest = (name: PriceClass): string | undefined => {
    if (!prices.some((price) => price[name] !== undefined)) return undefined;
    const all = prices.map((price) => usd(price[name] ?? price[parent(name)] ?? '0'));
    return formatUsd(all.sort((a, b) => (a < b ? 1 : -1))[0] ?? 0n);
  };
  const merged = Object.fromEntries(
    classNames.flatMap((name) => {
      const price = highest(name);
      return price === undefined ? [] : [[name, price]];
    }),
  ) as PriceEntry;
  return Object.values(merged).every((price) => usd(price) === 0n) ? 'free' : merged;
}

const parent = (name: PriceClass): PriceClass =>
  name in parentOf ? parentOf[name as keyof typeof parentOf] : name;
const usd = (price: string | number): NanoUsd => parseUsd(price) ?? 0n;

/** For `strategy: lowest-cost`: what a million tokens in and a million out cost together. */
export const costOfTarget = (price: PriceEntry): number =>
  Number(formatUsd(usd(price.input) + usd(price.output)));
