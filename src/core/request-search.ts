// Looking through the ledger: what can be asked for, and how far one look goes. Knows no SQL.
import type { LedgerRow, LedgerState } from './ledger-row.ts';

export interface RequestFilter {
  readonly keyId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly endUser?: string | undefined;
  readonly state?: LedgerState | undefined;
  /** A catalogue code; `any` = with an error, `none` = without. */
  readonly error?: string | undefined;
  readonly partial?: boolean | undefined;
  readonly recovered?: boolean | undefined;
  readonly stream?: boolean | undefined;
  /** Nano-USD, inclusive. */
  readonly minCost?: bigint | undefined;
  readonly maxCost?: bigint | undefined;
  /** Ms, inclusive. */
  readonly minDurationMs?: number | undefined;
  readonly maxDurationMs?: number | undefined;
  /** Part of the id. */
  readonly text?: string | undefined;
  /** Unix ms; from inclusive, to exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A row of the ledger as the admin API shows it. */
export interface RequestRow extends LedgerRow {
  readonly endUser?: string;
  readonly outputCap?: number;
  readonly holdTokens: number;
  readonly uncharged: bigint;
  /** Unix ms of the newest checkpoint. */
  readonly checkpointAt?: number;
}

export interface RequestPage {
  readonly items: readonly RequestRow[];
  /**
   * Absent when there is nothing older. A page may be shorter than asked for, even empty, and still have one: a look ends
   * after a bounded number of rows, so that a rare filter over millions of rows holds nobody up.
   */
  readonly nextCursor?: string;
}

export interface RequestReader {
  /** Newest first. `cursor`: only rows whose id is below it. */
  search(
    filter: RequestFilter,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<RequestPage>;
  request(id: string): Promise<RequestRow | undefined>;
  /** Rows at or after `after` (Unix ms) by end user: their requests, tokens and cost, dearest first. */
  endUsers(
    range: { readonly from: number; readonly to: number; readonly filter: RequestFilter },
    limit: number,
  ): Promise<readonly EndUserSum[]>;
}

export interface EndUserSum {
  readonly endUser: string;
  readonly requests: number;
  readonly errors: number;
  readonly input: number;
  readonly output: number;
  readonly cost: bigint;
}
