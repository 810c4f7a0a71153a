// Thoughts that an upstream leaves in the text, `<think>…</think>` at its beginning, split off as they stream in. What
// could still become a tag is held back until it is one or is none. CONTRACT section 5d, "any, raw tags".

export interface SplitText {
  readonly reasoning: string;
  readonly content: string;
}

export interface ThinkTagSplitter {
  /** The next piece of the text. */
  push(text: string): SplitText;
  /** What was held back when the text ends. */
  end(): SplitText;
  /** Whether all text passes as it is from now on. */
  done(): boolean;
}

const pairs = [
  { opening: '<think>', closing: '</think>' },
  // Kimi
  { opening: '◁think▷', closing: '◁/think▷' },
] as const;

/** `closing`: the prompt ends with the opening tag, so the text begins with thoughts; a tag of its own is dropped. */
export function createThinkTagSplitter(tags: 'both' | 'closing'): ThinkTagSplitter {
  let state: 'start' | 'thoughts' | 'between' | 'text' = 'start';
  let closings: readonly string[] = pairs.map(({ closing }) => closing);
  let held = '';
  let thoughtBegan = false;

  function push(text: string): SplitText {
    held += text;
    let reasoning = '';
    if (state === 'start') readStart();
    if (state === 'thoughts') reasoning = readThoughts();
    if (state === 'between') skipSpace();
    if (state !== 'text') return { reasoning, content: '' };
    const content = held;
    held = '';
    return { reasoning, content };
  }

  function readStart(): void {
    const begun = held.trimStart();
    const pair = pairs.find(({ opening }) => begun.startsWith(opening));
    if (pair) {
      held = begun.slice(pair.opening.length);
      closings = [pair.closing];
      state = 'thoughts';
    } else if (!pairs.some(({ opening }) => opening.startsWith(begun))) {
      state = tags === 'closing' ? 'thoughts' : 'text';
    }
  }

  function readThoughts(): string {
    // The line break behind the tag is the template's, not the model's.
    if (!thoughtBegan) held = held.trimStart();
    thoughtBegan ||= held !== '';
    for (const closing of closings) {
      const place = held.indexOf(closing);
      if (place < 0) continue;
      const thoughts = held.slice(0, place).trimEnd();
      held = held.slice(place + closing.length);
      state = 'between';
      return thoughts;
    }
    const kept = Math.max(spaceAtEnd(held), ...closings.map((closing) => tagAtEnd(held, closing)));
    const thoughts = held.slice(0, held.length - kept);
    held = held.slice(held.length - kept);
    return thoughts;
  }

  /** The blank lines between thoughts and answer. */
  function skipSpace(): void {
    held = held.trimStart();
    if (held !== '') state = 'text';
  }

  return {
    push,
    end() {
      const rest = held;
      held = '';
      const isThought = state === 'thoughts';
      const isText = state === 'start' || state === 'text';
      return { reasoning: isThought ? rest : '', content: isText ? rest : '' };
    },
    done: () => state === 'text' && held === '',
  };
}

/** Length of the end of `text` that may be the beginning of `tag`, with the space before it. */
function tagAtEnd(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (!tag.startsWith(text.slice(text.length - length))) continue;
    return length + spaceAtEnd(text.slice(0, text.length - length));
  }
  return 0;
}

function spaceAtEnd(text: string): number {
  return text.length - text.trimEnd().length;
}
