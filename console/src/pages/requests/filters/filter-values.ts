// The filters of the list as they stand in the address, and what the admin API is asked with them. The names in the address are
// those of the API, so that a link can be written by hand; `status` stands for the usual combinations.
import { type Range, rangeQuery } from '../../../ui/range-picker.tsx';

/** As `useSearchValues` reads them. */
export type FilterValues = Readonly<Record<string, string | undefined>>;

export interface StatusChoice {
  readonly value: string;
  readonly label: string;
  readonly query: Readonly<Record<string, string>>;
}

export const statusChoices: readonly StatusChoice[] = [
  { value: 'held', label: 'In progress', query: { state: 'held' } },
  { value: 'ok', label: 'OK', query: { state: 'settled', error: 'none' } },
  { value: 'error', label: 'Any error', query: { error: 'any' } },
  { value: 'released', label: 'Reached no model', query: { state: 'released' } },
  { value: 'partial', label: 'Broke off', query: { partial: 'true' } },
  { value: 'recovered', label: 'Recovered', query: { recovered: 'true' } },
];

/** Taken over as they are. */
const plain = [
  'key',
  'project',
  'model',
  'provider',
  'end_user',
  'error',
  'min_cost',
  'max_cost',
  'min_duration_ms',
  'max_duration_ms',
  'min_first_token_ms',
  'max_first_token_ms',
  'stream',
  'id',
] as const;

export const filterNames: readonly string[] = [...plain, 'status', 'range', 'from', 'to'];

export function rangeOf({ range, from, to }: FilterValues): Range {
  return range === undefined ? { from, to } : { preset: range };
}

export function apiQuery(values: FilterValues): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  for (const name of plain) {
    const value = values[name]?.trim();
    if (value) query[name] = value;
  }
  const status = statusChoices.find(({ value }) => value === values.status);
  return { ...query, ...status?.query, ...rangeQuery(rangeOf(values)) };
}

/** Whether anything is filtered. */
export function isFiltered(values: FilterValues): boolean {
  return filterNames.some((name) => Boolean(values[name]));
}
