// Tells a model's own thinking, `<think>…</think>` at the start of a message, from its answer. Tags may arrive in
// pieces and never leak; the same tags later in the answer are just text. Pure.
import { partialMatchLength } from './partial-match.ts';

export const thinkTags = { open: '<think>', close: '</think>' } as const;

export interface ThinkPiece {
  readonly kind: 'reasoning' | 'content';
  readonly text: string;
}

export interface ThinkParser {
  /** `undecided`: nothing but white space or a piece of the opening tag so far. */
  readonly state: 'undecided' | 'thinking' | 'answering';
  push(text: string): ThinkPiece[];
  /** The closing tag was put into the context by force. */
  close(): ThinkPiece[];
  flush(): ThinkPiece[];
}

/** `startInside`: the prompt already ends with the opening tag. */
export function createThinkParser(startInside: boolean): ThinkParser {
  let state: ThinkParser['state'] = startInside ? 'thinking' : 'undecided';
  let held = '';
  /** White space around the thinking and before the answer is layout, not text. */
  let trimStart = startInside;

  const take = (length: number) => {
    const text = held.slice(0, length);
    held = held.slice(length);
    return text;
  };
  const trimmed = (text: string) => {
    if (!trimStart) return text;
    const rest = text.trimStart();
    if (rest.length > 0) trimStart = false;
    return rest;
  };
  const piece = (kind: ThinkPiece['kind'], text: string): ThinkPiece[] =>
    text.length > 0 ? [{ kind, text }] : [];

  const undecided = (): ThinkPiece[] => {
    const start = held.trimStart();
    if (start.startsWith(thinkTags.open)) {
      held = start.slice(thinkTags.open.length);
      state = 'thinking';
      trimStart = true;
      return thinking();
    }
    if (thinkTags.open.startsWith(start)) return [];
    state = 'answering';
    return piece('content', take(held.length));
  };

  const thinking = (): ThinkPiece[] => {
    const end = held.indexOf(thinkTags.close);
    if (end >= 0) {
      const text = trimmed(take(end)).trimEnd();
      held = held.slice(thinkTags.close.length);
      return [...piece('reasoning', text), ...answering()];
    }
    const open = held.slice(0, held.length - partialMatchLength(held, [thinkTags.close]));
    return piece('reasoning', trimmed(take(open.trimEnd().length)));
  };

  const answering = (): ThinkPiece[] => {
    state = 'answering';
    trimStart = true;
    return piece('content', trimmed(take(held.length)));
  };

  return {
    get state() {
      return state;
    },
    push(text) {
      held += text;
      if (state === 'undecided') return undecided();
      if (state === 'thinking') return thinking();
      return piece('content', trimmed(take(held.length)));
    },
    close() {
      const rest = this.flush();
      state = 'answering';
      trimStart = true;
      return rest;
    },
    flush() {
      const kind = state === 'thinking' ? 'reasoning' : 'content';
      const text = trimmed(take(held.length));
      return piece(kind, kind === 'reasoning' ? text.trimEnd() : text);
    },
  };
}
