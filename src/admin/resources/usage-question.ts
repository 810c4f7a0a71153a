// What `/usage` was asked, and the sums of one period that answer it.
import type { TimedSum } from '../../accounts/exact-latency.ts';
import type { Calendar, Range } from '../../accounts/usage-buckets.ts';
import type { Span } from '../../budgets/window.ts';
import type { UsageFilter, UsageQuery } from '../../core/usage-report.ts';
import type * as contract from '../contract/usage.ts';
import type { Groups } from './usage-groups.ts';

export interface Question {
  readonly calendar: Calendar;
  readonly filter: UsageFilter;
  readonly endUser: string | undefined;
  readonly groups: Groups;
  readonly top: number | undefined;
  readonly orderBy: contract.UsageOrder;
  readonly histograms: UsageQuery['histograms'];
  readonly outcomes: boolean;
}

export interface Outcomes {
  /** Requests that are over, also those that reached no model. */
  readonly ended: number;
  /** With an error, but for those that their clients left. */
  readonly failed: number;
  readonly aborted: number;
}

export interface Period {
  readonly range: Range;
  readonly buckets: readonly Span[];
  readonly data: readonly TimedSum[];
  readonly series: readonly TimedSum[];
  readonly total: TimedSum;
  readonly outcomes?: Outcomes;
  /** Of end users: rows that were looked at, and Unix ms of the oldest where that was not all. */
  readonly look?: { readonly rows: number; readonly endedAt?: number };
}

/** Above it the answer says to ask for less, rather than to send it. */
export const mostRows = 10_000;
/** Rows of `series`; the others are one. */
export const mostSeries = 1_000;
