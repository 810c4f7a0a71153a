// A complete answer of an OpenAI-style upstream -> what the client gets: the same bytes with the public model name,
// and the members CONTRACT section 2 requires where the upstream left them out.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, WholeAnswer } from '../../core/ports.ts';
import { patchMembers } from '../../wire/json-members.ts';
import { mapErrorMember } from './map-error.ts';
import { toUsage } from './map-usage.ts';
import { renameReasoning } from './reasoning-field.ts';

interface UpstreamChoice {
  index?: number;
  message?: Record<string, unknown>;
  logprobs?: unknown;
  finish_reason?: unknown;
}

export function readWhole(call: ChatCall, body: Buffer): WholeAnswer {
  const answer = parseAnswer(body);
  if (answer.error) throw mapErrorMember(answer.error);
  const choices = answer.choices;
  if (!Array.isArray(choices) || choices.length === 0 || !choices.every(hasMessage)) {
    throw new TollgateError('upstream_error', { values: { reason: 'its answer has no choices' } });
  }
  const patch: Record<string, string | undefined> = {};
  if (answer.model !== call.request.model) patch.model = JSON.stringify(call.request.model);
  if (answer.object !== 'chat.completion') patch.object = '"chat.completion"';
  let changed = false;
  let text = '';
  for (const [index, choice] of choices.entries()) {
    changed = completeChoice(choice, index) || changed;
    text += writtenText(choice.message);
  }
  if (changed) patch.choices = JSON.stringify(choices);
  return { json: patchMembers(body, patch), usage: toUsage(answer.usage), text };
}

function parseAnswer(body: Buffer): Record<string, unknown> & { choices?: UpstreamChoice[] } {
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

function hasMessage(choice: unknown): choice is UpstreamChoice & { message: Record<string, unknown> } {
  return (
    typeof (choice as UpstreamChoice | null)?.message === 'object' &&
    (choice as UpstreamChoice).message !== null
  );
}

/** Adds what is required and missing, in place; says whether anything changed. */
function completeChoice(choice: UpstreamChoice, index: number): boolean {
  const message = choice.message as Record<string, unknown>;
  let changed = renameReasoning(message);
  changed = setMissing(message, 'role', 'assistant') || changed;
  changed = setMissing(message, 'content', null) || changed;
  changed = setMissing(message, 'refusal', null) || changed;
  changed = setMissing(message, 'annotations', []) || changed;
  changed = setMissing(choice as Record<string, unknown>, 'index', index) || changed;
  changed = setMissing(choice as Record<string, unknown>, 'logprobs', null) || changed;
  if ('tool_calls' in message && (!Array.isArray(message.tool_calls) || message.tool_calls.length === 0)) {
    delete message.tool_calls;
    changed = true;
  }
  return changed;
}

function setMissing(object: Record<string, unknown>, name: string, value: unknown): boolean {
  if (object[name] !== undefined) return false;
  object[name] = value;
  return true;
}

function writtenText(message: Record<string, unknown> | undefined): string {
  let text = '';
  if (typeof message?.reasoning_content === 'string') text += message.reasoning_content;
  if (typeof message?.content === 'string') text += message.content;
  if (message?.tool_calls) text += JSON.stringify(message.tool_calls);
  return text;
}
