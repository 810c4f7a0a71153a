// Pages of a list by keyset: what comes after the last one seen, however long the list is.

/** Keyset paging, newest first. `cursor` is the `nextCursor` of the page before; absent = from the newest. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}
