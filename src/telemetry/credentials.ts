// Keys of providers that failed -> log lines. A key is named by its place and its end, never whole.
import type { Logger } from 'pino';

/** What is known of a key that is left alone for a while; the shape in which the providers tell it. */
export interface CredentialEvent {
  readonly provider: string;
  readonly credential: string;
  readonly model: string;
  /** Catalogue code. */
  readonly reason: string;
  readonly forMs: number;
  readonly cause?: string;
}

/** A limit passes by itself; a key that is refused, or without credit, wants somebody to look after it. */
export function createCredentialObserver(log: Logger): (event: CredentialEvent) => void {
  return ({ provider, credential, model, reason, forMs, cause }) => {
    const level = reason === 'upstream_rate_limited' ? 'info' : 'warn';
    log[level](
      { provider, credential, model, error: reason, forMs: Math.round(forMs), cause: cause?.slice(0, 500) },
      'a key of a provider failed; its other keys are used meanwhile',
    );
  };
}
