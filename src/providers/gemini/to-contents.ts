// The turns of a conversation as Gemini takes them: user and model in turn, all results of one round in one content,
// thought signatures back on the calls they came with. CONTRACT section 5b.
import {
  type Conversation,
  type PastCall,
  type Turn,
  type UserPart,
  unsupported,
} from '../dialect/conversation.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: object[];
}

/** `signed`: the model refuses calls of the current turn without a signature. */
export function toContents({ turns }: Conversation, memory: ReasoningMemory, signed: boolean): Content[] {
  const contents: Content[] = [];
  for (const turn of turns) {
    const role = turn.role === 'assistant' ? 'model' : 'user';
    const parts = partsOf(turn, memory, signed);
    if (parts.length === 0) continue;
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  }
  // It wants something to answer.
  if (contents.length === 0) contents.push({ role: 'user', parts: [{ text: '.' }] });
  return contents;
}

function partsOf(turn: Turn, memory: ReasoningMemory, signed: boolean): object[] {
  switch (turn.role) {
    case 'user':
      return turn.parts.filter((part) => part.type !== 'text' || part.text !== '').map(partOf);
    case 'tool':
      return [{ functionResponse: { id: turn.callId, name: turn.name, response: responseOf(turn.text) } }];
    case 'assistant':
      return [
        ...textParts(turn),
        ...turn.calls.map((call, place) => ({
          functionCall: { id: call.id, name: call.name, args: call.input },
          // Of calls made together only the first is signed.
          ...(signatureOf(call, memory) ?? (signed && place === 0 ? unsigned : {})),
        })),
      ];
  }
}

/** Marks details that are Gemini's signatures of texts; OpenRouter's name for it. */
export const detailFormat = 'google-gemini-v1';

/** A text with the last signature it came with. */
function textParts({ text, details }: Turn & { readonly role: 'assistant' }): object[] {
  const ours = (details as readonly ({ format?: unknown; data?: unknown } | null)[]).findLast(
    (detail) => detail?.format === detailFormat && typeof detail.data === 'string',
  );
  if (!ours) return text === '' ? [] : [{ text }];
  return [{ text, thoughtSignature: ours.data }];
}

/**
 * For a call that another model made, or whose signature nobody kept. Source: ai.google.dev/gemini-api/docs/thought-signatures,
 * on conversations that did not begin at Gemini.
 */
const unsigned = { thoughtSignature: 'skip_thought_signature_validator' };

/** What the client sent back, in the place of Google's own OpenAI dialect, or what is remembered of the call. */
function signatureOf(call: PastCall, memory: ReasoningMemory): { thoughtSignature: string } | undefined {
  const remembered = memory
    .recall(call.id)
    .find((event) => event.type === 'tool-input-start' && event.extra !== undefined);
  const extra = call.extra ?? (remembered?.type === 'tool-input-start' ? remembered.extra : undefined);
  const signature = (extra?.google as { thought_signature?: unknown } | undefined)?.thought_signature;
  return typeof signature === 'string' ? { thoughtSignature: signature } : undefined;
}

/** It has to be an object there; anything else is put into one. */
function responseOf(text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
    return { output: parsed };
  } catch {
    // No JSON: most tools answer with plain text.
    return { output: text };
  }
}

function partOf(part: UserPart): object {
  switch (part.type) {
    case 'text':
      return { text: part.text };
    case 'audio':
      return {
        inlineData: { mimeType: part.format === 'mp3' ? 'audio/mpeg' : 'audio/wav', data: part.data },
      };
    case 'image':
    case 'file':
      return sourcePart(part);
  }
}

function sourcePart(part: UserPart & { readonly type: 'image' | 'file' }): object {
  const { source } = part;
  switch (source.kind) {
    case 'data':
      return { inlineData: { mimeType: source.mediaType, data: source.base64 } };
    case 'url':
      // @NOTE Many hosts are refused there; fetching them here would make the gateway a proxy for whatever a client names.
      return { fileData: { mimeType: mimeTypeOf(source.url), fileUri: source.url } };
    case 'id':
      throw unsupported(part.path, 'a file id', 'files by id');
  }
}

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  pdf: 'application/pdf',
};

/** By the ending of the path; it is only a hint. */
function mimeTypeOf(url: string): string {
  const ending = /\.([a-z0-9]{3,4})(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? '';
  return types[ending] ?? 'image/jpeg';
}
