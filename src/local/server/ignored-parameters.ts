// Names the parameters of a request that this server reads no meaning from, so that nobody believes they worked.
import type { JsonObject } from './read-field.ts';

/** Read by `read-request.ts`, or without influence on an answer. */
const understood = new Set([
  ...[
    'model',
    'messages',
    'stream',
    'stream_options',
    'max_tokens',
    'max_completion_tokens',
    'temperature',
    'top_p',
  ],
  ...[
    'frequency_penalty',
    'presence_penalty',
    'stop',
    'n',
    'seed',
    'logprobs',
    'top_logprobs',
    'logit_bias',
    'tools',
  ],
  ...[
    'tool_choice',
    'parallel_tool_calls',
    'response_format',
    'reasoning_effort',
    'modalities',
    'metadata',
    'store',
  ],
  ...['service_tier', 'safety_identifier', 'user', 'prompt_cache_key', 'prompt_cache_retention'],
]);

/** Only what may stand in a header, and not more than a header should hold. */
export function ignoredParameters(body: JsonObject): string[] {
  return Object.keys(body)
    .filter((name) => (body[name] ?? undefined) !== undefined && !understood.has(name))
    .filter((name) => /^[\w.-]{1,64}$/.test(name))
    .slice(0, 20);
}
