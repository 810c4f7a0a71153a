// Where a text stops being JSON. Engines tell the place in their own words or not at all, so it is looked for here.

/** What may stand outside of texts and brackets. */
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 forbids just these
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const space = /[ \t\n\r]*/y;

/** The place of the first character that cannot stand where it does; `undefined` when all of it is JSON. */
export function findJsonError(source: string): number | undefined {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (!found) return false;
    at += found[0].length;
    return true;
  };
  const takeMark = (mark: string): boolean => {
    take(space);
    if (source[at] !== mark) return false;
    at++;
    return true;
  };
  /** What is open, the innermost last. */
  const open: ('{' | '[')[] = [];
  for (;;) {
    take(space);
    if (source[at] === '{' || source[at] === '[') {
      const mark = source[at++] as '{' | '[';
      if (!takeMark(mark === '{' ? '}' : ']')) {
        open.push(mark);
        if (mark === '{' && !takeName()) return at;
        continue;
      }
    } else if (!take(text) && !take(scalar)) return at;
    for (;;) {
      const inside = open.at(-1);
      if (inside === undefined) {
        take(space);
        return at < source.length ? at : undefined;
      }
      if (takeMark(',')) {
        if (inside === '{' && !takeName()) return at;
        break;
      }
      if (!takeMark(inside === '{' ? '}' : ']')) return at;
      open.pop();
    }
  }

  function takeName(): boolean {
    take(space);
    return take(text) && takeMark(':');
  }
}
