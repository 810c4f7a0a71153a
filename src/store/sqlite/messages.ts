// What crosses between the gateway's thread and the database worker. Batches are flat arrays of cells: cloning one
// array costs a third of cloning as many objects. Answers come in the order of the questions, so none has an id.
import type { ClaimHolder } from '../../core/idempotency.ts';
import type { LimitRefusal, LimitStanding } from '../../core/limits.ts';
import type { StoreErrorCode } from '../../core/store.ts';
import type { FromLedgerDoor, ToLedgerDoor } from '../bridge/line-control.ts';
import type { IdempotencyStatements } from '../sql/idempotency.ts';
import type { Cell, LedgerStatements } from '../sql/ledger.ts';
import type { LimitStatements } from '../sql/limits-in-force.ts';
import type { NodeStatements } from '../sql/nodes.ts';
import type { UsageHourStatements } from '../sql/usage-hours.ts';

export interface WorkerSettings {
  readonly folder: string;
  /** `gateway` is alone on its folder and closes what earlier runs left held; `tool` is neither. */
  readonly role: 'gateway' | 'tool';
  /** Name of this node. */
  readonly node: string;
  /** Epoch of a run whose worker died: it goes on instead of a new run starting. */
  readonly resumeEpoch?: number;
  /** Unix ms of the start. */
  readonly now: number;
  readonly busyTimeoutMs: number;
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Most pages the database may have; absent = no bound but the disk. */
  readonly maxPages?: number;
  readonly statements: StoreStatements;
}

export type StoreStatements = LedgerStatements &
  NodeStatements &
  LimitStatements &
  UsageHourStatements &
  IdempotencyStatements;

/** Flat cells of entries, settlements and checkpoints (sql/to-cells.ts). */
export interface Batch {
  readonly holds: Cell[];
  readonly settles: Cell[];
  readonly checkpoints: Cell[];
  /** Ids of rows whose process is gone: those still held are closed at their last checkpoints, as `recovered`. They come alone. */
  readonly abandoned?: readonly string[];
  /** The moment by the clock of sliding minutes, in Unix ms: it never runs backwards. */
  readonly now: number;
}

/** The members of a batch on their way, in this order; the last is there only where it is set. */
export type PackedBatch = readonly [
  now: number,
  holds: Cell[],
  settles: Cell[],
  checkpoints: Cell[],
  abandoned?: readonly string[],
];

/** One compiled query. */
export interface Query {
  readonly sql: string;
  readonly parameters: readonly Cell[];
}

export type Row = Record<string, unknown>;

export type ToWorker =
  | PackedBatch
  /** All in one transaction. */
  | { readonly kind: 'queries'; readonly queries: readonly Query[] }
  | { readonly kind: 'close'; readonly now: number }
  | ToLedgerDoor;

/** Why one hold of a batch inserted nothing. `index` counts the holds of the batch. */
export interface HoldRefusal {
  readonly index: number;
  /** `refused`: the database will never take it, for its id is there already. `failed`: it may later. */
  readonly reason:
    | 'key-unknown'
    | 'key-revoked'
    | 'key-disabled'
    | 'key-expired'
    | 'limit'
    | 'claimed'
    | 'refused'
    | 'failed';
  readonly limit?: LimitRefusal;
  /** The request that has the idempotency key. */
  readonly holder?: ClaimHolder;
  readonly preview?: string;
  /** Unix ms. */
  readonly expiresAt?: number;
  readonly detail?: string;
}

/** Why one settlement of a batch changed nothing though its row is not closed. */
export interface SettleRefusal {
  readonly index: number;
  /** `refused`: the database will never take it. `failed`: it may later. */
  readonly reason: 'unknown-id' | 'refused' | 'failed';
  readonly detail?: string;
}

/** What a hold was granted, where limits applied to it. */
export interface HoldGrant {
  readonly index: number;
  readonly outputCap: number;
  readonly standings: readonly LimitStanding[];
}

/** What is not named went well, was granted all it asked for, and is committed. */
export interface BatchOutcome {
  /** Set when nothing of the batch was committed, as far as is known. */
  readonly failed?: string;
  /** With `failed`: the worker died, or the disk refused, in the middle, so the batch may be committed all the same. */
  readonly doubtful?: true;
  readonly holds?: readonly HoldRefusal[];
  readonly grants?: readonly HoldGrant[];
  readonly settles?: readonly SettleRefusal[];
  /** Set when it has changed: see `LedgerWriter.metersContent`. */
  readonly metersContent?: boolean;
}

/** An outcome with nothing but grants on its way. For each: index, cap, how many standings, and theirs. */
export type PackedAnswer = readonly (number | bigint)[];

export type FromWorker =
  | {
      readonly kind: 'opened';
      readonly epoch: number;
      readonly recovered: number;
      readonly metersContent: boolean;
    }
  | { readonly kind: 'not-opened'; readonly code: StoreErrorCode; readonly message: string }
  | PackedAnswer
  /** To a batch of which there is more to say than what was granted. */
  | { readonly kind: 'batch'; readonly outcome: BatchOutcome }
  /** `metersContent` is said after queries that write. */
  | { readonly kind: 'rows'; readonly results: readonly Row[][]; readonly metersContent?: boolean }
  | { readonly kind: 'queries-failed'; readonly code: StoreErrorCode; readonly message: string }
  | { readonly kind: 'closed' }
  | FromLedgerDoor;
