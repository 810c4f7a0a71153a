// Sums over the hours and days of the ledger, by any of their dimensions. Knows no SQL.
import type { UsageSum } from './usage-sum.ts';

export type { UsageSum } from './usage-sum.ts';

export const usageDimensions = ['hour', 'model', 'key', 'project', 'provider'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** `bucket`: of `UsageQuery.buckets`. `error`: the catalogue code; then only `errors` is counted. */
export type UsageGrouping = UsageDimension | 'bucket' | 'error';

/** What a filter narrows the sums to. */
export interface UsageFilter {
  readonly keyId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
}

export interface UsageQuery extends UsageFilter {
  /** Unix ms; hours that begin at `from` or later and before `to`. Both are whole hours. */
  readonly from: number;
  readonly to: number;
  readonly groupBy: readonly UsageGrouping[];
  /** Where buckets begin, ascending, the first not later than `from`; the last ends at `to`. */
  readonly buckets?: readonly number[] | undefined;
  /** Other values of the dimension are one sum, whose group has no value of it. */
  readonly top?: { readonly dimension: UsageGrouping; readonly values: readonly string[] } | undefined;
  /** Of which the histograms are read; the others are empty, and the sums take a fraction of the time. */
  readonly histograms: boolean | 'duration' | 'first_token';
}

export interface EndUserQuery extends UsageFilter {
  readonly from: number;
  readonly to: number;
  /** Of this one alone. */
  readonly endUser?: string | undefined;
  /** Other end users are one sum, whose group has no value of it. */
  readonly top?: readonly string[] | undefined;
  readonly byHour: boolean;
  /** Rows that are looked at, newest first. */
  readonly most: number;
}

export interface EndUserLook {
  /** By `end_user`, and by `hour` where it was asked for. Without histograms. */
  readonly sums: readonly UsageSum[];
  /** Rows that were looked at. */
  readonly rows: number;
  /** Unix ms of the oldest of them, where there were more than might be looked at. */
  readonly endedAt?: number;
}

export interface LatencyQuery extends UsageFilter {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Rows that may lie in the range, whatever the filter. */
  readonly most: number;
}

/** A closed row, as far as percentiles ask; named like the dimensions. */
export interface LatencyRow {
  readonly key: string;
  readonly project: string;
  readonly model: string;
  readonly provider: string;
  /** Unix ms. */
  readonly startedAt: number;
  readonly durationMs?: number;
  readonly firstTokenMs?: number;
}

export interface UsageNames {
  readonly keys: ReadonlyMap<string, string>;
  readonly projects: ReadonlyMap<string, string>;
}

export interface UsageReader {
  usage(query: UsageQuery): Promise<readonly UsageSum[]>;
  /** About how many sums that would be, without making them: counted until there are more than `most`. */
  countGroups(query: UsageQuery, most: number): Promise<number>;
  /** From the rows of the ledger, since end users are in no sum. */
  endUsers(query: EndUserQuery): Promise<EndUserLook>;
  /** `undefined` where more rows lie in the range than may. */
  latencies(query: LatencyQuery): Promise<readonly LatencyRow[] | undefined>;
  /** Of those that are known. */
  names(keys: readonly string[], projects: readonly string[]): Promise<UsageNames>;
}
