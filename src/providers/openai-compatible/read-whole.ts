// A complete answer of an OpenAI-style upstream -> what the client gets: the same bytes with the public model name,
// and the members CONTRACT section 2 requires where the upstream left them out.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall, WholeAnswer } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { editMembers } from '../../wire/edit-members.ts';
import { patchMembersOfText } from '../../wire/json-members.ts';
import { type AnswerForm, answerFormOf } from './answer-form.ts';
import { mapErrorMember } from './map-error.ts';
import { completeUsage, isCompleteUsage, toUsage, toWireUsage } from './map-usage.ts';
import { choicesOf, mendChoice, mendOrder } from './mend-message.ts';
import { isUnixTime } from './unix-time.ts';
import { writtenText } from './written-text.ts';

/** `fallback` fills in what an upstream leaves out; `created` is Unix seconds. */
export function readWhole(
  call: ChatCall,
  body: Buffer,
  fallback: { readonly id: string; readonly created: number },
  form: AnswerForm = answerFormOf(call),
  heard?: (message: Readonly<Record<string, unknown>>) => void,
): WholeAnswer {
  // Bytes that are no text become U+FFFD, here as in the client.
  const given = body.toString();
  const answer = parseAnswer(given);
  if (answer.error) throw mapErrorMember(answer.error);
  if (answer.object === 'error') throw mapErrorMember(answer);
  const choices = choicesOf(answer);
  let changed = mendOrder(choices);
  let text = '';
  for (const choice of choices) {
    changed = mendChoice(choice, fallback, form) || changed;
    text += writtenText(choice.message);
  }
  if (heard && choices[0]?.message) heard(choices[0].message);
  const usage = toUsage(answer.usage, answer.service_tier);
  const patch = headPatch(answer, call.request.model, fallback);
  if (changed) patch.choices = JSON.stringify(choices);
  if (usage && !isCompleteUsage(answer.usage, usage)) {
    patch.usage = JSON.stringify(completeUsage(answer.usage, usage));
  }
  // Choices stand in the middle: they take a pass over the bytes anyway.
  const json = changed ? patchMembersOfText(given, patch) : editMembers(given, answer, patch);
  return { json, usage, text };
}

/** An answer whose upstream did not count, with what the gateway counted: client and ledger then say the same. */
export function writeUsage(json: string, usage: Usage): string {
  return patchMembersOfText(json, { usage: JSON.stringify(toWireUsage(usage)) });
}

/** The members beside `choices` and `usage` that are not as they have to be. */
function headPatch(
  answer: Readonly<Record<string, unknown>>,
  model: string,
  fallback: { readonly id: string; readonly created: number },
): Record<string, string> {
  const patch: Record<string, string> = {};
  if (typeof answer.id !== 'string' || answer.id === '') patch.id = JSON.stringify(fallback.id);
  if (answer.object !== 'chat.completion') patch.object = '"chat.completion"';
  if (!isUnixTime(answer.created)) patch.created = String(fallback.created);
  if (answer.model !== model) patch.model = JSON.stringify(model);
  const { system_fingerprint: fingerprint } = answer;
  if (fingerprint !== null && (typeof fingerprint !== 'string' || fingerprint === '')) {
    patch.system_fingerprint = 'null';
  }
  return patch;
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
