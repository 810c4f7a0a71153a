// One request as the ledger keeps it. Knows no SQL.
import type { NanoUsd } from './money.ts';
import type { AttemptRecord } from './ports.ts';
import type { RequestDetails } from './request-details.ts';
import type { Usage, UsageSource } from './usage.ts';

export type LedgerState = 'held' | 'settled' | 'released';

/** One request that was held: what was reserved, and once closed, what really happened. */
export interface LedgerRow {
  readonly id: string;
  readonly state: LedgerState;
  readonly keyId: string;
  readonly projectId: string;
  readonly model: string;
  readonly provider: string;
  readonly upstreamModel: string;
  readonly priceVersion: string;
  readonly hold: NanoUsd;
  /** Absent while held. */
  readonly cost?: NanoUsd;
  readonly usage?: Usage;
  readonly usageSource?: UsageSource;
  readonly stream: boolean;
  readonly partial: boolean;
  /** Closed after a crash of the node that held it, not by that node. */
  readonly recovered: boolean;
  readonly error?: string;
  /** Absent = one attempt without an error, which the row itself describes. */
  readonly attempts?: readonly AttemptRecord[];
  /** Unix ms. */
  readonly startedAt: number;
  readonly firstTokenMs?: number;
  readonly durationMs?: number;
  readonly nodeEpoch: number;
  readonly details?: RequestDetails;
}
