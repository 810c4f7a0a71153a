// What crosses between the process that has the store and those that serve requests. How it gets there is not known here; it
// is structured data, bigint included, and comes in the order it was sent.
import type { StoreErrorCode } from '../../core/store.ts';
import type { Batch, BatchOutcome, Query, Row } from '../sqlite/messages.ts';

/** Where a worker reaches the thread that writes the ledger. */
export interface LinePlace {
  /** A unix socket, or a named pipe. */
  readonly path: string;
  /** What it is known by there. */
  readonly token: string;
}

/** What a worker must know without asking. */
export interface StoreState {
  /** See `LedgerWriter.metersContent`. */
  readonly metersContent: boolean;
  /** Why the ledger cannot be written now. */
  readonly failure: string | undefined;
  /** Said at the start: for batches, where there is one. */
  readonly line?: LinePlace;
}

export type FromServingWorker =
  /** One at a time: the next one after its outcome. */
  | { readonly kind: 'batch'; readonly batch: Batch }
  /** `quick`: a request waits for it. */
  | {
      readonly kind: 'queries';
      readonly id: number;
      readonly quick: boolean;
      readonly queries: readonly Query[];
    };

export type ToServingWorker =
  | { readonly kind: 'outcome'; readonly outcome: BatchOutcome }
  | { readonly kind: 'rows'; readonly id: number; readonly results: readonly (readonly Row[])[] }
  | {
      readonly kind: 'queries-failed';
      readonly id: number;
      readonly code: StoreErrorCode;
      readonly message: string;
    }
  /** At the start and with every change; before the outcome that it came with. */
  | { readonly kind: 'state'; readonly state: StoreState };
