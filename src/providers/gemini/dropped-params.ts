// Which fields of a request are without effect at Gemini.
import type { ChatCall } from '../../core/ports.ts';
import { hasCacheControl } from '../dialect/cache-mark.ts';
import { lostParams } from '../dialect/dropped-params.ts';
import { thinkingConfig } from './thinking.ts';

const taken: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'n',
  'seed',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'response_format',
  // Refused where they ask for anything.
  'logprobs',
  'top_logprobs',
]);

export function droppedParams(call: ChatCall): string[] {
  const lost = lostParams(call, (name) =>
    name === 'reasoning_effort'
      ? thinkingConfig(call.request, call.target.model) !== undefined
      : taken.has(name),
  );
  // It caches by itself, where prompts begin alike.
  return hasCacheControl(call.request) ? [...lost, 'cache_control'] : lost;
}
