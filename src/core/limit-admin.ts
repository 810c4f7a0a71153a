// What a store must do for whoever makes, changes and looks at limits. Counters are kept by the ledger's batches; here they
// are only read. Knows no SQL.
import type { AuditEntry } from './audit.ts';
import type { Limit, LimitMetric, LimitScopeKind, LimitWindow } from './limits.ts';
import type { Page, PageRequest } from './paging.ts';

export interface StoredLimit extends Limit {
  readonly revision: number;
  /** Unix ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface LimitFilter {
  readonly metric?: LimitMetric | undefined;
  readonly window?: LimitWindow | undefined;
  readonly source?: Limit['source'] | undefined;
  /** Limits whose scope has this value, or a `*`, for the kind. */
  readonly scope?: { readonly kind: LimitScopeKind; readonly value: string } | undefined;
  /** Limits that requests of this owner count for, but for those of one end user. */
  readonly owner?: LimitOwner | undefined;
}

/** A key with its project and organization, or a project with its organization: ids. */
export interface LimitOwner {
  readonly organization: string;
  readonly project: string;
  readonly key?: string | undefined;
}

/** One counter: of which limit, of what its `*` stand for, in which window (Unix ms). */
export interface WantedCounter {
  readonly limit: Limit;
  readonly subject: string;
  readonly span: { readonly start: number; readonly end: number };
}

/** One row of `limit_counters`. */
export interface CounterRow {
  readonly subject: string;
  /** Unix ms. */
  readonly windowStart: number;
  readonly settled: bigint;
  readonly held: bigint;
  /** Of sliding minutes: JSON, see budgets/counter.ts. */
  readonly slots?: string;
}

export interface LimitReader {
  limits(filter: LimitFilter, page: PageRequest): Promise<Page<StoredLimit>>;
  /** Those in force; `undefined` also for those that were deleted. */
  limit(id: string): Promise<StoredLimit | undefined>;
  /** The counter of one subject. */
  counter(limit: Limit, subject: string, span: WantedCounter['span']): Promise<CounterRow>;
  /** In the order asked for; made up from the ledger where no request has needed one yet. */
  countersOf(wanted: readonly WantedCounter[]): Promise<readonly CounterRow[]>;
  /** Limits that every request of one of these owners counts for, whatever its model and end user. */
  applying(owners: readonly LimitOwner[]): Promise<readonly StoredLimit[]>;
  /** By subject; the cursor is the last subject of the page before. */
  counters(
    limitId: string,
    windowStart: number,
    page: PageRequest,
  ): Promise<{ readonly items: readonly CounterRow[]; readonly nextCursor?: string }>;
}

export interface LimitWriter {
  /** `undefined` when a limit of the same scope, metric and window is in force already. */
  add(limit: StoredLimit, audit: AuditEntry): Promise<StoredLimit | undefined>;
  /** `undefined` when it is gone or was changed since `revision`. */
  setAmount(
    change: { readonly id: string; readonly revision: number; readonly amount: bigint; readonly now: number },
    audit: AuditEntry,
  ): Promise<StoredLimit | undefined>;
  /** Whether this call removed it. */
  remove(
    change: { readonly id: string; readonly revision: number; readonly now: number },
    audit: AuditEntry,
  ): Promise<boolean>;
  /**
   * Makes the limits of source `config` those of `wanted`, one audit entry for each that changes, all or nothing. `audit`
   * makes an entry.
   */
  syncConfig(
    wanted: readonly StoredLimit[],
    now: number,
    audit: (action: string, before?: StoredLimit, after?: StoredLimit) => AuditEntry,
  ): Promise<{ readonly added: number; readonly changed: number; readonly removed: number }>;
}
