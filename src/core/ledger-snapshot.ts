// The ledger as it was at one moment, for checking and exporting it beside a running gateway: every answer is of the same
// moment, and rows come in pages, so that any number of them fits. Knows no SQL.
import type { LedgerRow } from './ledger-row.ts';
import type { Limit } from './limits.ts';
import type { NanoUsd } from './money.ts';
import type { PriceRecord } from './prices.ts';

/** A row with what the checks need besides. */
export interface LedgerFact extends LedgerRow {
  readonly endUser?: string;
  readonly holdTokens: number;
  /** Beyond the hold, charged to nobody. */
  readonly uncharged: NanoUsd;
}

export interface FactFilter {
  /** Unix ms, inclusive. */
  readonly from?: number | undefined;
  /** Unix ms, exclusive. */
  readonly to?: number | undefined;
  readonly keyId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly model?: string | undefined;
}

export interface StoredCounter {
  readonly limitId: string;
  readonly subject: string;
  readonly windowStart: number;
  readonly settled: bigint;
  readonly held: bigint;
  readonly slots?: string;
}

export interface StoredNode {
  readonly epoch: number;
  readonly id: string;
  readonly stoppedAt?: number;
}

/** Sums of one hour, key, model, provider and project: what `usage_hours` says and what its rows say. */
export interface HourDifference {
  readonly hour: number;
  readonly keyId: string;
  readonly model: string;
  readonly provider: string;
  readonly projectId: string;
  /** By column; only those that differ. */
  readonly columns: readonly { readonly name: string; readonly expected: bigint; readonly found: bigint }[];
}

/** Sums of sums: what a day or a count of errors says, and what it is made of says. */
export interface SumDifference {
  readonly kind: 'day' | 'errors' | 'error-day';
  /** Unix ms of the day or hour. */
  readonly time: number;
  /** Key, model, provider, project and, of errors, the code. */
  readonly of: readonly string[];
  readonly columns: readonly { readonly name: string; readonly expected: bigint; readonly found: bigint }[];
}

/** What hours whose rows may be deleted count, for the counters whose windows reach that far back. */
export interface ClosedHour {
  readonly hour: number;
  readonly keyId: string;
  readonly model: string;
  readonly projectId: string;
  readonly cost: bigint;
  readonly tokens: bigint;
  readonly requests: bigint;
}

export interface LedgerSnapshot extends AsyncDisposable {
  /** Rows of before this moment (Unix ms, a whole hour) may have been deleted. */
  horizon(): Promise<number>;
  /** Ascending by id, at most `most`, behind the row of id `after`. */
  facts(filter: FactFilter, after: string | undefined, most: number): Promise<readonly LedgerFact[]>;
  prices(): Promise<readonly PriceRecord[]>;
  limits(): Promise<readonly Limit[]>;
  counters(): Promise<readonly StoredCounter[]>;
  nodes(): Promise<readonly StoredNode[]>;
  /** Organization of each project. */
  organizations(): Promise<ReadonlyMap<string, string>>;
  /** At most `most`. Only of hours from `horizon` on. */
  hourDifferences(horizon: number, most: number): Promise<readonly HourDifference[]>;
  /** At most `most` of each kind: days of all time, errors of hours from `horizon` on. */
  sumDifferences(horizon: number, most: number): Promise<readonly SumDifference[]>;
  /** Hours before `horizon`. */
  closedHours(horizon: number): Promise<readonly ClosedHour[]>;
}

/** Deletes rows that are older than the operator wants to keep them. */
export interface LedgerUpkeep {
  /**
   * Deletes at most `most` closed rows of before `horizon` (Unix ms, a whole hour), oldest first, and notes the horizon.
   * Resolves with how many. Their sums per hour stay.
   */
  deleteBefore(horizon: number, most: number): Promise<number>;
}
