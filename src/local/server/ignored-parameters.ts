// Names the parameters of a request that have no effect here and would have had one elsewhere, so that nobody believes
// they worked.
import type { ChatRequest } from '../../wire/openai/chat-request.ts';

/** Read by `read-request.ts`, or without influence on what the answer says. */
const understood: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens'],
  ...['temperature', 'top_p', 'frequency_penalty', 'presence_penalty', 'stop', 'seed', 'logit_bias'],
  ...['n', 'logprobs', 'top_logprobs', 'tools', 'tool_choice', 'parallel_tool_calls'],
  ...['functions', 'function_call', 'response_format', 'reasoning_effort'],
  ...['modalities', 'metadata', 'store', 'service_tier', 'prediction', 'safety_identifier', 'user'],
  ...['continue_final_message', 'add_generation_prompt'],
  ...['prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options'],
]);

/** Functions are what tools were called before; who sends both gets tools. */
function overridden(name: string, { tools }: ChatRequest): boolean {
  return Boolean(tools) && (name === 'functions' || name === 'function_call');
}

/** Only what may stand in a header, and not more than a header should hold. */
export function ignoredParameters(body: ChatRequest): string[] {
  return Object.entries(body)
    .filter(([name, value]) => value !== null && (!understood.has(name) || overridden(name, body)))
    .map(([name]) => name)
    .filter((name) => /^[\w.-]{1,64}$/.test(name))
    .slice(0, 20);
}
