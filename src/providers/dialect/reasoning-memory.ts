// What a provider needs back on the next turn of a tool loop (signed thinking, thought signatures) and most clients do not
// send back: kept for a while by the id of the tool call it came with. Clients that do send it need no memory.
import type { StreamEvent } from '../../core/stream-event.ts';

export interface ReasoningMemory {
  /** What came before the tool call of that id; nothing once it is forgotten. */
  recall(callId: string): readonly StreamEvent[];
  /** Keeps these under a key of the caller's own, for `recall`. */
  remember(key: string, events: readonly StreamEvent[]): void;
  /** Follows one answer: call it with every event in order. */
  watch(): (event: StreamEvent) => void;
}

/** Tool loops that are remembered at once, and how much of them. The oldest are forgotten first. */
export interface MemoryBounds {
  readonly calls: number;
  readonly characters: number;
}

export const defaultMemory: MemoryBounds = { calls: 10_000, characters: 32_000_000 };

interface Entry {
  readonly events: readonly StreamEvent[];
  readonly size: number;
}

/** @NOTE in this process only: behind a load balancer, a conversation that changes nodes in a tool loop loses it. */
export function createReasoningMemory(bounds: MemoryBounds = defaultMemory): ReasoningMemory {
  const entries = new Map<string, Entry>();
  let characters = 0;

  function forget(callId: string): void {
    const entry = entries.get(callId);
    if (!entry) return;
    entries.delete(callId);
    characters -= entry.size;
  }

  function keep(callId: string, events: readonly StreamEvent[]): void {
    forget(callId);
    const size = events.reduce((sum, event) => sum + sizeOf(event), callId.length);
    if (size > bounds.characters) return;
    entries.set(callId, { events, size });
    characters += size;
    for (const oldest of entries.keys()) {
      if (entries.size <= bounds.calls && characters <= bounds.characters) break;
      forget(oldest);
    }
  }

  return {
    recall(callId) {
      const entry = entries.get(callId);
      if (!entry) return [];
      // Read again, it is needed for longer.
      entries.delete(callId);
      entries.set(callId, entry);
      return entry.events;
    },
    remember: keep,
    watch() {
      const seen: StreamEvent[] = [];
      return (event) => {
        if (event.type === 'reasoning-detail') seen.push(event);
        else if (event.type === 'tool-input-start' && event.id) {
          const own = event.extra ? [...seen, event] : seen;
          // What was thought belongs to all calls of the turn; the list is not changed once it is kept.
          if (own.length > 0) keep(event.id, [...own]);
        }
      };
    },
  };
}

function sizeOf(event: StreamEvent): number {
  return JSON.stringify(event).length;
}
