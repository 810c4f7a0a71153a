// Encrypted reasoning on its way out and back: an item of the answer -> a detail the client may echo, and details, echoed or
// remembered, -> items again. Without them the model thinks again from the start after every tool.
import type { ReasoningDetail } from '../../core/stream-event.ts';
import type { ChatMessage } from '../../wire/openai/chat-request.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';

/** OpenRouter's name for it, so that clients that know it keep the details apart by provider. */
export const detailFormat = 'openai-responses-v1';

export interface ReasoningItem {
  readonly id?: unknown;
  readonly encrypted_content?: unknown;
  readonly summary?: unknown;
}

/** `undefined` where there is nothing that could go back. `index`: place of the item in its answer. */
export function detailOf(item: ReasoningItem, index: number): ReasoningDetail | undefined {
  if (typeof item.encrypted_content !== 'string' || item.encrypted_content === '') return undefined;
  const summary = textsOf(item.summary).join('\n\n');
  return {
    type: 'reasoning.encrypted',
    format: detailFormat,
    data: item.encrypted_content,
    ...(typeof item.id === 'string' ? { id: item.id } : {}),
    index,
    ...(summary === '' ? {} : { summary }),
  };
}

/** The texts of `summary` or `content` of an item. */
export function textsOf(parts: unknown): string[] {
  if (!Array.isArray(parts)) return [];
  return (parts as ({ readonly text?: unknown } | null)[]).flatMap((part) =>
    typeof part?.text === 'string' ? [part.text] : [],
  );
}

export interface PastReasoning {
  /** The items that stand before this call, or before a text without calls; each once. */
  before(callId: string | undefined): object[];
}

/** `memory`: absent where the model takes nothing back. What the client echoes wins over what is remembered. */
export function createPastReasoning(
  message: ChatMessage & { readonly role: 'assistant' },
  memory: ReasoningMemory | undefined,
): PastReasoning {
  const echoed = oursOf((message.reasoning_details ?? []) as readonly unknown[]);
  const used = new Set<string>();
  return {
    before(callId) {
      if (!memory) return [];
      const known = echoed.length > 0 || callId === undefined ? echoed : remembered(memory, callId);
      const fresh = known.filter(({ data }) => !used.has(data));
      for (const { data } of fresh) used.add(data);
      return fresh.map(itemOf);
    },
  };
}

interface OurDetail {
  readonly id?: unknown;
  readonly summary?: unknown;
  readonly data: string;
}

function oursOf(details: readonly unknown[]): OurDetail[] {
  return (details as readonly (Partial<ReasoningDetail> | null)[]).flatMap((detail) => {
    if (detail?.type !== 'reasoning.encrypted' || detail.format !== detailFormat) return [];
    const { id, summary, data } = detail;
    return typeof data === 'string' && data !== '' ? [{ id, summary, data }] : [];
  });
}

function remembered(memory: ReasoningMemory, callId: string): OurDetail[] {
  return oursOf(
    memory.recall(callId).flatMap((event) => (event.type === 'reasoning-detail' ? [event.detail] : [])),
  );
}

function itemOf({ id, data, summary }: OurDetail): object {
  return {
    type: 'reasoning',
    ...(typeof id === 'string' ? { id } : {}),
    summary: typeof summary === 'string' && summary !== '' ? [{ type: 'summary_text', text: summary }] : [],
    encrypted_content: data,
  };
}
