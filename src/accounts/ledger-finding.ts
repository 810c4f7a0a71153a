// What a check of the ledger can find to be wrong. `id` names the row, the counter or the hour; amounts are in the unit that
// `what` says.

export type FindingKind =
  /** Cost and what was not charged are not the price of the usage, or pass the hold. */
  | 'row'
  /** The row names a version that the table of prices does not have, or whose terms are not those of the version. */
  | 'price'
  /** Held by a node that does not run any more. */
  | 'held'
  /** A counter is not the sum of its rows. */
  | 'counter'
  /** An hour is not the sum of its rows. */
  | 'hour'
  /** A day is not the sum of its hours. */
  | 'day'
  /** A count of errors is not that of the rows. */
  | 'errors'
  /** A day's count of errors is not that of its hours. */
  | 'error-day';

export interface Finding {
  readonly kind: FindingKind;
  readonly id: string;
  /** In words: `cost_nanousd`, `settled (tokens)`. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}
