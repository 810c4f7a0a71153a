// Why an answer ended, in the five words OpenAI's clients know. Agents loop on `tool_calls` and stop on `stop`, so the
// word has to fit what was sent. CONTRACT section 2 and section 6, details 2 and 6.
import { TollgateError } from '../../core/errors.ts';
import type { FinishReason } from '../../wire/openai/chat-response.ts';

const known: Readonly<Record<string, FinishReason | 'failed'>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  function_call: 'function_call',
  // Mistral, Anthropic and Gemini gateways, TGI, older vLLM
  model_length: 'length',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  tool_call: 'tool_calls',
  function_calls: 'tool_calls',
  safety: 'content_filter',
  recitation: 'content_filter',
  refusal: 'content_filter',
  sensitive: 'content_filter',
  // OpenRouter, vLLM, Zhipu, DeepSeek
  error: 'failed',
  abort: 'failed',
  network_error: 'failed',
  insufficient_system_resource: 'failed',
};

/** How the model called: not at all, by tool calls, or by the deprecated `function_call`. */
export type Calling = 'none' | 'tool_calls' | 'function_call';

/** Throws TollgateError where the upstream says that it gave up. */
export function mapFinishReason(reason: string, calling: Calling): FinishReason {
  const name = reason.toLowerCase();
  const mapped = (Object.hasOwn(known, name) ? known[name] : undefined) ?? 'stop';
  if (mapped === 'failed') {
    throw new TollgateError('upstream_error', {
      cause: new Error(`finish reason ${reason.slice(0, 60)}`),
      values: { reason: 'it gave up in the middle of the answer' },
    });
  }
  const ended = mapped === 'stop' || mapped === 'tool_calls' || mapped === 'function_call';
  if (!ended) return mapped;
  return calling === 'none' ? 'stop' : calling;
}
