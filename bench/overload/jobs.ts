// What the clients of the overload measurement are told, and what they tell. Both cross a process border as JSON.
import type { Quantiles, Target } from '../load/jobs.ts';

export interface OverloadJob {
  readonly target: Target;
  /** Requests per second, whatever becomes of earlier ones. */
  readonly rate: number;
  /** Before this nothing counts: by then the gateway has found its pace. */
  readonly settleSeconds: number;
  readonly seconds: number;
}

export interface Waits extends Quantiles {
  /** Without what this process, busy with other answers, kept each of them waiting itself. */
  readonly ownLagTaken: Quantiles;
}

export interface OverloadOutcome {
  /** Sent within the seconds that count. */
  readonly sent: number;
  /** Due while every connection there may be was busy. */
  readonly unsent: number;
  readonly answered: number;
  readonly refused: number;
  /** Neither answered nor refused. */
  readonly wrong: number;
  readonly sample?: string;
  /** Milliseconds from the request to the last byte. */
  readonly admitted: Waits;
  readonly refusals: Waits;
  /** `GET /health` on a connection of its own, twenty times a second. */
  readonly health: Quantiles;
  readonly connections: number;
  /** Share of a core this process used. */
  readonly ownShare: number;
  /** Answers right and 503, second by second from the start of the job. */
  readonly bySecond: readonly { readonly answered: number; readonly refused: number; readonly p99: number }[];
}
