// The reasoning that came with tool calls, for upstreams that want it back and clients that do not send it: kept in the memory of
// tool loops, and found again only in the conversation it is of. CONTRACT section 5d.
import { createHash } from 'node:crypto';
import type { ReasoningDetail, StreamEvent } from '../../core/stream-event.ts';
import type { ChatMessage } from '../../wire/openai/chat-request.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';

export interface Echoed {
  /** What was readable of it. */
  readonly text: string;
  /** OpenRouter's, whole. */
  readonly details: readonly object[];
}

export interface ReasoningEcho {
  /** Follows one answer to these messages: call it with every delta, or message, of a choice. */
  listen(messages: readonly ChatMessage[]): (delta: Readonly<Record<string, unknown>>) => void;
  /** What came with the calls of the message at `index`. */
  recall(messages: readonly ChatMessage[], index: number): Echoed | undefined;
}

type Detail = Record<string, unknown>;

/** Marks what came as a plain text. */
const textFormat = 'chat-completions-v1';

/** `provider`: its name; another one's thoughts are not its own. */
export function createReasoningEcho(provider: string, memory: ReasoningMemory): ReasoningEcho {
  /** Most providers never have anything to remember: they are not asked. */
  let used = false;

  return {
    listen(messages) {
      let text = '';
      const details: Detail[] = [];
      let key: string | undefined;
      return (delta) => {
        if (typeof delta.reasoning_content === 'string') text += delta.reasoning_content;
        if (Array.isArray(delta.reasoning_details)) join(details, delta.reasoning_details as unknown[]);
        const id = key === undefined ? firstId(delta.tool_calls) : undefined;
        if (id !== undefined) key = keyOf(provider, messages, messages.length, id);
        // Signatures may come behind the calls.
        if (key === undefined || (id === undefined && !delta.reasoning_details)) return;
        if (text === '' && details.length === 0) return;
        used = true;
        memory.remember(key, eventsOf(text, details));
      };
    },
    recall(messages, index) {
      const message = messages[index];
      const id = used && message?.role === 'assistant' ? firstId(message.tool_calls) : undefined;
      if (id === undefined) return undefined;
      const kept = memory
        .recall(keyOf(provider, messages, index, id))
        .flatMap((event) => (event.type === 'reasoning-detail' ? [event.detail] : []));
      if (kept.length === 0) return undefined;
      return {
        text: kept.find(({ format }) => format === textFormat)?.text ?? '',
        details: kept.filter(({ format }) => format !== textFormat),
      };
    },
  };
}

function eventsOf(text: string, details: readonly Detail[]): StreamEvent[] {
  const plain = { type: 'reasoning.text', format: textFormat, index: 0, text } as const;
  // As the upstream wrote them: they go back unchanged.
  const given = details.map((detail) => ({ ...detail }) as unknown as ReasoningDetail);
  return [...(text === '' ? [] : [plain]), ...given].map((detail) => ({ type: 'reasoning-detail', detail }));
}

/** Pieces of one detail come under the same place. */
function join(details: Detail[], pieces: readonly unknown[]): void {
  for (const piece of pieces) {
    if (typeof piece !== 'object' || piece === null) continue;
    const { type, index, ...members } = piece as Detail;
    const known =
      index === undefined ? undefined : details.find((one) => one.index === index && one.type === type);
    if (!known) {
      details.push({ ...(piece as Detail) });
      continue;
    }
    for (const [name, value] of Object.entries(members)) {
      if (value === undefined || value === null) continue;
      const written = name === 'text' || name === 'summary' || name === 'data';
      known[name] = written && typeof known[name] === 'string' ? `${known[name]}${value}` : value;
    }
  }
}

function firstId(calls: unknown): string | undefined {
  const [first] = Array.isArray(calls) ? (calls as ({ id?: unknown } | null)[]) : [];
  return typeof first?.id === 'string' && first.id !== '' ? first.id : undefined;
}

/**
 * Some upstreams count their calls anew in every conversation (`functions.f:0`): an id alone would find the thoughts of somebody
 * else. `end`: how many messages came before.
 */
function keyOf(provider: string, messages: readonly ChatMessage[], end: number, id: string): string {
  const hash = createHash('sha256').update(JSON.stringify([provider, end, id]));
  for (const message of [messages[0], ...messages.slice(0, end).slice(-2)]) {
    hash.update(JSON.stringify([message?.role, beginning(message?.content)]));
  }
  return hash.digest('base64');
}

/** Enough to tell conversations apart; pictures are told by their beginning, too. */
const longest = 4_000;

function beginning(content: unknown): unknown {
  if (typeof content === 'string')
    return [content.length, content.slice(0, longest), content.slice(-longest)];
  if (!Array.isArray(content)) return null;
  return (content as Readonly<Record<string, unknown>>[]).map(({ type, text, image_url: image }) => [
    type,
    beginning(text),
    beginning((image as { url?: unknown } | undefined)?.url ?? image),
  ]);
}
