// Where a client wants its prompt cached: OpenAI's `prompt_cache_breakpoint`, and `cache_control`, which Claude's own wire and
// clients of OpenRouter and LiteLLM have. CONTRACT section 1, last row.
import type { ChatRequest } from '../../wire/openai/chat-request.ts';

export interface CacheMark {
  /** How long; absent = the provider's default. */
  readonly ttl?: '1h';
}

/** Of a part or a tool. */
export function cacheMarkOf(given: object | undefined): CacheMark | undefined {
  const { cache_control: control, prompt_cache_breakpoint: breakpoint } = (given ?? {}) as {
    readonly cache_control?: { readonly ttl?: unknown } | null;
    readonly prompt_cache_breakpoint?: unknown;
  };
  if (control) return control.ttl === '1h' ? { ttl: '1h' } : {};
  return breakpoint ? {} : undefined;
}

export function cachedAt(given: object | undefined): { readonly cache?: CacheMark } {
  const cache = cacheMarkOf(given);
  return cache ? { cache } : {};
}

/** Whether the request has `cache_control` anywhere: where that is without effect, it is said. */
export function hasCacheControl({ messages, tools }: ChatRequest): boolean {
  const has = (given: object) => 'cache_control' in given;
  return (
    messages.some(({ content }) => Array.isArray(content) && content.some(has)) || (tools ?? []).some(has)
  );
}
