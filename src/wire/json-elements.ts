// Changes elements of an array that is a member of a JSON object, in the bytes: elements nobody changes are relayed as
// they were written, whatever their size. Input must already be known to be valid JSON.
import { endOfString, endOfValue, keyOf, skipSpace } from './json-members.ts';

const openBracket = 0x5b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;
const comma = 0x2c;

/** Bytes of an object that others take the place of. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** Gets an element and its place in the array; gives those to have instead, at least one; `undefined` to keep it. */
export type ElementEditor = (element: Buffer, index: number) => readonly (Buffer | string)[] | undefined;

/** The edits to the array `name` of `object`, in order. Where the name stands twice the last counts, as for parsers. */
export function editElements(object: Buffer, name: string, edit: ElementEditor): Edit[] {
  const edits: Edit[] = [];
  const place = arrayPlace(object, name);
  if (!place) return edits;
  let index = 0;
  let position = skipSpace(object, place.start + 1);
  while (position < place.end && object[position] !== closeBracket) {
    const end = endOfValue(object, position);
    const edited = edit(object.subarray(position, end), index++);
    if (edited) edits.push({ start: position, end, bytes: joined(edited) });
    position = skipSpace(object, end);
    if (object[position] === comma) position = skipSpace(object, position + 1);
  }
  return edits;
}

function joined(elements: readonly (Buffer | string)[]): Buffer {
  const pieces = elements.flatMap((element, at) => [
    ...(at > 0 ? [Buffer.from(',')] : []),
    typeof element === 'string' ? Buffer.from(element) : element,
  ]);
  return Buffer.concat(pieces);
}

function arrayPlace(object: Buffer, name: string): { start: number; end: number } | undefined {
  let found: { start: number; end: number } | undefined;
  let position = skipSpace(object, object.indexOf('{') + 1);
  while (position < object.length && object[position] !== closeBrace) {
    const keyEnd = endOfString(object, position);
    const start = skipSpace(object, skipSpace(object, keyEnd) + 1);
    const end = endOfValue(object, start);
    if (keyOf(object, position, keyEnd) === name && object[start] === openBracket) found = { start, end };
    position = skipSpace(object, end);
    if (object[position] === comma) position = skipSpace(object, position + 1);
  }
  return found;
}

/** The pieces with the edits made in those that are slices of `object`. Nothing large is copied. */
export function applyEdits(pieces: readonly Buffer[], object: Buffer, edits: readonly Edit[]): Buffer[] {
  return pieces.flatMap((piece) => {
    const from = piece.byteOffset - object.byteOffset;
    const isSlice = piece.buffer === object.buffer && from >= 0 && from + piece.length <= object.length;
    return isSlice ? cut(object, from, from + piece.length, edits) : [piece];
  });
}

function cut(object: Buffer, from: number, to: number, edits: readonly Edit[]): Buffer[] {
  const pieces: Buffer[] = [];
  let position = from;
  for (const { start, end, bytes } of edits) {
    if (start < from || end > to) continue;
    pieces.push(object.subarray(position, start), bytes);
    position = end;
  }
  pieces.push(object.subarray(position, to));
  return pieces;
}
