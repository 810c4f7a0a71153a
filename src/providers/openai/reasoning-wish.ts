// What a request wants of the model's reasoning: how much, and whether the client is to see it. Beside OpenAI's
// `reasoning_effort` clients ask with OpenRouter's `reasoning` and `include_reasoning` (CONTRACT section 1, last row).
import type { ChatRequest } from '../../wire/openai/chat-request.ts';

export interface ReasoningWish {
  /** `undefined`: the model's default. */
  readonly effort: string | undefined;
  /** How the reasoning text is to be; `undefined`: none is wanted. */
  readonly summary: 'auto' | 'concise' | 'detailed' | undefined;
  /** Whether it was asked for in fields that chat completions does not know. */
  readonly explicit: boolean;
}

/** Fields of a request that are read here and known nowhere else. */
export const reasoningExtras: readonly string[] = ['reasoning', 'include_reasoning'];

/** `always`: the operator sends every request where reasoning text is to be had. */
export function reasoningWish(request: ChatRequest, always: boolean): ReasoningWish {
  const { reasoning, include_reasoning: included } = request as {
    readonly reasoning?: unknown;
    readonly include_reasoning?: unknown;
  };
  const asked = typeof reasoning === 'object' && reasoning !== null ? (reasoning as Asked) : undefined;
  const explicit = asked !== undefined || typeof included === 'boolean';
  const named = request.model.endsWith('-thinking');
  const effort = effortOf(request, asked, named);
  const hidden = included === false || asked?.exclude === true || asked?.summary === null;
  const wanted = always || explicit || named || effort !== undefined;
  const summary = wanted && !hidden && effort !== 'none' ? summaryOf(asked?.summary) : undefined;
  return { effort, summary, explicit };
}

interface Asked {
  readonly effort?: unknown;
  readonly summary?: unknown;
  readonly exclude?: unknown;
  readonly enabled?: unknown;
}

/** A public name that ends in `-thinking` promises reasoning, as the reference page has it; gpt-5.1 does none by itself. */
function effortOf(request: ChatRequest, asked: Asked | undefined, named: boolean): string | undefined {
  if (request.reasoning_effort) return request.reasoning_effort;
  if (typeof asked?.effort === 'string') return asked.effort;
  if (asked?.enabled === false) return 'none';
  return named || asked?.enabled === true ? 'medium' : undefined;
}

function summaryOf(asked: unknown): 'auto' | 'concise' | 'detailed' {
  return asked === 'concise' || asked === 'detailed' ? asked : 'auto';
}
