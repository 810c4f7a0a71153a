// `finishReason` -> `finish_reason`. It is STOP with function calls too: the writer sees to those. CONTRACT section 5b.
import { TollgateError } from '../../core/errors.ts';
import type { FinishReason } from '../../core/stream-event.ts';

const filtered = /^(?:SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE|IMAGE_\w+|MODEL_ARMOR)$/;
const broken = /^(?:MALFORMED_FUNCTION_CALL|UNEXPECTED_TOOL_CALL|TOO_MANY_TOOL_CALLS|MALFORMED_RESPONSE)$/;

/** Throws `upstream_error` where the model lost itself: that is no answer, and another try may give one. */
export function mapFinishReason(reason: unknown): FinishReason {
  const name = String(reason);
  if (name === 'MAX_TOKENS' || name === 'CONTINUATION') return 'length';
  if (filtered.test(name)) return 'content_filter';
  if (broken.test(name)) {
    throw new TollgateError('upstream_error', { values: { reason: 'the model wrote a broken tool call' } });
  }
  return 'stop';
}
