// Chat completions or Responses: which of OpenAI's two APIs a request goes to. Chat completions is the rule, as the client's
// own bytes go through it; Responses has what that one lacks: reasoning text, and functions while the model reasons.
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { openaiModel } from './models.ts';
import { reasoningWish } from './reasoning-wish.ts';

/** `model`: the target's. */
export function usesResponses(
  request: ChatRequest,
  model: string,
  { responses = 'auto' }: Pick<ProviderCapabilities, 'responses'>,
): boolean {
  if (responses !== 'auto') return responses === 'always';
  const { reasons, chatCompletions, toolsWhileReasoning } = openaiModel(model);
  if (!chatCompletions) return true;
  if (!reasons) return false;
  const wish = reasoningWish(request, false);
  if (wish.explicit) return true;
  if (!toolsWhileReasoning && hasFunctions(request) && wish.effort !== 'none') return true;
  // The name alone is no reason to refuse what can be had without reasoning text.
  return request.model.endsWith('-thinking') && wish.summary !== undefined && !needsChat(request);
}

function hasFunctions({ tools, functions }: ChatRequest): boolean {
  return (functions?.length ?? 0) > 0 || (tools ?? []).some((tool) => tool.type === 'function');
}

/** What only chat completions can do. */
function needsChat(request: ChatRequest): boolean {
  return (
    (request.n ?? 1) > 1 ||
    request.logprobs === true ||
    request.modalities?.includes('audio') === true ||
    (request.tools ?? []).some((tool) => tool.type !== 'function') ||
    request.messages.some(holdsAudioOrCustomCalls)
  );
}

function holdsAudioOrCustomCalls(message: ChatRequest['messages'][number]): boolean {
  if (message.role === 'user') {
    return Array.isArray(message.content) && message.content.some((part) => part.type === 'input_audio');
  }
  if (message.role !== 'assistant') return false;
  return message.audio != null || (message.tool_calls ?? []).some((call) => call.type !== 'function');
}
