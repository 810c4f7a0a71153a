// Token counts of the OpenAI wire <-> the gateway's own. Unknown stays undefined. CONTRACT section 2, "usage".
import type { Usage } from '../../core/usage.ts';
import type { WireUsage } from '../../wire/openai/chat-response.ts';

/** No request uses more; a count above it is a broken counter, and money must not follow it. */
const mostTokens = 1_000_000_000;

/** `undefined` when the upstream did not give both counts as non-negative integers. */
export function toUsage(wire: unknown): Usage | undefined {
  if (typeof wire !== 'object' || wire === null) return undefined;
  const counts = wire as Partial<Record<keyof WireUsage | 'prompt_cache_hit_tokens', unknown>>;
  const input = count(counts.prompt_tokens);
  const written = count(counts.completion_tokens);
  if (input === undefined || written === undefined) return undefined;
  const reasoning = detail(counts.completion_tokens_details, 'reasoning_tokens');
  const output = written + reasoningBeside(input, written, reasoning, counts.total_tokens);
  // DeepSeek tells cached tokens in a member of its own.
  const cachedInput =
    detail(counts.prompt_tokens_details, 'cached_tokens') ?? count(counts.prompt_cache_hit_tokens);
  const cacheWrite = detail(counts.prompt_tokens_details, 'cache_write_tokens');
  return {
    input,
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

/** xAI counts reasoning beside `completion_tokens`, not in it; its total gives that away. */
function reasoningBeside(
  input: number,
  written: number,
  reasoning: number | undefined,
  total: unknown,
): number {
  return reasoning && total === input + written + reasoning ? reasoning : 0;
}

export function toWireUsage(usage: Usage): WireUsage {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInput ?? 0,
      audio_tokens: 0,
      ...(usage.cacheWrite === undefined ? {} : { cache_write_tokens: usage.cacheWrite }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning ?? 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens
    ? value
    : undefined;
}

function detail(details: unknown, name: string): number | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  return count((details as Record<string, unknown>)[name]);
}
