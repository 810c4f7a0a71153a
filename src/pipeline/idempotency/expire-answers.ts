// Idempotency keys that expired leave with their answers, a few at a time. Knows no timer: the gateway says when.
import type { Clock } from '../../core/clock.ts';
import type { IdempotencyStore } from '../../core/idempotency.ts';

/** Of one transaction: an answer has up to megabytes. */
const batch = 50;

/** One batch. Resolves with whether there is more to do. Rejects with StoreError. */
export function createExpiry(store: IdempotencyStore, clock: Pick<Clock, 'now'>): () => Promise<boolean> {
  return async function expireAnswers() {
    return (await store.deleteExpired(clock.now(), batch)) === batch;
  };
}
