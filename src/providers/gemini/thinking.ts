// `reasoning_effort` -> thinkingConfig: a level from Gemini 3 on, a budget of tokens before. Sources, 2026-11-22: Google's
// page on Gemini thinking, CONTRACT section 5b. A model that fits no row is taken for a new one.
import type { ChatRequest, ReasoningEffort } from '../../wire/openai/chat-request.ts';

const levels: Readonly<Record<ReasoningEffort, string>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/** Tokens; 0 turns thinking off. The largest is what Gemini 2.5 Flash takes, the smaller of the family's. */
const budgets: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

/** 2.5 Pro cannot be kept from thinking; this is its least. */
const leastOfPro = 128;

/** `undefined`: the model decides, and its thoughts are not asked for. */
export function thinkingConfig(request: ChatRequest, model: string): object | undefined {
  if (/gemini-(?:1|2\.0)|gemma|-image|-tts/.test(model)) return undefined;
  const effort = request.reasoning_effort ?? (request.model.endsWith('-thinking') ? 'medium' : undefined);
  if (effort === undefined) return undefined;
  const includeThoughts = effort !== 'none';
  if (!model.includes('gemini-2.5')) return { includeThoughts, thinkingLevel: levels[effort] };
  const least = model.includes('pro') ? leastOfPro : 0;
  return { includeThoughts, thinkingBudget: Math.max(budgets[effort], least) };
}
