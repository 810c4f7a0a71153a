// A complete answer of an OpenAI-style upstream -> what the client gets: the same bytes with the public model name,
// and the members CONTRACT section 2 requires where the upstream left them out.
import { isUtf8 } from 'node:buffer';
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, WholeAnswer } from '../../core/ports.ts';
import { patchMembers } from '../../wire/json-members.ts';
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
  const answer = parseAnswer(body);
  if (answer.error) throw mapErrorMember(answer.error);
  if (answer.object === 'error') throw mapErrorMember(answer);
  const choices = answer.choices;
  if (!Array.isArray(choices) || choices.length === 0 || !choices.every(hasMessage)) {
    throw new TollgateError('upstream_error', { values: { reason: 'its answer has no choices' } });
  }
  const patch: Record<string, string | undefined> = {};
  if (answer.model !== call.request.model) patch.model = JSON.stringify(call.request.model);
  if (answer.object !== 'chat.completion') patch.object = '"chat.completion"';
  if (typeof answer.id !== 'string' || answer.id === '') patch.id = JSON.stringify(fallback.id);
  if (!Number.isInteger(answer.created)) patch.created = String(fallback.created);
  let changed = false;
  let text = '';
  for (const [index, choice] of choices.entries()) {
    changed =
      completeChoice(choice, index, `call_${fallback.id.replace(/^chatcmpl-/, '')}_${index}_`) || changed;
    text += writtenText(choice.message);
  }
  if (changed) patch.choices = JSON.stringify(choices);
  const json = patchMembers(body, patch);
  return {
    json: isUtf8(json) ? json : Buffer.from(json.toString()),
    usage: toUsage(answer.usage),
    text,
  };
}

function parseAnswer(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
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
function completeChoice(choice: UpstreamChoice, index: number, callId: string): boolean {
  const { message } = choice;
  let changed = renameReasoning(message);
  changed = setMissing(message, 'role', 'assistant') || changed;
  changed = setMissing(message, 'content', null) || changed;
  changed = setMissing(message, 'refusal', null) || changed;
  changed = setMissing(message, 'annotations', []) || changed;
  changed = setMissing(choice as unknown as Record<string, unknown>, 'index', index) || changed;
  changed = setMissing(choice as unknown as Record<string, unknown>, 'logprobs', null) || changed;
  changed = mendCalls(message, callId) || changed;
  const given = typeof choice.finish_reason === 'string' ? choice.finish_reason : 'stop';
  const reason = mapFinishReason(given, 'tool_calls' in message);
  if (choice.finish_reason === reason) return changed;
  choice.finish_reason = reason;
  return true;
}

/** Every call has an id, a type and its arguments as JSON text; no calls are no member. */
function mendCalls(message: Record<string, unknown>, callId: string): boolean {
  if (!('tool_calls' in message)) return false;
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
    changed = setMissing(call, 'id', `${callId}${index}`) || changed;
    changed = setMissing(call, 'type', 'function') || changed;
  }
  return changed;
}

function setMissing(object: Record<string, unknown>, name: string, value: unknown): boolean {
  if (object[name] !== undefined) return false;
  object[name] = value;
  return true;
}
