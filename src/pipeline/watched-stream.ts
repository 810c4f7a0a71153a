// An answer that has begun, watched for whoever learns from its end: the target, and the key it was called with.
import type { TollgateError } from '../core/errors.ts';
import type { Lesson, Visit } from '../routing/health.ts';
import type { Answered } from './try-keys.ts';
import type { UpstreamAnswer } from './upstream-answer.ts';

export interface Recorded {
  readonly answer: UpstreamAnswer;
  /** Notes what its stream was lost to. */
  readonly broke: (error: TollgateError) => void;
}

/**
 * The answer; if it is a stream that breaks off, its target and the key it was called with learn from that. Not from the end
 * of a client, nor from a time that was up while the client did not read.
 */
export function watched(reached: Answered<Recorded>, visit: Visit): UpstreamAnswer {
  const { answer } = reached.answer;
  if (answer.kind !== 'stream') return answer;
  answer.stream.watch((error, waiting) => {
    if (error.code === 'shutting_down') return;
    reached.answer.broke(error);
    if (waiting) return;
    reached.credential?.failed(error);
    visit.broke(lesson(error));
  });
  return answer;
}

/** A target that asks for time is busy, not broken; one that refuses the request is in good health. */
export function lesson(error: TollgateError): Lesson {
  const busy = error.code === 'upstream_rate_limited' || error.code === 'upstream_overloaded';
  const { code, message, retryAfterMs } = error;
  return { counts: error.entry.retryable && !busy, retryAfterMs, why: { code, message } };
}
