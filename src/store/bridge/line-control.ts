// What the gateway's thread and the one that writes the ledger say to each other about the lines of workers, which end at the latter.
export interface Transaction {
  /** Rows it was about. */
  readonly items: number;
  readonly durationMs: number;
  /** Nothing of it was committed. */
  readonly failed: boolean;
}

export type ToLedgerDoor =
  | {
      readonly kind: 'listen';
      /** A unix socket in a private folder, or a named pipe. */
      readonly path: string;
      /** Unix ms at the zero of `process.hrtime`: the ledger's clock is that of the gateway. */
      readonly unixAtZero: number;
      /** Of workers that live. */
      readonly tokens: readonly string[];
    }
  /** A worker with this token may come. */
  | { readonly kind: 'expect'; readonly token: string }
  /** It is gone. Answered with `left` when what it left open is closed. */
  | { readonly kind: 'forget'; readonly token: string };

export type FromLedgerDoor =
  | { readonly kind: 'listening' }
  | { readonly kind: 'not-listening'; readonly message: string }
  /** `recovered`: how many rows that were. */
  | { readonly kind: 'left'; readonly token: string; readonly recovered: number }
  /** A while after they were. */
  | { readonly kind: 'transactions'; readonly transactions: readonly Transaction[] }
  /** A batch has changed it; see `LedgerWriter.metersContent`. */
  | { readonly kind: 'meters'; readonly metersContent: boolean };
