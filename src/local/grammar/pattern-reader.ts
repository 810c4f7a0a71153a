// A cursor over the characters of a pattern, and the error its readers throw. Pure.

/** `message` is a clause without a full stop. */
export class PatternError extends Error {}

export interface PatternReader {
  /** `undefined` at the end. */
  peek(ahead?: number): string | undefined;
  next(): string;
  /** Moves past `text` if it stands here. */
  take(text: string): boolean;
  /** Up to `end`, and moves past that. */
  until(end: string): string;
}

export function patternReader(source: string): PatternReader {
  // By code point, as the flag `u` has it.
  const characters = [...source];
  let at = 0;
  const next = () => {
    const character = characters[at];
    if (character === undefined) throw new PatternError('the pattern ends too early');
    at += 1;
    return character;
  };
  return {
    peek: (ahead = 0) => characters[at + ahead],
    next,
    take(text) {
      if (![...text].every((character, index) => characters[at + index] === character)) return false;
      at += text.length;
      return true;
    },
    until(end) {
      let text = '';
      for (let character = next(); character !== end; character = next()) text += character;
      return text;
    },
  };
}
