// Ends an answer at the first stop sequence without ever letting out a part of one. Pure.
import { partialMatchLength } from './partial-match.ts';

export interface StopMatcher {
  /** What of the text so far is certain to belong to the answer, and whether a stop sequence has ended it. */
  push(text: string): { readonly text: string; readonly stopped: boolean };
  /** What was held back, once nothing more comes. */
  flush(): string;
}

/** The sequence that is complete first wins, however the text is cut; of two that end together the longer one. */
export function createStopMatcher(stops: readonly string[]): StopMatcher {
  const sequences = stops.filter((stop) => stop.length > 0);
  let held = '';
  let stopped = false;
  return {
    push(text) {
      if (stopped) return { text: '', stopped };
      held += text;
      const start = startOfFirst(held, sequences);
      if (start !== undefined) {
        const before = held.slice(0, start);
        held = '';
        stopped = true;
        return { text: before, stopped };
      }
      const safe = held.length - partialMatchLength(held, sequences);
      const certain = held.slice(0, safe);
      held = held.slice(safe);
      return { text: certain, stopped };
    },
    flush() {
      const rest = held;
      held = '';
      return rest;
    },
  };
}

function startOfFirst(text: string, sequences: readonly string[]): number | undefined {
  let first: { start: number; end: number } | undefined;
  for (const sequence of sequences) {
    const start = text.indexOf(sequence);
    if (start < 0) continue;
    const end = start + sequence.length;
    if (first === undefined || end < first.end || (end === first.end && start < first.start))
      first = { start, end };
  }
  return first?.start;
}
