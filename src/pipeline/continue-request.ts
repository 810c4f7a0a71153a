// The request with which a target goes on with an answer that another one began: the conversation, the text so far, and
// what makes the model write on instead of answering anew.
import type { Prefill } from '../core/capabilities.ts';
import type { PublicModel } from '../core/ports.ts';
import { applyEdits, editElements } from '../wire/json-elements.ts';
import { type MemberPatch, patchMembers } from '../wire/json-members.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { inTurn, type OverlapRemover, withoutEcho, withoutRepetition, withoutRest } from './overlap.ts';

export interface OriginalRequest {
  readonly request: ChatRequest;
  /** The client's own bytes. */
  readonly body: Buffer;
}

export interface ContinuedRequest extends OriginalRequest {
  /** Takes out of the new text what the client has already. */
  readonly overlap: OverlapRemover;
}

export interface Progress {
  /** The content that is with the client. */
  readonly text: string;
  /** Tokens the model may still write; `undefined` = no cap. */
  readonly tokensLeft: number | undefined;
}

/** Whether an answer to this request can be cut and joined: one choice of free text. */
export function canBeContinued(request: ChatRequest, model: PublicModel): boolean {
  const { n, logprobs, response_format: format, modalities } = request;
  return (
    model.onStreamFailure === 'continue' &&
    (n ?? 1) === 1 &&
    !logprobs &&
    (format ?? { type: 'text' }).type === 'text' &&
    !modalities?.includes('audio')
  );
}

export function continueRequest(
  original: OriginalRequest,
  { text, tokensLeft }: Progress,
  prefill: Prefill,
): ContinuedRequest {
  const sent = sentOf(text);
  const rest = withoutRest(text.slice(sent.length));
  const caps = capsOf(original.request, tokensLeft);
  // Nothing a model could go on with: it answers from the beginning.
  if (sent === '') return { ...extended(original, [], caps), overlap: rest };
  if (!goesOn(original.request, prefill)) {
    const messages = [
      { role: 'assistant', content: sent },
      { role: 'user', content: instruction(sent) },
    ] as const;
    return { ...extended(original, messages, caps), overlap: inTurn(withoutRepetition(sent), rest) };
  }
  const message = {
    role: 'assistant',
    content: sent,
    ...(prefill === 'prefix' ? { prefix: true } : {}),
  } as const;
  // The two go together where the fields are known, and mean nothing elsewhere.
  const flags = { continue_final_message: true, add_generation_prompt: false };
  const made = extended(original, [message], {
    ...caps,
    ...(prefill === 'continue_final_message' ? flags : {}),
  });
  return { ...made, overlap: prefill === 'prefix' ? inTurn(withoutEcho(sent), rest) : rest };
}

/**
 * White space at its end is refused by some upstreams and read badly by models, and half a character is none. What is
 * left away here comes again and is taken out.
 */
export function sentOf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '').trimEnd();
}

/**
 * A last message of the assistant that the client sent itself may have been meant to be answered or to be continued: then
 * words say it best. Models that think refuse to begin in the middle, where that is not asked for by a field.
 */
function goesOn({ messages, reasoning_effort: effort }: ChatRequest, prefill: Prefill): boolean {
  if (prefill === 'none' || messages.at(-1)?.role === 'assistant') return false;
  return prefill !== 'message' || (effort ?? 'none') === 'none';
}

/** Characters of the old text that a model is asked to begin with, so that it is clear where the new text belongs. */
const anchorLength = 40;

function instruction(sent: string): string {
  const end = sent.slice(-anchorLength);
  const wordStart = sent.length > anchorLength ? end.search(/(?<=\s)\S/) : 0;
  const anchor = end.slice(Math.max(0, wordStart)).replace(/^[\udc00-\udfff]/, '');
  return (
    'Your last message was cut off in the middle by a technical failure. Write the rest of it, exactly from where it ' +
    'stops, in the same language, format and style, as if it had never been cut off. Do not apologize, do not comment, ' +
    `and do not start over. Begin by repeating these last words of it, exactly as they stand there: ${anchor}`
  );
}

type Caps = Readonly<Partial<Record<'max_tokens' | 'max_completion_tokens', number>>>;

function capsOf(request: ChatRequest, tokensLeft: number | undefined): Caps {
  if (tokensLeft === undefined) return {};
  const names = (['max_tokens', 'max_completion_tokens'] as const).filter(
    (name) => (request[name] ?? null) !== null,
  );
  return Object.fromEntries(names.map((name) => [name, tokensLeft]));
}

function extended(
  { request, body }: OriginalRequest,
  messages: readonly object[],
  members: Readonly<Record<string, unknown>>,
): OriginalRequest {
  const last = request.messages.length - 1;
  const added = messages.map((message) => JSON.stringify(message));
  const edits =
    added.length === 0
      ? []
      : editElements(body, 'messages', (element, index) =>
          index === last ? [element, ...added] : undefined,
        );
  const longer = edits.length === 0 ? body : Buffer.concat(applyEdits([body], body, edits));
  const patch: MemberPatch = Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return {
    request: {
      ...request,
      ...members,
      messages: [...request.messages, ...(messages as ChatRequest['messages'])],
    },
    body: patchMembers(longer, patch),
  };
}
