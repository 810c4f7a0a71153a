// What is filtered, in words: one chip for each filter, and the pair of a lower and an upper bound is one.
import type { FilterChip } from '../../../ui/filter-bar.tsx';
import { formatDuration } from '../../../ui/format/quantity.ts';
import { formatDate } from '../../../ui/format/time.ts';
import type { SetSearch } from '../../../ui/search-values.ts';
import { type FilterValues, statusChoices } from './filter-values.ts';

interface Names {
  /** Of keys and projects, by id; where they are not known the id stands there. */
  readonly key: (id: string) => string;
  readonly project: (id: string) => string;
}

export function chipsOf(values: FilterValues, set: SetSearch, names: Names): readonly FilterChip[] {
  const chips: FilterChip[] = [];
  const add = (label: string, ...params: readonly string[]) =>
    chips.push({
      id: params.join(),
      label,
      onRemove: () => set(Object.fromEntries(params.map((name) => [name, undefined]))),
    });
  const { status, key, project, model, provider, error, stream, id } = values;
  if (values.range) add(`Last ${values.range}`, 'range');
  if (values.from || values.to) add(daysOf(values), 'from', 'to');
  if (status) add(statusChoices.find(({ value }) => value === status)?.label ?? status, 'status');
  if (key) add(`Key: ${names.key(key)}`, 'key');
  if (project) add(`Project: ${names.project(project)}`, 'project');
  if (model) add(`Model: ${model}`, 'model');
  if (provider) add(`Provider: ${provider}`, 'provider');
  if (values.end_user) add(`End user: ${values.end_user}`, 'end_user');
  if (error) add(`Error: ${error.replaceAll(',', ', ')}`, 'error');
  if (stream) add(stream === 'true' ? 'Streams' : 'Not streams', 'stream');
  if (id) add(`Id has “${id}”`, 'id');
  const pairs = [
    ['Cost', 'min_cost', 'max_cost', (usd: string) => `$${usd}`],
    ['Duration', 'min_duration_ms', 'max_duration_ms', duration],
    ['First token', 'min_first_token_ms', 'max_first_token_ms', duration],
  ] as const;
  for (const [name, least, most, shown] of pairs) {
    const bounds = boundsOf(values[least], values[most], shown);
    if (bounds) add(`${name} ${bounds}`, least, most);
  }
  return chips;
}

function boundsOf(least: string | undefined, most: string | undefined, shown: (value: string) => string) {
  if (least && most) return `${shown(least)} – ${shown(most)}`;
  if (least) return `≥ ${shown(least)}`;
  return most ? `≤ ${shown(most)}` : undefined;
}

function duration(ms: string): string {
  return Number.isFinite(Number(ms)) ? formatDuration(Number(ms)) : ms;
}

function daysOf({ from, to }: FilterValues): string {
  const day = (text: string | undefined) =>
    text ? formatDate(new Date(`${text}T00:00:00`).getTime()) : undefined;
  const [first, last] = [day(from), day(to)];
  if (first && last) return `${first} – ${last}`;
  return first ? `Since ${first}` : `Up to ${last}`;
}
