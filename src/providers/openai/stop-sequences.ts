// `stop` for an API that has none: the text ends before the first stop sequence, also where that comes in pieces. What may
// be the beginning of one is held back until it is clear that it is not.
import type { StreamEvent } from '../../core/stream-event.ts';

export interface StopFilter {
  /** What of these events the client gets. Behind a stop sequence only counts and the tier are left. */
  pass(events: readonly StreamEvent[]): StreamEvent[];
  stopped(): boolean;
}

export function createStopFilter(stop: string | readonly string[] | null | undefined): StopFilter {
  const sequences = (typeof stop === 'string' ? [stop] : [...(stop ?? [])]).filter((one) => one !== '');
  let held = '';
  let stopped = false;

  function push(text: string): StreamEvent[] {
    const whole = held + text;
    const at = firstOf(whole, sequences);
    if (at === undefined) {
      const kept = whole.length - beginningLength(whole, sequences);
      held = whole.slice(kept);
      return delta(whole.slice(0, kept));
    }
    held = '';
    stopped = true;
    return [...delta(whole.slice(0, at)), { type: 'finish', reason: 'stop' }];
  }

  function flush(): StreamEvent[] {
    const rest = held;
    held = '';
    return delta(rest);
  }

  function passOne(event: StreamEvent): StreamEvent[] {
    if (event.type === 'usage' || event.type === 'service-tier') return [event];
    if (stopped) return [];
    if (event.type === 'text-delta') return push(event.text);
    // Sources of the text do not end it.
    return event.type === 'annotation' ? [event] : [...flush(), event];
  }

  return {
    pass: (events) => (sequences.length === 0 ? [...events] : events.flatMap(passOne)),
    stopped: () => stopped,
  };
}

function delta(text: string): StreamEvent[] {
  return text === '' ? [] : [{ type: 'text-delta', text }];
}

/** Where the sequence begins that is complete first: the same however the text is cut into pieces. */
function firstOf(text: string, sequences: readonly string[]): number | undefined {
  let found: { readonly at: number; readonly end: number } | undefined;
  for (const sequence of sequences) {
    const at = text.indexOf(sequence);
    const end = at + sequence.length;
    if (at < 0 || (found && (end > found.end || (end === found.end && at > found.at)))) continue;
    found = { at, end };
  }
  return found?.at;
}

/** Length of the longest end of `text` that a sequence begins with. */
function beginningLength(text: string, sequences: readonly string[]): number {
  let longest = 0;
  for (const sequence of sequences) {
    for (let length = Math.min(sequence.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(sequence.slice(0, length))) longest = length;
    }
  }
  return longest;
}
