// Which fields of a request are without effect at Bedrock: those the Converse API has no word for, and those that give way to
// others.
import type { ChatCall } from '../../core/ports.ts';
import { lostParams } from '../dialect/dropped-params.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { isTaken, settledReasoning, tiers } from './to-request.ts';

const taken: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_completion_tokens',
  'max_tokens',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'response_format',
  // Refused where they ask for anything.
  'n',
  'logprobs',
  'top_logprobs',
]);

export function droppedParams(call: ChatCall, memory: ReasoningMemory): string[] {
  const { request } = call;
  const { thinks, sampling } = settledReasoning(call, memory);
  return lostParams(call, (name) => {
    switch (name) {
      case 'temperature':
        return sampling !== 'none';
      case 'top_p':
        return sampling === 'both' || (sampling === 'one' && typeof request.temperature !== 'number');
      case 'reasoning_effort':
        return thinks;
      case 'stop':
        return (typeof request.stop === 'string' ? [request.stop] : (request.stop ?? [])).every(isTaken);
      case 'service_tier':
        return request.service_tier === 'default' || Object.hasOwn(tiers, request.service_tier ?? '');
      default:
        return taken.has(name);
    }
  });
}
