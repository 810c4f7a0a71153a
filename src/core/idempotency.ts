// The nouns of `Idempotency-Key`: the claim that a request makes before it is dispatched, and the answer that is kept for
// whoever asks the same again. The claim is made in the transaction of the hold, so one request of all nodes gets it.

/** What a request with an `Idempotency-Key` reserves for itself, beside money. */
export interface IdempotencyClaim {
  /** SHA-256 of the key, in hex: the header's value is not stored. Belongs to the API key of the hold. */
  readonly keyHash: string;
  /** SHA-256 of path and body, in hex. */
  readonly bodyHash: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

/** The request that has the key. */
export interface ClaimHolder {
  readonly requestId: string;
  readonly bodyHash: string;
}

/** Thrown by `LedgerWriter.hold`: another request has the key, and nothing was reserved. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict';
  readonly holder: ClaimHolder;

  constructor(holder: ClaimHolder) {
    super(`the idempotency key belongs to request ${holder.requestId}`);
    this.holder = holder;
  }
}

/** Where the request with the key stands. */
export type ClaimState =
  /** Its answer is there. */
  | 'kept'
  /** It has answered, and the answer was too large to be kept. */
  | 'too-large'
  /** It is under way, on this node or another. */
  | 'running'
  /** It reached a model, and there is no answer: its client left, or its gateway was stopped. */
  | 'unanswered'
  /** It reached no model: whoever asks again gets the key. */
  | 'free';

export interface FoundClaim extends ClaimHolder {
  readonly state: ClaimState;
  /** With `kept`. As it was handed in. */
  readonly answer?: string | undefined;
}

export interface IdempotencyStore {
  /** `undefined`: nobody has the key at `now` (Unix ms). */
  findClaim(keyId: string, keyHash: string, now: number): Promise<FoundClaim | undefined>;
  /** Keeps the answer of the request, as text the store need not understand; `undefined`: it was too large. */
  keepAnswer(requestId: string, answer: string | undefined): Promise<void>;
  /** Deletes at most `most` that expired before `now` (Unix ms), with their answers; how many it were. */
  deleteExpired(now: number, most: number): Promise<number>;
}
