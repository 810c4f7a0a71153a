// `stop_reason` -> `finish_reason`. CONTRACT section 5a, "Response".
import type { FinishReason } from '../../core/stream-event.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/** A reason that is not known yet ends the answer all the same. */
export function mapFinishReason(reason: unknown): FinishReason {
  return (typeof reason === 'string' ? reasons[reason] : undefined) ?? 'stop';
}
