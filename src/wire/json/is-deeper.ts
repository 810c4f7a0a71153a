// How deep a JSON value is, parsed or not, and how wide its outermost level. V8 parses any depth, but whoever walks such a value by recursion, here or upstream,
// runs out of stack.

/** Python's `json` gives up at about this depth, and many upstreams are written in it. */
export const deepestJson = 1000;

/** Whether arrays and objects stand more than `levels` deep in each other. Takes at most that much stack. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const element of value) if (isDeeper(element, levels - 1)) return true;
    return false;
  }
  for (const name in value) {
    if (isDeeper((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return true;
  }
  return false;
}

export class TooDeep extends Error {
  override readonly name = 'TooDeep';
}

/** The outermost object of a body has more members than any request has. */
export class TooWide extends Error {
  override readonly name = 'TooWide';
}

/** Members of a body's outermost object; every step of the path goes through all of them. */
export const mostMembers = 10_000;

/**
 * Told the bytes between strings one after the other; throws TooDeep once more than `levels` are open, and TooWide once
 * the outermost object or array has more than `members`.
 */
export function createShapeGauge(
  levels: number,
  members: number,
): (bytes: Buffer, start: number, end: number) => void {
  let open = 0;
  let outermost = 1;
  return function pass(bytes, start, end) {
    for (let position = start; position < end; position++) {
      const byte = bytes[position];
      if (byte === openBrace || byte === openBracket) {
        if (++open > levels) throw new TooDeep();
      } else if (byte === closeBrace || byte === closeBracket) open--;
      else if (byte === comma && open === 1 && ++outermost > members) throw new TooWide();
    }
  };
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
