// What a requested model name asks of the one model that is loaded. Pure.
import type { ReasoningEffort } from '../../wire/openai/chat-request.ts';
import type { LocalChatRequest } from './request.ts';

export interface Profile {
  /** Put first when the client sends no system message. */
  readonly systemPrompt?: string;
  /** Tokens the model may think; 0 = it does not. */
  readonly thinkingBudget: number;
}

/** Short, because the longer it is, the more a small model answers to it instead of to the question. */
const conversational = 'You are a friendly, helpful assistant.';

/**
 * Thinking budgets in tokens. A small model on a CPU writes some 20 to 100 tokens a second and loses the thread when
 * it thinks for long; one that was never trained to think loses it sooner.
 */
const budgets: Record<'native' | 'prompted', Record<ReasoningEffort, number>> = {
  native: { none: 0, minimal: 64, low: 256, medium: 768, high: 2048, xhigh: 4096, max: 16_384 },
  prompted: { none: 0, minimal: 32, low: 96, medium: 192, high: 384, xhigh: 768, max: 1536 },
};

/** `nativeThinking`: the model was trained to think. */
export function profileOf(
  request: Pick<LocalChatRequest, 'model' | 'messages' | 'reasoningEffort'>,
  nativeThinking: boolean,
): Profile {
  const effort = request.reasoningEffort ?? (request.model.endsWith('-thinking') ? 'medium' : 'none');
  const thinkingBudget = budgets[nativeThinking ? 'native' : 'prompted'][effort];
  const ownSystem = request.messages.some((message) => message.role === 'system');
  if (!request.model.endsWith('-chat') || ownSystem) return { thinkingBudget };
  return { thinkingBudget, systemPrompt: conversational };
}
