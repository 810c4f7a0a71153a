// Sets of Unicode code points as sorted, disjoint, inclusive ranges, and the sets that JSON and patterns speak of. Pure.

export type CodePointSet = readonly (readonly [first: number, last: number])[];

export const lastCodePoint = 0x10_ffff;

/** Any ranges, in any order, overlapping or not. */
export function unionOf(...sets: readonly CodePointSet[]): CodePointSet {
  const sorted = sets.flat().sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export function complementOf(set: CodePointSet): CodePointSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) rest.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= lastCodePoint) rest.push([next, lastCodePoint]);
  return rest;
}

export function intersectionOf(a: CodePointSet, b: CodePointSet): CodePointSet {
  const common: [number, number][] = [];
  for (let i = 0, j = 0; ; ) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) return common;
    const first = Math.max(left[0], right[0]);
    const last = Math.min(left[1], right[1]);
    if (first <= last) common.push([first, last]);
    if (left[1] < right[1]) i += 1;
    else j += 1;
  }
}

export const without = (set: CodePointSet, removed: CodePointSet) =>
  intersectionOf(set, complementOf(removed));

/** `characters('a', '09')`: a string of one character is that one, of two a range. */
export function characters(...ranges: readonly string[]): CodePointSet {
  return unionOf(
    ranges.map((range) => {
      const [first = 0, last = first] = [...range].map((character) => character.codePointAt(0) ?? 0);
      return [first, last] as const;
    }),
  );
}

export const surrogates: CodePointSet = [[0xd800, 0xdfff]];
/** What a JSON string writes with an escape of two characters. */
export const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x22, '"'],
  [0x5c, '\\'],
]);
const controls: CodePointSet = [[0x00, 0x1f]];
const escaped = unionOf(...[...shortEscapes.keys()].map((code): CodePointSet => [[code, code]]));
/** What may stand in a JSON string as it is. Halves of surrogate pairs are no text. */
export const rawInString = complementOf(unionOf(controls, surrogates, escaped));
/** Every character that this compiler lets a string hold: not U+0000 and its like, which nobody wants to be sent. */
export const anyInString = unionOf(rawInString, escaped);

export const digits = characters('09');
export const wordCharacters = characters('09', 'AZ', 'az', '_');
/** ECMAScript's `\s`: WhiteSpace and LineTerminator. */
export const whiteSpace = characters(
  '\t\r',
  ' ',
  '\u00a0',
  '\u1680',
  '\u2000\u200a',
  '\u2028\u2029',
  '\u202f',
  '\u205f',
  '\u3000',
  '\ufeff',
);
/** What `.` does not match. */
export const lineTerminators = characters('\n', '\r', '\u2028\u2029');
