// Users may write what spells a control token; it must stay text. Each such spelling is broken by a mark after its
// first character before the template sees it, and the tokenizer gets the rendered prompt cut at the marks.

export interface SpecialTextGuard {
  /** `value` with every spelling in every string of it broken. */
  guard<T>(value: T): T;
  /** The rendered prompt in the pieces to tokenize one by one. */
  pieces(rendered: string): string[];
}

/** `spellings`: of all tokens that mean something beyond their text. */
export function createSpellingPattern(spellings: Iterable<string>): RegExp | undefined {
  const written = [...new Set(spellings)].filter((spelling) => spelling.trim().length > 1);
  if (written.length === 0) return undefined;
  const beginnings = new Set(written.map((spelling) => RegExp.escape([...spelling][0] ?? '')));
  const whole = written.map((spelling) => RegExp.escape(spelling));
  // Look-aheads find spellings that overlap, too; the first is there to be quick where none can begin.
  return new RegExp(`(?=${[...beginnings].join('|')})(?=${whole.join('|')})(.)`, 'gsu');
}

/** The mark is a noncharacter that nothing in `inputs` contains. */
export function createSpecialTextGuard(pattern: RegExp | undefined, inputs: unknown): SpecialTextGuard {
  const written = JSON.stringify(inputs) ?? '';
  const mark = [...noncharacters()].find((character) => !written.includes(character)) ?? '\u{FDD0}';
  const guardText = (text: string) => (pattern === undefined ? text : text.replace(pattern, `$1${mark}`));
  const guard = (value: unknown): unknown => {
    if (typeof value === 'string') return guardText(value);
    if (Array.isArray(value)) return value.map(guard);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [guardText(key), guard(entry)]));
  };
  return {
    guard: <T>(value: T) => guard(value) as T,
    pieces: (rendered) => rendered.split(mark).filter((piece) => piece.length > 0),
  };
}

function* noncharacters(): Generator<string> {
  for (let code = 0xfdd0; code <= 0xfdef; code++) yield String.fromCodePoint(code);
}
