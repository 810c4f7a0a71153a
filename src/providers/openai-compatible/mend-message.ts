// One choice of a whole answer, made complete: every key clients type as required, whole tool calls, one of five finish
// reasons. CONTRACT section 2 and section 6, details 1 to 4.
import { TollgateError } from '../../core/errors.ts';
import type { AnswerForm } from './answer-form.ts';
import { useFunctionCall } from './function-call.ts';
import { mapErrorMember } from './map-error.ts';
import { type Calling, mapFinishReason } from './map-finish-reason.ts';
import { mendContent } from './mend-content.ts';
import { mendLogprobs } from './mend-logprobs.ts';
import { mendCalls } from './mend-whole-calls.ts';
import { mendReasoning } from './reasoning-field.ts';
import { createThinkTagSplitter } from './think-tags.ts';

export interface WholeChoice {
  index?: unknown;
  message: Record<string, unknown>;
  logprobs?: unknown;
  finish_reason?: unknown;
  error?: unknown;
}

/**
 * Mends in place; says whether anything changed. `answer` has the gateway's own id of it. Throws TollgateError
 * where the choice is an error or the upstream gave up.
 */
export function mendChoice(choice: WholeChoice, answer: { readonly id: string }, form: AnswerForm): boolean {
  const { message } = choice;
  if (choice.error) throw mapErrorMember(choice.error);
  let changed = mendContent(message);
  if (form.thinkTags) changed = splitThoughts(message, form.thinkTags) || changed;
  changed = mendReasoning(message, form.alias) || changed;
  if ('reasoning_content' in message && typeof message.reasoning_content !== 'string') {
    delete message.reasoning_content;
    changed = true;
  }
  if (message.role !== 'assistant') changed = setMember(message, 'role', 'assistant');
  if ('tool_calls' in message) {
    const id = `${answer.id.replace(/^chatcmpl-/, '')}_${choice.index}`;
    changed = mendCalls(message, id) || changed;
  }
  changed = mendFunctionCall(message) || changed;
  if (form.functionCall) changed = useFunctionCall(message) || changed;
  if (typeof message.refusal !== 'string' && message.refusal !== null) {
    changed = setMember(message, 'refusal', null);
  }
  if (!Array.isArray(message.annotations)) changed = setMember(message, 'annotations', []);
  const calling = callingOf(message);
  const content = contentOf(message, calling);
  if (message.content !== content) changed = setMember(message, 'content', content);
  if (choice.logprobs === undefined) changed = setMember(choice, 'logprobs', null);
  else changed = mendLogprobs(choice) || changed;
  const given = typeof choice.finish_reason === 'string' ? choice.finish_reason : 'stop';
  const reason = mapFinishReason(given, calling);
  return choice.finish_reason === reason ? changed : setMember(choice, 'finish_reason', reason);
}

function splitThoughts(message: Record<string, unknown>, tags: 'both' | 'closing'): boolean {
  if (typeof message.content !== 'string' || message.reasoning_content) return false;
  const splitter = createThinkTagSplitter(tags);
  const parts = [splitter.push(message.content), splitter.end()];
  const thoughts = parts.map(({ reasoning }) => reasoning).join('');
  const content = parts.map((part) => part.content).join('');
  if (thoughts !== '') message.reasoning_content = thoughts;
  return content !== message.content && setMember(message, 'content', content);
}

/** `null` beside calls, refusals and sound; else a text, if an empty one: a cap may leave nothing of it. */
function contentOf(message: Record<string, unknown>, calling: Calling): string | null {
  const { content } = message;
  const beside = calling !== 'none' || typeof message.refusal === 'string' || Boolean(message.audio);
  if (typeof content === 'string' && (content !== '' || !beside)) return content;
  return beside ? null : '';
}

function callingOf(message: Record<string, unknown>): Calling {
  if (message.tool_calls !== undefined) return 'tool_calls';
  return message.function_call ? 'function_call' : 'none';
}

/** Some servers write the deprecated member into every answer, as null. */
function mendFunctionCall(message: Record<string, unknown>): boolean {
  if (message.function_call === undefined) return false;
  const call = message.function_call as { arguments?: unknown } | null;
  if (typeof call !== 'object' || call === null) {
    delete message.function_call;
    return true;
  }
  if (typeof call.arguments === 'string') return false;
  call.arguments = JSON.stringify(call.arguments ?? {});
  return true;
}

function setMember(object: object, name: string, value: unknown): true {
  (object as Record<string, unknown>)[name] = value;
  return true;
}

/** The choices of an answer, each with a message. Throws TollgateError when there are none. */
export function choicesOf(answer: Readonly<Record<string, unknown>>): WholeChoice[] {
  const { choices } = answer;
  if (Array.isArray(choices) && choices.length > 0 && choices.every(hasMessage)) return choices;
  throw new TollgateError('upstream_error', { values: { reason: 'its answer has no choices' } });
}

function hasMessage(choice: unknown): choice is WholeChoice {
  const message = (choice as WholeChoice | null)?.message;
  return typeof message === 'object' && message !== null && !Array.isArray(message);
}

/** Choices numbered from 0 in their order: clients look them up by place and by number. */
export function mendOrder(choices: WholeChoice[]): boolean {
  if (choices.every(({ index }, position) => index === position)) return false;
  const numbers = new Set(choices.map(({ index }) => index));
  const numbered = numbers.size === choices.length && [...numbers].every(Number.isInteger);
  if (numbered) choices.sort((a, b) => (a.index as number) - (b.index as number));
  for (const [position, choice] of choices.entries()) choice.index = position;
  return true;
}
