// A whole response of Gemini -> events.
import { TollgateError } from '../../core/errors.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import { createCandidateReader } from './read-candidates.ts';

export function readWhole(body: unknown, newCallId: () => string): StreamEvent[] {
  const reader = createCandidateReader(newCallId);
  const events = reader.read(body);
  if (reader.finished()) return events;
  throw new TollgateError('upstream_error', { values: { reason: 'its answer is not complete' } });
}
