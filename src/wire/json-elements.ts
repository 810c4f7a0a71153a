// Changes elements of an array that is a member of a JSON object, in the bytes: elements nobody changes are relayed as
// they were written, whatever their size. Input must already be known to be valid JSON.
import { endOfString, endOfValue, keyOf, skipSpace } from './json-members.ts';

const openBracket = 0x5b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;
const comma = 0x2c;

/**
 * `object` with elements of its array `name` replaced by what `edit` gives for them: raw elements, none to remove it,
 * `undefined` to keep it. Where the name stands twice the last counts, as for parsers.
 */
export function editElements(
  object: Buffer,
  name: string,
  edit: (element: Buffer, index: number) => readonly (Buffer | string)[] | undefined,
): Buffer {
  const place = arrayPlace(object, name);
  if (!place) return object;
  const pieces: Buffer[] = [];
  let changed = false;
  let index = 0;
  let position = skipSpace(object, place.start + 1);
  while (position < place.end && object[position] !== closeBracket) {
    const end = endOfValue(object, position);
    const element = object.subarray(position, end);
    const edited = edit(element, index++);
    changed ||= edited !== undefined;
    for (const piece of edited ?? [element]) pieces.push(Buffer.from(','), toBuffer(piece));
    position = skipSpace(object, end);
    if (object[position] === comma) position = skipSpace(object, position + 1);
  }
  if (!changed) return object;
  const { start } = place;
  return Buffer.concat([object.subarray(0, start + 1), ...pieces.slice(1), object.subarray(place.end - 1)]);
}

function toBuffer(piece: Buffer | string): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
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
