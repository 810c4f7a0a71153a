// Waits for the answer to a request that has the key and is not answered by this process: it was before, or by another node,
// which the database tells of. Asked at growing intervals; a request under way elsewhere is not worth a subscription.
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import type { ClaimHolder, IdempotencyClaim, IdempotencyStore } from '../../core/idempotency.ts';
import type { WholeAnswer } from './recorded-output.ts';
import { type AnswerKey, openAnswer } from './sealed-answer.ts';

const firstWaitMs = 50;
const longestWaitMs = 1_000;

export interface ElsewhereOptions {
  readonly keyId: string;
  readonly claim: IdempotencyClaim;
  readonly secrets: Omit<AnswerKey, 'requestId'>;
  /** Unix ms: the claims of this moment count, as they do for the hold. */
  readonly startedAt: number;
  /** How long to wait at most, in ms. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

export interface KeptAnswer extends WholeAnswer {
  readonly requestId: string;
}

/**
 * `undefined`: nobody has the key any more, so it can be claimed anew. Errors: `idempotency_key_reused`,
 * `idempotency_incomplete`, `idempotency_in_progress`, `ledger_unavailable`; the signal's reason.
 */
export async function answerElsewhere(
  options: ElsewhereOptions,
  store: IdempotencyStore,
  clock: Clock,
): Promise<KeptAnswer | undefined> {
  const { keyId, claim, signal } = options;
  const until = clock.monotonic() + options.waitMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, longestWaitMs)) {
    signal.throwIfAborted();
    const found = await store.findClaim(keyId, claim.keyHash, options.startedAt).catch(unavailable);
    if (!found || found.state === 'free') return undefined;
    const { requestId } = found;
    refuseOther(found, claim);
    if (found.state === 'kept') {
      const answer = await openAnswer(found.answer ?? '', { ...options.secrets, requestId });
      if (!answer) throw incomplete(requestId, 'was kept under an earlier secret of your API key');
      return { requestId, ...answer };
    }
    if (found.state === 'too-large') throw tooLarge(requestId);
    if (found.state === 'unanswered')
      throw incomplete(requestId, 'was broken off before its answer was complete');
    if (clock.monotonic() >= until) {
      throw new TollgateError('idempotency_in_progress', {
        values: { request: requestId },
        retryAfterMs: 5_000,
      });
    }
    await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Error: `idempotency_key_reused`. */
export function refuseOther(holder: ClaimHolder, claim: IdempotencyClaim): void {
  if (holder.bodyHash === claim.bodyHash) return;
  throw new TollgateError('idempotency_key_reused', { values: { request: holder.requestId } });
}

export function tooLarge(requestId: string): TollgateError {
  return incomplete(requestId, 'had an answer too large to be kept');
}

function incomplete(requestId: string, reason: string): TollgateError {
  return new TollgateError('idempotency_incomplete', {
    values: { request: requestId, reason },
    shouldRetry: false,
  });
}

function unavailable(cause: unknown): never {
  throw new TollgateError('ledger_unavailable', { cause, retryAfterMs: 1_000 });
}
