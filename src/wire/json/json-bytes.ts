// Finding one's way in the bytes of a JSON text without parsing it. Input may be no JSON at all: then the answers make
// no sense, but they come, and within the bytes.

export const quote = 0x22;
export const backslash = 0x5c;

/** Shorter ways are walked byte by byte; a native search has a fixed cost of some 50 ns. */
const shortWay = 32;

/** Position of the next quote before `end`, or `end`. */
export function nextQuote(bytes: Buffer, start: number, end = bytes.length): number {
  const near = Math.min(start + shortWay, end);
  for (let position = start; position < near; position++) if (bytes[position] === quote) return position;
  if (near === end) return end;
  const far = bytes.indexOf(quote, near);
  return far < 0 || far > end ? end : far;
}

/** Whether the quote at `position` is part of the string that begins at `start`: an odd run of backslashes before it. */
export function isEscaped(bytes: Buffer, position: number, start: number): boolean {
  let run = 0;
  while (position - 1 - run > start && bytes[position - 1 - run] === backslash) run++;
  return run % 2 === 1;
}

const longStrings = Symbol('long strings');

/** Where a long string begins -> where it ends, both as `endOfString` takes and gives them. */
export type LongStringEnds = ReadonlyMap<number, number>;

/** Keeps what was learnt about the strings of these bytes with them, so that nobody walks over megabytes again. */
export function rememberLongStrings(bytes: Buffer, ends: LongStringEnds): void {
  (bytes as { [longStrings]?: LongStringEnds })[longStrings] = ends;
}

/** Position behind the closing quote of the string that starts at `start`, or the length. */
export function endOfString(bytes: Buffer, start: number): number;
/** `undefined` where it does not end before `limit`. */
export function endOfString(bytes: Buffer, start: number, limit: number): number | undefined;
export function endOfString(bytes: Buffer, start: number, limit = bytes.length): number | undefined {
  const known = (bytes as { [longStrings]?: LongStringEnds })[longStrings]?.get(start);
  if (known !== undefined) return known;
  const last = Math.min(limit, bytes.length);
  for (let position = start + 1; ; ) {
    const end = nextQuote(bytes, position, last);
    if (end >= last) return last === bytes.length ? last : undefined;
    if (!isEscaped(bytes, end, start)) return end + 1;
    position = end + 1;
  }
}
