// Why a hold inserted no row: what the row of its key says.
import type { HoldRefusal } from './messages.ts';

/** `key`: columns `status`, `preview`, `expires_at`. `startedAt`: Unix ms. */
export function whyNotHeld(
  key: Record<string, unknown> | undefined,
  startedAt: number,
): Omit<HoldRefusal, 'index'> {
  if (!key) return { reason: 'key-unknown' };
  const preview = String(key.preview);
  if (key.status === 'revoked') return { reason: 'key-revoked', preview };
  if (key.status === 'disabled') return { reason: 'key-disabled', preview };
  const expiresAt = Number(key.expires_at);
  if (key.expires_at !== null && expiresAt <= startedAt) return { reason: 'key-expired', preview, expiresAt };
  return { reason: 'failed', detail: 'the row was not inserted' };
}
