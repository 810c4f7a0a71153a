// Prices in words: what a million tokens cost, and where the price comes from.
import type { ModelPrice } from '../../api/contract.ts';
import { formatUsd } from '../format/money.ts';

export interface Rates {
  readonly input?: string | number;
  readonly output?: string | number;
  readonly cached_input?: string | number;
  readonly [name: string]: unknown;
}

export const ratesOf = (terms: unknown): Rates => (terms ?? {}) as Rates;

/** `$1.25`; what is no amount is left out. */
export function rateWords(rate: unknown): string | undefined {
  return typeof rate === 'string' || typeof rate === 'number' ? formatUsd(plain(rate)) : undefined;
}

/** Numbers as people write them: no `1e-7`. */
function plain(rate: string | number): string {
  return typeof rate === 'string' ? rate : rate.toFixed(9).replace(/\.?0+$/, '');
}

/** `$1.25 in · $10.00 out`, or `Free`. */
export function priceWords(terms: unknown): string {
  const { input, output } = ratesOf(terms);
  if (Number(input) === 0 && Number(output) === 0) return 'Free';
  return `${rateWords(input) ?? '?'} in · ${rateWords(output) ?? '?'} out`;
}

/** Where a version comes from, by how it begins. */
export function priceSource({ version }: Pick<ModelPrice, 'version'>): string {
  if (version === 'free') return 'costs nothing';
  const [, seed] = /^seed-(\d{4}-\d\d-\d\d)/.exec(version) ?? [];
  if (seed) return `price list of ${seed}`;
  if (version.startsWith('admin-')) return 'set here';
  return `from ${version.replace(/@[0-9a-f]+$/, '')}`;
}

const names: Readonly<Record<string, string>> = {
  input: 'Input',
  cached_input: 'Cached input',
  cache_write: 'Cache write',
  cache_write_1h: 'Cache write, 1 hour',
  audio_input: 'Audio input',
  cached_audio_input: 'Cached audio input',
  image_input: 'Image input',
  output: 'Output',
  reasoning: 'Reasoning',
  audio_output: 'Audio output',
  image_output: 'Image output',
};

/** The amounts of a price in their order, each with its name. */
export function rateRows(terms: unknown): { readonly name: string; readonly amount: string }[] {
  const rates = ratesOf(terms);
  return Object.entries(names).flatMap(([key, name]) => {
    const amount = rateWords(rates[key]);
    return amount === undefined ? [] : [{ name, amount }];
  });
}
