// What the gateway asks of a store's table of prices. A version's terms never change, so every row of the ledger can be
// recomputed for ever. Knows no SQL.

import type { AuditEntry } from './audit.ts';

export interface PriceRecord {
  /** What rows of the ledger name. */
  readonly version: string;
  /** Public name of the model it was made for. */
  readonly model: string;
  /** As core/price-terms.ts writes them. */
  readonly terms: string;
  readonly source: PriceSource;
  /** Unix ms. */
  readonly validFrom: number;
  /** Unix ms. */
  readonly createdAt: number;
  /** Unix ms; of source `admin` only. Absent = it was not withdrawn. */
  readonly withdrawnAt?: number;
}

/** `config`: tollgate.yaml states it. `seed`: it came with the gateway. `admin`: set while the gateway ran. */
export type PriceSource = 'config' | 'seed' | 'admin';

export interface PriceStore {
  /** Inserts those whose version is not there yet. */
  record(prices: readonly PriceRecord[]): Promise<void>;
  /** Inserts a price of source `admin` and tells every node. `false` if its version is there and was not withdrawn. */
  set(price: PriceRecord, audit: AuditEntry): Promise<boolean>;
  /** A price of source `admin` is no longer given to new requests. `false` if there is none in force. */
  withdraw(version: string, at: number, audit: AuditEntry): Promise<boolean>;
  price(version: string): Promise<PriceRecord | undefined>;
  /** Every price a model ever had, newest first; `free` is shared by all models and not among them. */
  history(model: string): Promise<readonly PriceRecord[]>;
  /** All prices of source `admin` that are not withdrawn, oldest first. */
  administered(): Promise<readonly PriceRecord[]>;
}
