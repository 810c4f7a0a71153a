// What is said of a model in a few words: its state, its price, its size.
import type { PlaygroundModel } from '../../../api/contract.ts';
import type { Tone } from '../../../ui/badge.tsx';
import { formatUsd } from '../../../ui/format/money.ts';
import { formatCountShort } from '../../../ui/format/quantity.ts';
import { isFree, readRates } from '../cost/rates.ts';

const states: Readonly<Record<PlaygroundModel['state'], readonly [label: string, tone: Tone]>> = {
  ready: ['Ready', 'good'],
  loading: ['Loading', 'warn'],
  circuit_open: ['Failing', 'bad'],
  unavailable: ['Unavailable', 'bad'],
  unpriced: ['No price', 'warn'],
};

export function stateWords(model: PlaygroundModel): { readonly label: string; readonly tone: Tone } {
  const [label, tone] = states[model.state];
  return { label, tone };
}

/** `$1.25 in · $10.00 out per 1M tokens` */
export function priceWords({ price }: PlaygroundModel): string {
  if (!price) return 'Price unknown';
  const rates = readRates(price.terms);
  if (!rates) return 'Price unknown';
  if (isFree(rates)) return 'Free';
  const { input, output } = price.terms as { input: string; output: string };
  return `${formatUsd(String(input))} in · ${formatUsd(String(output))} out per 1M tokens`;
}

/** `400K context` */
export function contextWords({ context_window: size }: PlaygroundModel): string | undefined {
  return size === null ? undefined : `${formatCountShort(size)} context`;
}

export function abilityWords({ takes }: PlaygroundModel): string {
  const able = [takes.images && 'images', takes.tools && 'tools', takes.json_schema && 'JSON schema'];
  return able.filter(Boolean).join(', ') || 'text only';
}
