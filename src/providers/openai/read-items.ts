// The items of a response (messages, reasoning, calls) as their events tell them. An item that is done tells what none of its
// deltas has told, so that a whole answer is read by the same code and a delta that was left out does no harm.
import type { StreamEvent } from '../../core/stream-event.ts';
import { detailOf, type ReasoningItem, textsOf } from './past-reasoning.ts';

export interface ItemEvent {
  readonly type?: unknown;
  readonly output_index?: unknown;
  readonly content_index?: unknown;
  readonly summary_index?: unknown;
  readonly delta?: unknown;
  readonly annotation?: unknown;
  readonly arguments?: unknown;
  readonly item?: unknown;
}

type Item = ReasoningItem & {
  readonly type?: unknown;
  readonly call_id?: unknown;
  readonly name?: unknown;
  readonly arguments?: unknown;
  readonly content?: unknown;
};

interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly refusal?: unknown;
  readonly annotations?: unknown;
}

/** A text that has begun: where in the answer, and how many of its sources were told. */
interface Begun {
  readonly base: number;
  sources: number;
}

export interface ItemReader {
  read(event: ItemEvent): StreamEvent[];
}

/** Between parts of a summary, and between messages of one answer. */
const gap = '\n\n';

export function createItemReader(): ItemReader {
  const texts = new Map<string, Begun>();
  const thoughts = new Set<string>();
  /** By place of the item. `written`: whether arguments have come. */
  const calls = new Map<unknown, { readonly call: number; written: boolean }>();
  /** Characters of the answer so far, and the item that wrote last. */
  let length = 0;
  let writer: unknown;

  /** Begins a text if it is new; behind another message there is a gap. */
  function beginText(item: unknown, part: unknown, isText: boolean): { begun: Begun; lead: string } {
    const place = `${item}.${part}`;
    const known = texts.get(place);
    if (known) return { begun: known, lead: '' };
    const lead = isText && length > 0 && writer !== item ? gap : '';
    const begun = { base: length + lead.length, sources: 0 };
    texts.set(place, begun);
    return { begun, lead };
  }

  function say(type: 'text-delta' | 'refusal-delta', item: unknown, part: unknown, text: unknown) {
    if (typeof text !== 'string' || text === '') return [];
    const { lead } = beginText(item, part, type === 'text-delta');
    if (type === 'refusal-delta') return [{ type, text }];
    length += lead.length + [...text].length;
    writer = item;
    return [{ type, text: lead + text }];
  }

  function think(place: string, text: unknown): StreamEvent[] {
    if (typeof text !== 'string' || text === '') return [];
    const lead = thoughts.size > 0 && !thoughts.has(place) ? gap : '';
    thoughts.add(place);
    return [{ type: 'reasoning-delta', text: lead + text }];
  }

  function cite(item: unknown, part: unknown, annotation: unknown): StreamEvent[] {
    const { begun } = beginText(item, part, true);
    begun.sources++;
    const { type, start_index: start, end_index: end, url, title } = (annotation ?? {}) as Citation;
    if (type !== 'url_citation') return [];
    const at = (index: unknown) => (typeof index === 'number' ? index + begun.base : index);
    const citation = { start_index: at(start), end_index: at(end), url, title };
    return [{ type: 'annotation', annotation: { type, url_citation: citation } }];
  }

  function beginCall(place: unknown, item: Item): StreamEvent[] {
    if (calls.has(place)) return [];
    const call = calls.size;
    calls.set(place, { call, written: false });
    return [{ type: 'tool-input-start', call, id: String(item.call_id), name: String(item.name) }];
  }

  function input(place: unknown, text: unknown): StreamEvent[] {
    const call = calls.get(place);
    if (!call || typeof text !== 'string' || text === '') return [];
    call.written = true;
    return [{ type: 'tool-input-delta', call: call.call, text }];
  }

  /** All arguments at once, unless they came in pieces. No arguments are an empty object. */
  function wholeInput(place: unknown, text: unknown): StreamEvent[] {
    return calls.get(place)?.written === false ? input(place, text || '{}') : [];
  }

  function endItem(place: unknown, item: Item): StreamEvent[] {
    switch (item.type) {
      case 'message': {
        const parts = Array.isArray(item.content) ? (item.content as (Part | null)[]) : [];
        return parts.flatMap((part, index) => endPart(place, index, part ?? {}));
      }
      case 'reasoning': {
        const summary = textsOf(item.summary);
        const spoken =
          summary.length > 0
            ? summary.flatMap((text, index) => unheard(`${place}.s${index}`, text))
            : textsOf(item.content).flatMap((text, index) => unheard(`${place}.c${index}`, text));
        const detail = detailOf(item, Number(place));
        return detail ? [...spoken, { type: 'reasoning-detail', detail }] : spoken;
      }
      case 'function_call':
        return [...beginCall(place, item), ...wholeInput(place, item.arguments)];
      default:
        // Searches and other tools of OpenAI's own say nothing to a chat client.
        return [];
    }
  }

  function unheard(place: string, text: string): StreamEvent[] {
    return thoughts.has(place) ? [] : think(place, text);
  }

  function endPart(item: unknown, index: number, part: Part): StreamEvent[] {
    const heard = texts.has(`${item}.${index}`);
    if (part.type === 'refusal') return heard ? [] : say('refusal-delta', item, index, part.refusal);
    if (part.type !== 'output_text') return [];
    const spoken: StreamEvent[] = heard ? [] : say('text-delta', item, index, part.text);
    const sources = Array.isArray(part.annotations) ? part.annotations : [];
    const told = texts.get(`${item}.${index}`)?.sources ?? 0;
    return [...spoken, ...sources.slice(told).flatMap((source) => cite(item, index, source))];
  }

  return {
    read(event) {
      const { output_index: place, content_index: part, delta } = event;
      const item = (event.item ?? {}) as Item;
      switch (event.type) {
        case 'response.output_item.added':
          return item.type === 'function_call' ? beginCall(place, item) : [];
        case 'response.output_item.done':
          return endItem(place, item);
        case 'response.output_text.delta':
          return say('text-delta', place, part, delta);
        case 'response.refusal.delta':
          return say('refusal-delta', place, part, delta);
        case 'response.output_text.annotation.added':
          return cite(place, part, event.annotation);
        case 'response.reasoning_summary_text.delta':
          return think(`${place}.s${event.summary_index}`, delta);
        case 'response.reasoning_text.delta':
          return think(`${place}.c${part}`, delta);
        case 'response.function_call_arguments.delta':
          return input(place, delta);
        case 'response.function_call_arguments.done':
          return wholeInput(place, event.arguments);
        default:
          return [];
      }
    },
  };
}

interface Citation {
  readonly type?: unknown;
  readonly start_index?: unknown;
  readonly end_index?: unknown;
  readonly url?: unknown;
  readonly title?: unknown;
}
