// `reasoning_effort` -> how Claude is asked to think. CONTRACT section 5a.
import type { ChatRequest, ReasoningEffort } from '../../wire/openai/chat-request.ts';
import type { ClaudeModel } from './models.ts';

/** Tokens a model that thinks by budget may think; its minimum is 1,024. */
const budgets: Record<Exclude<ReasoningEffort, 'none'>, number> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_000,
};
const smallestBudget = 1_024;
/** What is left for the answer where a cap leaves room for more thoughts than the fewest. */
const usualAnswer = 1_024;
/** What is left for it beside the fewest thoughts. */
const smallestAnswer = 256;

/** The level of a model that thinks adaptively: it has none below `low`, and not each one has those above `high`. */
function levelOf(effort: Exclude<ReasoningEffort, 'none'>, { highest = [] }: ClaudeModel): string {
  if (effort === 'minimal') return 'low';
  const above = effort === 'xhigh' || effort === 'max';
  return above && !highest.includes(effort) ? 'high' : effort;
}

export type Thinking =
  | { readonly maxTokens?: number; readonly effort?: string }
  | {
      readonly thinking:
        | { readonly type: 'enabled'; readonly budget_tokens: number }
        | { readonly type: 'adaptive'; readonly display: 'summarized' }
        | { readonly type: 'disabled' };
      /** `max_tokens` to send: it has to be above the budget. */
      readonly maxTokens?: number;
      readonly effort?: string;
    };

/**
 * The model thinks when the client says how much, or when the public name ends in `-thinking`, as the reference page has
 * it. `cap`: tokens of reasoning and answer together; thinking never takes all of it.
 */
export function thinkingOf(request: ChatRequest, model: ClaudeModel, cap: number): Thinking {
  const effort = request.reasoning_effort ?? (request.model.endsWith('-thinking') ? 'medium' : undefined);
  if (effort === undefined || model.thinking === 'none') return {};
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  if (model.thinking === 'adaptive') {
    return { thinking: { type: 'adaptive', display: 'summarized' }, effort: levelOf(effort, model) };
  }
  // A cap too small to think in: the client gets the answer it has room for.
  if (cap < smallestBudget + smallestAnswer) return {};
  const budget = Math.min(budgets[effort], Math.max(cap - usualAnswer, smallestBudget));
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}
