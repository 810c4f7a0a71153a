// A complete answer of an OpenAI-style upstream -> what the client gets: the same bytes with the public model name,
// and the members CONTRACT section 2 requires where the upstream left them out.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, WholeAnswer } from '../../core/ports.ts';
import { patchMembersOfText, replaceEarlyMember } from '../../wire/json-members.ts';
import { mapErrorMember } from './map-error.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { toUsage } from './map-usage.ts';
import { mendArguments } from './mend-tool-calls.ts';
import { renameReasoning } from './reasoning-field.ts';
import { writtenText } from './written-text.ts';

interface UpstreamChoice {
  index?: number;
  message: Record<string, unknown>;
  logprobs?: unknown;
  finish_reason?: unknown;
}

/** `fallback` fills in what an upstream leaves out; `created` is Unix seconds. */
export function readWhole(
  call: ChatCall,
  body: Buffer,
  fallback: { readonly id: string; readonly created: number },
): WholeAnswer {
  // Bytes that are no text become U+FFFD, here as in the client.
  const given = body.toString();
  const answer = parseAnswer(given);
  if (answer.error) throw mapErrorMember(answer.error);
  if (answer.object === 'error') throw mapErrorMember(answer);
  const choices = answer.choices;
  if (!Array.isArray(choices) || choices.length === 0 || !choices.every(hasMessage)) {
    throw new TollgateError('upstream_error', { values: { reason: 'its answer has no choices' } });
  }
  let changed = false;
  let text = '';
  for (let index = 0; index < choices.length; index++) {
    const choice = choices[index] as UpstreamChoice;
    changed = completeChoice(choice, index, fallback.id) || changed;
    text += writtenText(choice.message);
  }
  const mended = mendHead(answer, fallback);
  const json =
    changed || mended
      ? patchMembersOfText(given, {
          ...mended,
          ...(changed ? { choices: JSON.stringify(choices) } : {}),
          model: JSON.stringify(call.request.model),
        })
      : renameModel(given, answer.model, call.request.model);
  return { json, usage: toUsage(answer.usage), text };
}

function renameModel(json: string, given: unknown, wanted: string): string {
  if (given === wanted) return json;
  const replacement = JSON.stringify(wanted);
  return (
    replaceEarlyMember(json, 'model', JSON.stringify(given), replacement) ??
    patchMembersOfText(json, { model: replacement })
  );
}

/** The members beside `choices` and `model` that are required and missing; `undefined` if there are none. */
function mendHead(
  answer: Record<string, unknown>,
  fallback: { readonly id: string; readonly created: number },
): Record<string, string> | undefined {
  const sound =
    answer.object === 'chat.completion' &&
    typeof answer.id === 'string' &&
    answer.id !== '' &&
    Number.isInteger(answer.created);
  if (sound) return undefined;
  return {
    object: '"chat.completion"',
    id: JSON.stringify(typeof answer.id === 'string' && answer.id !== '' ? answer.id : fallback.id),
    created: String(Number.isInteger(answer.created) ? answer.created : fallback.created),
  };
}

function parseAnswer(json: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch (cause) {
    throw new TollgateError('upstream_error', { cause, values: { reason: 'its answer is not JSON' } });
  }
  throw new TollgateError('upstream_error', { values: { reason: 'its answer is not an object' } });
}

function hasMessage(choice: unknown): choice is UpstreamChoice {
  const message = (choice as UpstreamChoice | null)?.message;
  return typeof message === 'object' && message !== null && !Array.isArray(message);
}

/** Adds what is required and missing, in place; says whether anything changed. */
function completeChoice(choice: UpstreamChoice, index: number, answerId: string): boolean {
  const { message } = choice;
  let changed = renameReasoning(message);
  if (message.role === undefined) changed = setMember(message, 'role', 'assistant');
  if (message.content === undefined) changed = setMember(message, 'content', null);
  if (message.refusal === undefined) changed = setMember(message, 'refusal', null);
  if (message.annotations === undefined) changed = setMember(message, 'annotations', []);
  if (choice.index === undefined) changed = setMember(choice, 'index', index);
  if (choice.logprobs === undefined) changed = setMember(choice, 'logprobs', null);
  const calls = 'tool_calls' in message;
  if (calls) changed = mendCalls(message, `call_${answerId.replace(/^chatcmpl-/, '')}_${index}_`) || changed;
  const given = typeof choice.finish_reason === 'string' ? choice.finish_reason : 'stop';
  const reason = mapFinishReason(given, calls && 'tool_calls' in message);
  return choice.finish_reason === reason ? changed : setMember(choice, 'finish_reason', reason);
}

function setMember(object: object, name: string, value: unknown): true {
  (object as Record<string, unknown>)[name] = value;
  return true;
}

/** Every call has an id, a type and its arguments as JSON text; no calls are no member. */
function mendCalls(message: Record<string, unknown>, callId: string): boolean {
  const given = Array.isArray(message.tool_calls) ? (message.tool_calls as unknown[]) : [];
  const calls = given.filter((call) => typeof call === 'object' && call !== null && !Array.isArray(call));
  if (calls.length === 0) {
    delete message.tool_calls;
    return true;
  }
  let changed = calls.length < given.length;
  if (changed) message.tool_calls = calls;
  for (const [index, call] of (calls as Record<string, unknown>[]).entries()) {
    changed = mendArguments(call.function) || changed;
    const called = call.function as { arguments?: unknown } | undefined;
    if (called && !called.arguments) {
      called.arguments = '{}';
      changed = true;
    }
    if (call.id === undefined) changed = setMember(call, 'id', `${callId}${index}`);
    if (call.type === undefined) changed = setMember(call, 'type', 'function');
  }
  return changed;
}
