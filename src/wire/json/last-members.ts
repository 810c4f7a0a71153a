// A JSON object in which every name stands once. Readers differ over a name that stands twice: `JSON.parse` takes the
// last, others the first, and a body relayed as it came would be checked and booked as one thing and served as another.
import { endOfValue, keyOf, skipSpace } from '../json-members.ts';
import { endOfString } from './json-bytes.ts';

const openBrace = 0x7b;
const closeBrace = 0x7d;
const comma = 0x2c;

/**
 * `object` without the members that a later one of the same name replaces; itself where there are none. `distinct`: how
 * many names it has, as its parser counted them. Input must be a valid JSON object.
 */
export function keepLastMembers(object: Buffer, distinct: number): Buffer {
  if (countMembers(object) === distinct) return object;
  const last = new Map<string, Buffer>();
  for (const [start, keyEnd, end] of membersOf(object)) {
    const name = keyOf(object, start, keyEnd);
    // Set anew, so that the last stands where it stood.
    last.delete(name);
    last.set(name, object.subarray(start, end));
  }
  const members = [...last.values()].flatMap((member, at) =>
    at === 0 ? [member] : [Buffer.of(comma), member],
  );
  return Buffer.concat([Buffer.of(openBrace), ...members, Buffer.of(closeBrace)]);
}

/** As many as `membersOf` gives, at less cost: this is done to every request. */
function countMembers(object: Buffer): number {
  let count = 0;
  let position = skipSpace(object, object.indexOf(openBrace) + 1);
  while (position < object.length && object[position] !== closeBrace) {
    const keyEnd = endOfString(object, position);
    count++;
    position = skipSpace(object, endOfValue(object, skipSpace(object, skipSpace(object, keyEnd) + 1)));
    if (object[position] === comma) position = skipSpace(object, position + 1);
  }
  return count;
}

/** Where each member begins, where its name ends and where its value does. */
function* membersOf(object: Buffer): Generator<readonly [start: number, keyEnd: number, end: number]> {
  let position = skipSpace(object, object.indexOf(openBrace) + 1);
  while (position < object.length && object[position] !== closeBrace) {
    const start = position;
    const keyEnd = endOfString(object, start);
    const end = endOfValue(object, skipSpace(object, skipSpace(object, keyEnd) + 1));
    yield [start, keyEnd, end];
    position = skipSpace(object, end);
    if (object[position] === comma) position = skipSpace(object, position + 1);
  }
}
