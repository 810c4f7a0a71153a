// How a response ended -> `finish_reason`. CONTRACT section 5c, "Events".
import type { FinishReason } from '../../core/stream-event.ts';

/** `details`: `incomplete_details` of a response that is not complete, absent for one that is. */
export function mapFinishReason(status: unknown, details: unknown): FinishReason {
  if (status !== 'incomplete') return 'stop';
  const { reason } = (details ?? {}) as { readonly reason?: unknown };
  // What else may cut an answer short has in common with a cap that there would be more to say.
  return reason === 'content_filter' ? 'content_filter' : 'length';
}
