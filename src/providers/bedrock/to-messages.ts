// The turns of a conversation as the Converse API takes them: user and assistant in turn, tool results first in the user turn
// that follows the calls, signed thoughts first in the assistant turn they belong to. Source: Amazon Bedrock API Reference,
// "Message", "ContentBlock", 2026-11-22.
import { createHash } from 'node:crypto';
import type { ReasoningDetail } from '../../core/stream-event.ts';
import { detailFormat as claudeFormat } from '../anthropic/to-messages.ts';
import type { Conversation, Turn } from '../dialect/conversation.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { createPartWriter, type PartWriter } from './to-parts.ts';

/** Marks reasoning details that only Bedrock takes back. Signed thoughts of Claude have Anthropic's mark: either takes both. */
export const detailFormat = 'bedrock-converse-v1';

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: object[];
}

export interface MessageOptions {
  readonly memory: ReasoningMemory;
  /** Only then are the thoughts of earlier turns sent. */
  readonly thinks: boolean;
  readonly cachePoints: boolean;
}

/** Throws TollgateError with the `param` of a part that cannot be said. */
export function toMessages({ turns }: Conversation, options: MessageOptions): Message[] {
  const messages: Message[] = [];
  const parts = createPartWriter(options.cachePoints);
  for (const turn of turns) {
    const role = turn.role === 'assistant' ? 'assistant' : 'user';
    const blocks = blocksOf(turn, options, parts);
    const last = messages.at(-1);
    if (last?.role === role) add(last, turn, blocks);
    else if (blocks.length > 0) messages.push({ role, content: blocks });
  }
  // A conversation begins with the user there.
  if (messages[0]?.role !== 'user') messages.unshift({ role: 'user', content: [{ text: '.' }] });
  for (const message of messages) withText(message);
  trimEnd(messages.at(-1));
  return messages;
}

/** Results of tools stand before anything else in their message. */
function add(message: Message, turn: Turn, blocks: object[]): void {
  const place = turn.role === 'tool' ? message.content.findIndex((block) => !isResult(block)) : -1;
  if (place < 0) message.content.push(...blocks);
  else message.content.splice(place, 0, ...blocks);
}

function blocksOf(turn: Turn, { memory, thinks }: MessageOptions, parts: PartWriter): object[] {
  switch (turn.role) {
    case 'user':
      return turn.parts.flatMap(parts.blocksOf);
    case 'tool': {
      // A text without characters is refused there.
      const text = turn.text.trim() === '' ? '(no output)' : turn.text;
      return [{ toolResult: { toolUseId: toolId(turn.callId), content: [{ text }] } }];
    }
    case 'assistant':
      return [
        ...(thinks ? thoughts(turn, memory) : []),
        ...(turn.text.trim() === '' ? [] : [{ text: turn.text }]),
        ...turn.calls.map(({ id, name, input }) => ({ toolUse: { toolUseId: toolId(id), name, input } })),
      ];
  }
}

/** What the client sent back, or else what is remembered of the turn that made these calls. */
function thoughts(turn: Turn & { readonly role: 'assistant' }, memory: ReasoningMemory): object[] {
  const sent = (turn.details as readonly (ReasoningDetail | null)[]).filter(isOurs);
  const [call] = turn.calls;
  const details =
    sent.length > 0 || !call
      ? sent
      : memory
          .recall(call.id)
          .flatMap((event) => (event.type === 'reasoning-detail' ? [event.detail] : []))
          .filter(isOurs);
  return details.flatMap((detail): object[] => {
    if (detail.type === 'reasoning.encrypted') {
      return detail.data ? [{ reasoningContent: { redactedContent: detail.data } }] : [];
    }
    // Thinking without its signature is refused: better none.
    if (!detail.signature) return [];
    const { text = '', signature } = detail;
    return [{ reasoningContent: { reasoningText: { text, signature } } }];
  });
}

/** Anthropic's encrypted thoughts are written otherwise there; signed ones are the same. */
function isOurs(detail: ReasoningDetail | null): detail is ReasoningDetail {
  if (detail?.format === detailFormat) return true;
  return detail?.format === claudeFormat && detail.type === 'reasoning.text';
}

const longestId = 64;

/** Ids of other providers, such as `functions.weather:0`, are refused by Claude: only letters, digits, `_` and `-` are taken. */
function toolId(id: string): string {
  if (/^[\w-]+$/.test(id) && id.length <= longestId) return id;
  const mark = createHash('sha256').update(id).digest('hex').slice(0, 8);
  return `${id.slice(0, longestId - 9).replaceAll(/[^\w-]/g, '_')}_${mark}`;
}

const isResult = (block: object) => 'toolResult' in block;

/**
 * Whether the tool loop under way has the thoughts it began with. A model that thinks by a budget refuses a loop without
 * them while it thinks. `true` where there is no loop.
 */
export function loopHasThoughts(messages: readonly Message[]): boolean {
  if (!messages.at(-1)?.content.some(isResult)) return true;
  // Words behind results are of the loop still.
  const question = messages.findLastIndex(({ role, content }) => role === 'user' && !content.some(isResult));
  const [first] = messages[question + 1]?.content ?? [];
  return first !== undefined && 'reasoningContent' in first;
}

/** Whether calls or their results are among them. */
export function haveCalls(messages: readonly Message[]): boolean {
  return messages.some(({ content }) => content.some((block) => 'toolUse' in block || 'toolResult' in block));
}

/** A document does not stand alone: "must include a text field". */
function withText({ content }: Message): void {
  if (content.some((block) => 'document' in block) && !content.some((block) => 'text' in block)) {
    content.push({ text: '.' });
  }
}

/** An answer that is to be continued must not end in white space. */
function trimEnd(message: Message | undefined): void {
  const last = message?.role === 'assistant' ? (message.content.at(-1) as { text?: string }) : undefined;
  if (last?.text !== undefined) last.text = last.text.trimEnd();
}
