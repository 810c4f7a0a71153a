// Refuses prompts that do not fit, without freezing everybody else for the seconds that tokenizing megabytes takes.
import { TollgateError } from '../../core/errors.ts';

/** Fewer characters per token than this are not worth a look before tokenizing all. */
const charactersPerToken = 8;
const sampleLength = 16_384;

export function contextExceeded(limit: number, actual: number): TollgateError {
  return new TollgateError('context_length_exceeded', { param: 'messages', values: { limit, actual } });
}

/**
 * Throws `context_length_exceeded` if `text` is far beyond `limit` tokens; its count is then projected from the
 * beginning. Texts near the limit pass: they are cheap to count exactly.
 */
export function refuseFarTooLong(text: string, limit: number, count: (sample: string) => number): void {
  if (text.length <= limit * charactersPerToken) return;
  let tokens = 0;
  for (let offset = 0; offset < text.length; offset += sampleLength) {
    tokens += count(text.slice(offset, offset + sampleLength));
    const seen = Math.min(text.length, offset + sampleLength);
    if (tokens > limit * 2) throw contextExceeded(limit, Math.round((tokens / seen) * text.length));
  }
}
