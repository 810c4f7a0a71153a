// `stopReason` -> `finish_reason`. Source: Amazon Bedrock API Reference, "Converse", 2026-11-22.
import { TollgateError } from '../../core/errors.ts';
import type { FinishReason } from '../../core/stream-event.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  content_filtered: 'content_filter',
  guardrail_intervened: 'content_filter',
};

/**
 * A reason that is not known yet ends the answer all the same. Throws `upstream_error` where the model lost itself: that is no
 * answer, and another try may give one.
 */
export function mapFinishReason(reason: unknown): FinishReason {
  if (reason === 'malformed_tool_use') throw lost('the model wrote a broken tool call');
  if (reason === 'malformed_model_output') throw lost('the model wrote a broken answer');
  return (typeof reason === 'string' ? reasons[reason] : undefined) ?? 'stop';
}

function lost(reason: string): TollgateError {
  return new TollgateError('upstream_error', { values: { reason } });
}
