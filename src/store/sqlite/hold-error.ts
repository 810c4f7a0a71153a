// Why a hold was refused, in the words of the error catalogue.
import { TollgateError } from '../../core/errors.ts';
import { IdempotencyConflict } from '../../core/idempotency.ts';
import { LimitExceeded } from '../../core/limits.ts';
import type { HoldRefusal } from './messages.ts';

export function holdError(refusal: HoldRefusal): TollgateError | LimitExceeded | IdempotencyConflict {
  switch (refusal.reason) {
    case 'key-unknown':
    case 'key-revoked':
      return new TollgateError('invalid_api_key', { values: { key: refusal.preview ?? '***' } });
    case 'key-disabled':
      return new TollgateError('key_disabled');
    case 'key-expired':
      return new TollgateError('key_expired', {
        values: { expiresAt: new Date(refusal.expiresAt ?? 0).toISOString().slice(0, 10) },
      });
    case 'limit':
      if (refusal.limit) return new LimitExceeded(refusal.limit);
      return new TollgateError('internal_error', { cause: new Error('a limit without its name') });
    case 'claimed':
      if (refusal.holder) return new IdempotencyConflict(refusal.holder);
      return new TollgateError('internal_error', { cause: new Error('a claim without its holder') });
    case 'refused':
      // A request id that is not new: a fault of the gateway, and the same request would fail again.
      return new TollgateError('internal_error', { cause: new Error(refusal.detail) });
    case 'failed':
      return new TollgateError('ledger_unavailable', {
        cause: new Error(refusal.detail),
        retryAfterMs: 1000,
      });
  }
}
