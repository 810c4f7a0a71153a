// One request's way through the gateway: the two sides of the client's socket, its identity and its end.
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Exchange {
  /** `req_…`: the id of the ledger row and of `x-request-id`. */
  readonly id: string;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Aborts when the client's socket closes before the answer is complete, or when shutdown runs out of patience. */
  readonly signal: AbortSignal;
  /** Unix ms. */
  readonly startedAt: number;
  /** Monotonic ms. */
  readonly startedMonotonic: number;
}

/** The reason of `signal` when it was the client who left; anything else is an error to tell the client. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
  constructor() {
    super('the client closed its connection');
  }
}
