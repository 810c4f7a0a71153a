// How well an entry of the palette fits what was typed: each word typed has to begin a word of it. Guessing letters across
// words, as is usual, finds too much in a list this short.

/** 0 = not at all. `keywords`: the label first. */
export function paletteMatch(_id: string, typed: string, keywords: readonly string[] = []): number {
  const text = keywords.join(' ').toLowerCase();
  const words = text.split(/[\s/_.-]+/);
  const wanted = typed.toLowerCase().trim().split(/\s+/);
  // Also where it is written as a whole, such as an id that was pasted.
  if (
    !text.includes(wanted.join(' ')) &&
    !wanted.every((part) => words.some((word) => word.startsWith(part)))
  ) {
    return 0;
  }
  const label = keywords[0]?.toLowerCase() ?? '';
  return label.startsWith(wanted[0] ?? '') ? 1 : 0.5;
}
