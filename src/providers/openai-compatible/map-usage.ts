// Token counts of the OpenAI wire <-> the gateway's own. Unknown stays undefined. CONTRACT section 2, "usage".
import type { Usage } from '../../core/usage.ts';
import type { WireUsage } from '../../wire/openai/chat-response.ts';

/** `undefined` when the upstream did not give both counts as non-negative integers. */
export function toUsage(wire: unknown): Usage | undefined {
  if (typeof wire !== 'object' || wire === null) return undefined;
  const counts = wire as Partial<Record<keyof WireUsage, unknown>>;
  const input = count(counts.prompt_tokens);
  const output = count(counts.completion_tokens);
  if (input === undefined || output === undefined) return undefined;
  const cachedInput = detail(counts.prompt_tokens_details, 'cached_tokens');
  const cacheWrite = detail(counts.prompt_tokens_details, 'cache_write_tokens');
  const reasoning = detail(counts.completion_tokens_details, 'reasoning_tokens');
  return {
    input,
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
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
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function detail(details: unknown, name: string): number | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  return count((details as Record<string, unknown>)[name]);
}
