// Sums over the hours of the ledger, by any of their dimensions. Knows no SQL.

export const usageDimensions = ['hour', 'model', 'key', 'project', 'provider'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

export interface UsageQuery {
  /** Unix ms; hours that begin at `from` or later and before `to`. */
  readonly from: number;
  readonly to: number;
  readonly groupBy: readonly UsageDimension[];
  /** Without them the histograms are empty, and the sums take a fraction of the time. */
  readonly histograms: boolean;
  readonly keyId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
}

export interface UsageSum {
  /** Values of the dimensions that were grouped by; `hour` in Unix ms. */
  readonly group: Readonly<Partial<Record<UsageDimension, string | number>>>;
  readonly requests: number;
  readonly errors: number;
  readonly partials: number;
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  /** Nano-USD. */
  readonly cost: bigint;
  /** Requests by step of duration, and by step of the time to the first token: core/usage-hours.ts has the steps. */
  readonly duration: readonly number[];
  readonly firstToken: readonly number[];
}

export interface UsageReader {
  usage(query: UsageQuery): Promise<readonly UsageSum[]>;
}
