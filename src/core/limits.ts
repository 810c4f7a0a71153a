// The nouns of budgets: what a limit is, whom a request counts for, and the worst it can cost. One mechanism for prepaid
// credits, monthly budgets, requests and tokens per minute, and parallel requests.
import type { NanoUsd } from './money.ts';

export const limitScopes = ['organization', 'project', 'key', 'end_user', 'model'] as const;
export type LimitScopeKind = (typeof limitScopes)[number];

/**
 * Ids by kind, all of which must fit; `*` fits every one and gives each a counter of its own. At least one kind.
 * `{ project: 'proj_1' }`, `{ key: '*' }`, `{ project: 'proj_1', model: 'gpt-5.1' }`.
 */
export type LimitScope = Readonly<Partial<Record<LimitScopeKind, string>>>;

/** `cost` in nano-USD; `tokens` are input + output; `concurrent` are requests under way. */
export const limitMetrics = ['cost', 'tokens', 'requests', 'concurrent'] as const;
export type LimitMetric = (typeof limitMetrics)[number];

/**
 * A request counts in the window in which it began. Calendar windows turn in the limit's time zone (weeks on Monday);
 * `minute` is any 60 seconds, so there is no boundary to burst at. `concurrent` knows no window.
 */
export const limitWindows = ['lifetime', 'month', 'week', 'day', 'hour', 'minute'] as const;
export type LimitWindow = (typeof limitWindows)[number];

export interface Limit {
  readonly id: string;
  readonly scope: LimitScope;
  readonly metric: LimitMetric;
  readonly window: LimitWindow;
  /** Nano-USD, tokens or requests. */
  readonly amount: bigint;
  /** IANA name: `UTC`, `Europe/Berlin`. */
  readonly timeZone: string;
  /** `config`: from tollgate.yaml, changed there only. */
  readonly source: 'admin' | 'config';
}

/** Whether it counts what a request contains, and not requests only. */
export function metersContent({ metric }: Limit): boolean {
  return metric === 'cost' || metric === 'tokens';
}

/** Whom one request counts for: the value of every scope kind, for that request. */
export interface Payers {
  readonly organization: string;
  readonly project: string;
  readonly key: string;
  readonly end_user?: string | undefined;
  readonly model: string;
}

/** The worst a request can cost, as a function of how much it may write. */
export interface WorstCase {
  /** Upper bound of the prompt. */
  readonly promptTokens: number;
  /** Most tokens each choice may have. */
  readonly outputCap: number;
  /** Its place where a limit of cost or tokens applies: nobody said how much the model may write. Default: `outputCap`. */
  readonly limitedOutputCap?: number | undefined;
  /** How far the gateway may lower the cap to make the request fit: `outputCap` when the client set it. */
  readonly leastOutputCap: number;
  readonly choices: number;
  /** Nano-USD times a million, as prices are per million tokens. */
  readonly promptCost: bigint;
  /** Nano-USD per million tokens of output. */
  readonly outputPrice: NanoUsd;
}

/** What was reserved for a request. */
export interface Reserved {
  /** At most `WorstCase.outputCap`; lower where a limit affords no more. */
  readonly outputCap: number;
  readonly cost: NanoUsd;
  readonly tokens: number;
}

/** Where a limit stands, for `x-ratelimit-*` headers. */
export interface LimitStanding {
  readonly metric: LimitMetric;
  readonly window: LimitWindow;
  readonly amount: bigint;
  /** After this request's own hold. */
  readonly remaining: bigint;
  /** Ms until it is whole again: the window turns, or the oldest second leaves the sliding minute. 0 = never. */
  readonly resetMs: number;
}

/** Why a hold was refused: the limit it did not fit into, and by what. */
export interface LimitRefusal {
  readonly limit: Limit;
  /** The value of a `*` in the scope, else empty. */
  readonly subject: string;
  readonly settled: bigint;
  readonly held: bigint;
  /** What the request would have reserved at least. */
  readonly needed: bigint;
  /** Unix ms; absent = it does not reset by itself. */
  readonly resetsAt?: number;
  /** Ms until a request of this size may fit; absent = unknown. */
  readonly retryAfterMs?: number;
}

/** Thrown by `LedgerWriter.hold`. The words for the client are made where the names are known. */
export class LimitExceeded extends Error {
  override readonly name = 'LimitExceeded';
  readonly refusal: LimitRefusal;

  constructor(refusal: LimitRefusal) {
    super(`limit ${refusal.limit.id} has no room`);
    this.refusal = refusal;
  }
}
