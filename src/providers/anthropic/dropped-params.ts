// Which fields of a request are without effect at Claude: those it has no equivalent for, and those that give way to others.
import type { ChatCall } from '../../core/ports.ts';
import { conversationOf } from '../dialect/conversation.ts';
import { lostParams } from '../dialect/dropped-params.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { claudeModel } from './models.ts';
import { loopHasThoughts, toMessages } from './to-messages.ts';
import { isTaken } from './to-request.ts';
import { isThinking, needsThoughts, wantedThinking } from './wanted-thinking.ts';

const taken: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_completion_tokens',
  'max_tokens',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
  'response_format',
  'user',
  'safety_identifier',
  // Refused where they ask for anything.
  'n',
  'logprobs',
  'top_logprobs',
]);

export function droppedParams(call: ChatCall, memory: ReasoningMemory): string[] {
  const { request, target } = call;
  const model = claudeModel(target.model);
  const thinks = thinksWith(call, memory);
  const sampled = model.sampling && !thinks;
  return lostParams(call, (name) => {
    switch (name) {
      case 'temperature':
        return sampled;
      case 'top_p':
        // With both, newer models answer 400.
        return sampled && typeof request.temperature !== 'number';
      case 'reasoning_effort':
        return thinks;
      case 'stop':
        return (typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])).every(isTaken);
      case 'service_tier':
        return request.service_tier === 'default';
      default:
        return taken.has(name);
    }
  });
}

/** The same that the request says; the turns are looked at only where they have a say in it. */
function thinksWith(call: ChatCall, memory: ReasoningMemory): boolean {
  const wanted = wantedThinking(call);
  const { messages } = call.request;
  if (!needsThoughts(wanted) || !messages.some(({ role }) => role === 'tool' || role === 'function')) {
    return isThinking(wanted);
  }
  return loopHasThoughts(toMessages(conversationOf(call.request), memory, true));
}
