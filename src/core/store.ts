// The store contract: what the accounts and the gateway may ask of a database, in domain terms. Knows no SQL, no
// dialect and no file. Every method that writes is one transaction; nothing here holds a lock across an await.
import type { AdminStore } from './admin-store.ts';
import type { AuditEntry } from './audit.ts';
import type { ContentStore } from './content.ts';
import type { IdempotencyStore } from './idempotency.ts';
import type { LedgerRow } from './ledger-row.ts';
import type { LedgerUpkeep } from './ledger-snapshot.ts';
import type { Page, PageRequest } from './paging.ts';
import type { LedgerWriter } from './ports.ts';
import type { PriceStore } from './prices.ts';
import type { SecretStoreReader, SecretStoreWriter } from './secrets.ts';
import type { NewKey, NewProject, StoredKey } from './stored-key.ts';

export type { LedgerRow, LedgerState } from './ledger-row.ts';
export type { Page, PageRequest } from './paging.ts';
export type { NewKey, NewProject, StoredKey } from './stored-key.ts';

// --- projects and keys ------------------------------------------------------------------------------------------

export interface KeyStoreReader {
  keyByHash(hash: string): Promise<StoredKey | undefined>;
  keys(page: PageRequest): Promise<Page<StoredKey>>;
  /** Keys whose id, name or preview is exactly `reference`. */
  keysMatching(reference: string): Promise<readonly StoredKey[]>;
}

export interface KeyStoreWriter {
  /** Adds the key to the project of that name, which is created if there is none. */
  addKey(key: NewKey, project: NewProject): Promise<StoredKey>;
  /** As `addKey`, but only while the store holds no key at all; `undefined` if it holds one, and then no entry is left. */
  addFirstKey(key: NewKey, project: NewProject, audit?: AuditEntry): Promise<StoredKey | undefined>;
  /** Effective for the next hold of every process. `false` if there is no such key or it was revoked before. */
  revokeKey(id: string, revokedAt: number): Promise<boolean>;
}

// --- ledger -----------------------------------------------------------------------------------------------------

export interface LedgerReader {
  row(id: string): Promise<LedgerRow | undefined>;
  /** Newest first, by id: request ids sort by time. */
  rows(page: PageRequest): Promise<Page<LedgerRow>>;
}

// --- the store --------------------------------------------------------------------------------------------------

export interface Store extends AsyncDisposable {
  readonly keyReader: KeyStoreReader;
  readonly keyWriter: KeyStoreWriter;
  readonly ledgerReader: LedgerReader;
  readonly secretReader: SecretStoreReader;
  readonly secretWriter: SecretStoreWriter;
  /** Accounts, limits, usage and the audit log, for administrators. */
  readonly admin: AdminStore;
  readonly prices: PriceStore;
  readonly upkeep: LedgerUpkeep;
  readonly idempotency: IdempotencyStore;
  readonly content: ContentStore;
  /** Checks the whole database (slow on a large one); the problems found, none if it is sound. */
  integrity(): Promise<readonly string[]>;
}

/** The store of a running gateway: alone on its data folder, and the only kind that writes the ledger. */
export interface GatewayStore extends Store {
  readonly ledgerWriter: LedgerWriter;
  /** Number of this run; every row it holds carries it. */
  readonly epoch: number;
  /** Rows an earlier run had left `held`, closed at this start. */
  readonly recovered: number;
  /** Why the ledger cannot be written now; `undefined` when it can. */
  unavailable(): { readonly reason: string } | undefined;
  /** Lets a process that serves requests use this store; absent where it was not opened to be shared. */
  readonly connect?: ConnectWorker | undefined;
  /**
   * Lets processes that are connected from then on hand in to the ledger by a socket of their own at this path, in a folder that is
   * nobody else's (a named pipe on Windows). Absent where the ledger is written by this process's own thread. Rejects with StoreError.
   */
  readonly listenForWorkers?: ((path: string) => Promise<void>) | undefined;
  /** Settles everything handed in, writes the log back into the database and ends the worker. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a process that serves requests needs of a store. */
export interface ServingStore
  extends Pick<
    GatewayStore,
    'ledgerWriter' | 'keyReader' | 'prices' | 'idempotency' | 'content' | 'unavailable'
  > {
  /** Settles everything handed in. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** `send` takes messages to the other process, which are structured data and must come in their order. Must not throw. */
export type ConnectWorker = (send: (message: unknown) => void) => ConnectedWorker;

/** The store's end of the line to a process that serves requests. */
export interface ConnectedWorker {
  /** For the other end: how things stand now. */
  readonly state: unknown;
  /** What the other process said. */
  receive(message: unknown): void;
  /**
   * It said its last: what it left held is closed at the last checkpoints and counts as recovered. Resolves with how many
   * rows that were.
   */
  ended(): Promise<number>;
}

/** What waits for the next transaction of the ledger. */
export interface LedgerQueue {
  readonly holds: number;
  readonly settles: number;
  readonly checkpoints: number;
}

/** Hears of the ledger's transactions, for metrics. Must not throw. */
export interface LedgerObserver {
  /** Once, at the start: how to ask what waits. */
  watch(queue: () => LedgerQueue): void;
  /** A transaction is over; `failed`: nothing of it was committed. */
  committed(batch: { readonly items: number; readonly durationMs: number; readonly failed: boolean }): void;
}

/** What the store could not do for a request that is already answered: for the operator's log, never for a client. */
export type StoreProblem =
  | { readonly kind: 'settle-retrying'; readonly waiting: number; readonly reason: string }
  | { readonly kind: 'settle-unknown-id'; readonly id: string }
  | { readonly kind: 'settle-lost'; readonly id: string; readonly reason: string }
  /** The database is away: settlements wait in the data folder until it is back. */
  | { readonly kind: 'settle-spooled'; readonly settlements: number; readonly reason: string }
  | { readonly kind: 'spool-replayed'; readonly settlements: number }
  /** This process stood still for so long that others closed its rows; it goes on under a new epoch. */
  | { readonly kind: 'node-declared-dead'; readonly epoch: number }
  /** The rows that another node had left held were closed here. */
  | { readonly kind: 'node-recovered'; readonly epoch: number; readonly rows: number }
  | { readonly kind: 'store-failed'; readonly reason: string };

export type StoreErrorCode =
  | 'data_folder_unusable'
  | 'data_folder_in_use'
  | 'database_unreachable'
  | 'database_corrupt'
  | 'schema_newer'
  | 'schema_changed'
  | 'store_failed';

/** Why a store cannot be opened or used. `message` says what is wrong and what to do, for the operator's eyes. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
