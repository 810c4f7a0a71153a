// One target asked, and where its provider has several keys and one of them was the reason that it failed, asked again at
// once with another. What a key is, and how long it is left alone, is the provider's business.
import { TollgateError } from '../core/errors.ts';
import type { ProviderAdapter, ProviderCredential } from '../core/ports.ts';

/** `credential`: which key, in words for the operator. */
export type CallWithKey<T> = (adapter: ProviderAdapter, credential?: string) => Promise<T>;

export interface Answered<T> {
  readonly answer: T;
  /** The key it was called with, where the provider has several: an answer that breaks off may be that key's fault. */
  readonly credential?: ProviderCredential;
}

/** Rejects with what `call` rejects with; of failures of keys, with the mildest. */
export async function tryKeys<T>(
  credentials: Iterable<ProviderCredential>,
  call: CallWithKey<T>,
): Promise<Answered<T>> {
  let failure: TollgateError | undefined;
  for (const credential of credentials) {
    try {
      const answer = await call(credential.adapter, credential.label);
      credential.succeeded();
      return { answer, credential };
    } catch (thrown) {
      if (!(thrown instanceof TollgateError) || !credential.failed(thrown)) throw thrown;
      failure = failure ? milder(failure, thrown) : thrown;
    }
  }
  throw failure;
}

/** The one that passes first: whoever is told to come back later need not wait for the other keys. */
function milder(first: TollgateError, second: TollgateError): TollgateError {
  return waitOf(second) <= waitOf(first) ? second : first;
}

/** What does not say when it passes comes behind what does; what does not pass by itself comes last. */
function waitOf({ code, retryAfterMs, shouldRetry }: TollgateError): number {
  if (shouldRetry === false) return Number.POSITIVE_INFINITY;
  return (
    retryAfterMs ?? (code === 'upstream_rate_limited' ? Number.MAX_SAFE_INTEGER / 2 : Number.MAX_SAFE_INTEGER)
  );
}
