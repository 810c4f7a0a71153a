// What people call the values that sums are split by.
import type { Usage, UsageRow } from '../../api/contract.ts';
import type { Split } from './usage-state.ts';

export const splitLabels: Readonly<Record<Split, string>> = {
  none: 'Nothing',
  class: 'Token type',
  model: 'Model',
  key: 'API key',
  project: 'Project',
  provider: 'Provider',
  end_user: 'End user',
  error: 'Error',
};

const plurals: Readonly<Record<Split, string>> = {
  none: '',
  class: 'types',
  model: 'models',
  key: 'keys',
  project: 'projects',
  provider: 'providers',
  end_user: 'end users',
  error: 'errors',
};

/** The name of a row's value, `All other models` for the rest. */
export function nameOf(row: UsageRow, split: Split, names: Usage['names'] | undefined): string {
  if (row.other) return `All other ${plurals[split]}`;
  return nameOfValue(splitValue(row, split) ?? '', split, names);
}

/** Ids of keys and projects that are gone stand for themselves. */
export function nameOfValue(value: string, split: Split, names: Usage['names'] | undefined): string {
  if (split === 'key' || split === 'project') return names?.[split][value] ?? value;
  return value;
}

export function splitValue(row: UsageRow, split: Split): string | undefined {
  return split === 'none' || split === 'class' ? undefined : row.group[split];
}
