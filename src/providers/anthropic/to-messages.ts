// The turns of a conversation as Claude takes them: user and assistant in turn, tool results first in the user turn that
// follows the calls, signed thinking first in the assistant turn it belongs to. CONTRACT section 5a.
import { createHash } from 'node:crypto';
import type { ReasoningDetail } from '../../core/stream-event.ts';
import type { CacheMark } from '../dialect/cache-mark.ts';
import { type Conversation, type Turn, type UserPart, unsupported } from '../dialect/conversation.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';

/** Marks reasoning details that are Claude's, so that only it gets them back. */
export const detailFormat = 'anthropic-claude-v1';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: object[];
}

/** `thinks`: only then are the thoughts of earlier turns sent; without thinking they are refused. */
export function toMessages({ turns }: Conversation, memory: ReasoningMemory, thinks: boolean): Message[] {
  const messages: Message[] = [];
  for (const turn of turns) {
    const role = turn.role === 'assistant' ? 'assistant' : 'user';
    const blocks = blocksOf(turn, memory, thinks);
    const last = messages.at(-1);
    if (last?.role === role) add(last, turn, blocks);
    else if (blocks.length > 0) messages.push({ role, content: blocks });
  }
  // A conversation begins with the user there.
  if (messages[0]?.role !== 'user') messages.unshift({ role: 'user', content: [textBlock('.')] });
  trimEnd(messages.at(-1));
  return messages;
}

/** Results of tools stand before anything else in their message. */
function add(message: Message, turn: Turn, blocks: object[]): void {
  if (turn.role !== 'tool') {
    message.content.push(...blocks);
    return;
  }
  const place = message.content.findIndex((block) => (block as { type?: unknown }).type !== 'tool_result');
  if (place < 0) message.content.push(...blocks);
  else message.content.splice(place, 0, ...blocks);
}

function blocksOf(turn: Turn, memory: ReasoningMemory, thinks: boolean): object[] {
  switch (turn.role) {
    case 'user':
      return turn.parts.flatMap(partBlock);
    case 'tool':
      return [
        {
          type: 'tool_result',
          tool_use_id: toolId(turn.callId),
          content: turn.text,
          ...cacheControl(turn.cache),
        },
      ];
    case 'assistant':
      return [
        ...(thinks ? thoughts(turn, memory) : []),
        ...(turn.text.trim() === '' ? [] : [textBlock(turn.text)]),
        ...turn.calls.map(({ id, name, input }) => ({ type: 'tool_use', id: toolId(id), name, input })),
      ];
  }
}

function partBlock(part: UserPart): object[] {
  switch (part.type) {
    case 'text':
      if (part.text.trim() === '') return [];
      return [{ ...textBlock(part.text), ...cacheControl(part.cache) }];
    case 'image':
      if (part.source.kind === 'url') return [imageBlock({ type: 'url', url: part.source.url }, part.cache)];
      if (part.source.kind === 'data') return [imageBlock(base64Of(part.source), part.cache)];
      throw unsupported(part.path, 'a file id', 'files by id');
    case 'file':
      return [{ ...documentOf(part), ...cacheControl(part.cache) }];
    case 'audio':
      throw unsupported(part.path, "'input_audio'", 'audio');
  }
}

function imageBlock(source: object, cache: CacheMark | undefined): object {
  return { type: 'image', source, ...cacheControl(cache) };
}

/** The member of that name, of a block or a tool. */
export function cacheControl(cache: CacheMark | undefined): object {
  return cache ? { cache_control: { type: 'ephemeral', ...cache } } : {};
}

function documentOf(part: UserPart & { readonly type: 'file' }): object {
  const title = part.name ? { title: part.name } : {};
  switch (part.source.kind) {
    case 'id':
      return { type: 'document', source: { type: 'file', file_id: part.source.id }, ...title };
    case 'url':
      return { type: 'document', source: { type: 'url', url: part.source.url }, ...title };
    case 'data': {
      const { mediaType, base64 } = part.source;
      if (mediaType.startsWith('text/')) {
        const data = Buffer.from(base64, 'base64').toString();
        return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title };
      }
      if (mediaType !== 'application/pdf')
        throw unsupported(part.path, `'${mediaType}'`, 'files of that type');
      return { type: 'document', source: base64Of(part.source), ...title };
    }
  }
}

function base64Of({ mediaType, base64 }: { readonly mediaType: string; readonly base64: string }): object {
  return { type: 'base64', media_type: mediaType === 'image/jpg' ? 'image/jpeg' : mediaType, data: base64 };
}

/** What the client sent back, or else what is remembered of the turn that made these calls. */
function thoughts(turn: Turn & { readonly role: 'assistant' }, memory: ReasoningMemory): object[] {
  const sent = (turn.details as readonly (ReasoningDetail | null)[]).filter(
    (detail) => detail?.format === detailFormat,
  ) as ReasoningDetail[];
  const [call] = turn.calls;
  const details =
    sent.length > 0 || !call
      ? sent
      : memory
          .recall(call.id)
          .flatMap((event) => (event.type === 'reasoning-detail' ? [event.detail] : []))
          .filter(({ format }) => format === detailFormat);
  return details.flatMap((detail): object[] => {
    if (detail.type === 'reasoning.encrypted')
      return [{ type: 'redacted_thinking', data: detail.data ?? '' }];
    // Thinking without its signature is refused: better none.
    if (!detail.signature) return [];
    return [{ type: 'thinking', thinking: detail.text ?? '', signature: detail.signature }];
  });
}

/** Ids of other providers, such as `functions.weather:0`, are refused there: only letters, digits, `_` and `-` are taken. */
function toolId(id: string): string {
  if (/^[\w-]+$/.test(id)) return id;
  const mark = createHash('sha256').update(id).digest('hex').slice(0, 8);
  return `${id.replaceAll(/[^\w-]/g, '_')}_${mark}`;
}

/**
 * Whether the tool loop under way has the thoughts it began with. A model that thinks by a budget refuses a loop without
 * them while it thinks. `true` where there is no loop.
 */
export function loopHasThoughts(messages: readonly Message[]): boolean {
  const isResult = (block: object) => (block as { type?: unknown }).type === 'tool_result';
  if (!messages.at(-1)?.content.some(isResult)) return true;
  // Words behind results are of the loop still.
  const question = messages.findLastIndex(({ role, content }) => role === 'user' && !content.some(isResult));
  const [first] = messages[question + 1]?.content ?? [];
  return /thinking$/.test(String((first as { type?: unknown } | undefined)?.type));
}

function textBlock(text: string): { type: 'text'; text: string } {
  return { type: 'text', text };
}

/** An answer that is to be continued must not end in white space. */
function trimEnd(message: Message | undefined): void {
  if (message?.role !== 'assistant') return;
  const last = message.content.at(-1) as { type?: string; text?: string } | undefined;
  if (last?.type === 'text') last.text = (last.text ?? '').trimEnd();
}
