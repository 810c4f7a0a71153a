// What a row of the ledger keeps of a request beside who paid how much: when its steps were, and a few facts about the client
// that called. Nothing of it is secret, and nothing counts money by it.

/** Where a client called from: the address itself is personal data and is not kept. */
export type Network = 'loopback' | 'private' | 'public';

export interface ClientFacts {
  /** `User-Agent`, at most `longestUserAgent` characters; `…` ends one that was cut. */
  readonly userAgent?: string | undefined;
  readonly network?: Network | undefined;
  /** It came with an `Idempotency-Key`. */
  readonly idempotent?: boolean | undefined;
  /** How often the client had tried before, by `x-stainless-retry-count` of the official SDKs; absent = it does not say. */
  readonly retry?: number | undefined;
}

/** All in ms since the request was received. */
export interface RequestTimes {
  /** Its hold was committed. */
  readonly heldMs?: number | undefined;
  /** The last piece of the answer came from the upstream. */
  readonly lastTokenMs?: number | undefined;
  /** Of its only attempt, where the row says the rest of that: the call began, and the upstream's status came. */
  readonly sentMs?: number | undefined;
  readonly firstByteMs?: number | undefined;
}

export type RequestDetails = ClientFacts & RequestTimes;

/** Characters. */
export const longestUserAgent = 100;
