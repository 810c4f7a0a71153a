// A model of the books that a child could keep, for comparing with a real store: every request in a list, every sum made
// anew each time. It decides nothing by the code under test.
import type { Limit, Payers } from '../../src/core/limits.ts';

export interface ModelRow {
  readonly payers: Payers;
  readonly startedAt: number;
  /** Second of the hold, for sliding minutes. */
  readonly second: number;
  readonly hold: bigint;
  readonly tokens: number;
  state: 'held' | 'settled' | 'released';
  cost: bigint;
  chargedTokens: number;
  /** By the last checkpoint. */
  checkpoint: bigint;
  /** Its hold is not remembered by second any more: the run that held it is over. */
  forgotten: boolean;
}

export interface Sums {
  readonly settled: bigint;
  readonly held: bigint;
}

/** Start of the window of UTC that `at` lies in, written without the code under test. */
export function windowStart(window: Limit['window'], at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (window) {
    case 'lifetime':
    case 'minute':
      return 0;
    case 'month':
      return Date.UTC(year, month, 1);
    case 'week':
      return Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7));
    case 'day':
      return Date.UTC(year, month, day);
    case 'hour':
      return Date.UTC(year, month, day, date.getUTCHours());
  }
}

/** Whether the limit counts this row together with a request of `payers`. */
export function counts(limit: Limit, row: Payers, payers: Payers): boolean {
  return Object.entries(limit.scope).every(([kind, wanted]) => {
    const [value, own] = [row[kind as keyof Payers], payers[kind as keyof Payers]];
    return value !== undefined && value === own && (wanted === '*' || wanted === value);
  });
}

export function applies(limit: Limit, payers: Payers): boolean {
  return counts(limit, payers, payers);
}

/** What the limit has settled and held for these payers in the window of `startedAt`. */
export function sumsOf(limit: Limit, rows: readonly ModelRow[], payers: Payers, startedAt: number): Sums {
  let settled = 0n;
  let held = 0n;
  const start = windowStart(limit.window, startedAt);
  for (const row of rows) {
    if (!counts(limit, row.payers, payers)) continue;
    if (limit.metric !== 'concurrent' && windowStart(limit.window, row.startedAt) !== start) continue;
    if (row.state === 'held') held += amount(limit.metric, row.hold, row.tokens);
    if (row.state === 'settled') settled += used(limit.metric, row);
  }
  return { settled, held };
}

export function amount(metric: Limit['metric'], cost: bigint, tokens: number): bigint {
  return metric === 'cost' ? cost : metric === 'tokens' ? BigInt(tokens) : 1n;
}

function used(metric: Limit['metric'], row: ModelRow): bigint {
  switch (metric) {
    case 'cost':
      return row.cost;
    case 'tokens':
      return BigInt(row.chargedTokens);
    case 'requests':
      return 1n;
    case 'concurrent':
      return 0n;
  }
}
