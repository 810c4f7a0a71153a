// Looking through the ledger: what can be asked for, and how far one look goes. Knows no SQL.
import type { LedgerRow, LedgerState } from './ledger-row.ts';
import { requestIdPrefix } from './request-ids.ts';

export interface RequestFilter {
  readonly keyId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly endUser?: string | undefined;
  readonly state?: LedgerState | undefined;
  /** Codes of the catalogue, separated by commas; `any` = with an error, `none` = without. */
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
  readonly minFirstTokenMs?: number | undefined;
  readonly maxFirstTokenMs?: number | undefined;
  /** Part of the id, in small letters or capitals; where it begins as ids do, how the id begins, letter by letter. */
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
  /** As they are called now; absent = they are not there any more. */
  readonly keyName?: string;
  readonly project?: string;
  /** Whose key it is; absent = nobody's. */
  readonly memberId?: string;
}

export interface RequestPage {
  readonly items: readonly RequestRow[];
  /**
   * Absent when there is nothing older. A page may be shorter than asked for, even empty, and still have one: a look ends
   * after a bounded number of rows, so that a rare filter over millions of rows holds nobody up.
   */
  readonly nextCursor?: string;
  /** Unix ms: everything down to there was looked at. Absent = everything there is. */
  readonly searchedTo?: number;
}

/** One row, and those that were made right before and after it. */
export interface FoundRequest {
  readonly row: RequestRow;
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
}

export interface RecentRequests {
  readonly rows: readonly RequestRow[];
  /** There are more that are as new. */
  readonly more: boolean;
}

export interface RequestReader {
  /** Newest first. `cursor`: only rows whose id is below it. */
  search(
    filter: RequestFilter,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<RequestPage>;
  request(id: string): Promise<FoundRequest | undefined>;
  /** The newest `most` rows whose id is `from` or above, as many older ones that are held, and those of `ids`. In no order. */
  recent(what: {
    readonly from: string;
    readonly ids: readonly string[];
    readonly most: number;
  }): Promise<RecentRequests>;
}

/** The codes that a filter of errors names. */
export function errorCodes(error: string): readonly string[] {
  return error.split(',').filter((code) => code !== '');
}

/** Whether a text can only be how an id begins. */
export function isIdPrefix(text: string): boolean {
  return text.startsWith(requestIdPrefix) && text.length > requestIdPrefix.length;
}
