// What will be done for a request, decided before a token is spent.
import type { Constraint } from './constraint.ts';
import type { Prompt } from './prompt.ts';
import type { LocalChatRequest } from './request.ts';

export interface ChatPlan {
  readonly request: LocalChatRequest;
  readonly prompt: Prompt;
  readonly constraint: Constraint;
  readonly parallelToolCalls: boolean;
  readonly thinkingBudget: number;
  readonly maxTokens: number;
  /** The client set no cap, so `maxTokens` is ours. */
  readonly capIsOurs: boolean;
  /** Parameters the model cannot honour and that were left out. */
  readonly dropped: readonly string[];
}
