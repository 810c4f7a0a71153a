// `reasoning_effort` -> thinkingConfig: a level from Gemini 3 on, a budget of tokens before. Sources, 2026-11-22: Google's
// page on Gemini thinking, CONTRACT section 5b. A model that fits no row is taken for a new one.
import type { ChatRequest, ReasoningEffort } from '../../wire/openai/chat-request.ts';

type Level = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

const levels: Readonly<Record<ReasoningEffort, Level>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/**
 * A level that a model does not have is a 400. Those of the whole family are `LOW` and `HIGH`. Source: Google's table of thinking
 * levels; can1357/oh-my-pi#10543.
 */
const withMinimal = /gemini-(?:3|3\.5)-flash|gemini-3\.1-flash-lite/;
const withoutMedium = /gemini-3-pro/;

function levelOf(effort: ReasoningEffort, model: string): Level {
  const level = levels[effort];
  if (level === 'MINIMAL' && !withMinimal.test(model)) return 'LOW';
  return level === 'MEDIUM' && withoutMedium.test(model) ? 'HIGH' : level;
}

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
  if (!model.includes('gemini-2.5')) return { includeThoughts, thinkingLevel: levelOf(effort, model) };
  const least = model.includes('pro') ? leastOfPro : 0;
  return { includeThoughts, thinkingBudget: Math.max(budgets[effort], least) };
}
