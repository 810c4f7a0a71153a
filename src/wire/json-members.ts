// Changes top-level members of a JSON object in its bytes, so that a body is relayed as the client or the upstream
// wrote it instead of being parsed and serialised again. Input must already be known to be a valid JSON object.
import { endOfString, quote } from './json/json-bytes.ts';

export { endOfString };

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const backslash = 0x5c;

/** Raw JSON to set by member name; `undefined` removes the member. */
export type MemberPatch = Readonly<Record<string, string | undefined>>;

/**
 * `object` with the named members replaced, removed or added at the end. Where a name stands twice, every
 * occurrence is changed, so no reader can see the old value. Costs one pass; long strings are skipped natively.
 */
export function patchMembers(object: Buffer, patch: MemberPatch): Buffer {
  const pieces = patchedPieces(object, patch);
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}

/** From here on a copy would hold up everybody else for milliseconds. */
const largeObject = 256 * 1024;

/** As `patchMembers`, for sending: a large object is not copied but given as its pieces. */
export function patchMembersInPieces(object: Buffer, patch: MemberPatch): Buffer | readonly Buffer[] {
  return object.length > largeObject ? patchedPieces(object, patch) : patchMembers(object, patch);
}

/** At least one. */
function patchedPieces(object: Buffer, patch: MemberPatch): Buffer[] {
  const pieces: Buffer[] = [];
  const names = Object.keys(patch);
  const missing = new Set(names.filter((name) => patch[name] !== undefined));
  let copied = 0;
  let kept = 0;
  let position = object.indexOf(openBrace) + 1;
  // A removed member takes along the comma before it, or its own if nothing kept stands before it.
  let memberStart = position;
  for (;;) {
    position = skipSpace(object, position);
    if (object[position] === closeBrace || position >= object.length) break;
    const keyEnd = endOfString(object, position);
    const name = oneOf(names, object, position, keyEnd);
    const valueStart = skipSpace(object, skipSpace(object, keyEnd) + 1);
    const valueEnd = endOfValue(object, valueStart);
    position = skipSpace(object, valueEnd);
    const hasNext = object[position] === comma;
    if (name !== undefined) {
      const value = patch[name];
      missing.delete(name);
      if (value === undefined) {
        pieces.push(object.subarray(copied, kept > 0 ? memberStart - 1 : memberStart));
        copied = kept === 0 && hasNext ? position + 1 : valueEnd;
      } else {
        pieces.push(object.subarray(copied, valueStart), Buffer.from(value));
        copied = valueEnd;
        kept++;
      }
    } else {
      kept++;
    }
    if (!hasNext) break;
    position++;
    memberStart = position;
  }
  if (missing.size > 0) {
    const added = [...missing].map((name) => `${JSON.stringify(name)}:${patch[name]}`).join(',');
    pieces.push(object.subarray(copied, position), Buffer.from(kept > 0 ? `,${added}` : added));
    copied = position;
  }
  if (pieces.length === 0) return [object];
  pieces.push(object.subarray(copied));
  return pieces;
}

/** As `patchMembers`, for text. */
export function patchMembersOfText(object: string, patch: MemberPatch): string {
  return patchMembers(Buffer.from(object), patch).toString();
}

/**
 * `object` with the value of one top-level member replaced, if it stands where it takes no parser to find it: once,
 * with that raw value, before any nested object. `undefined` otherwise. Costs two native searches.
 */
export function replaceEarlyMember(
  object: string,
  name: string,
  rawValue: string,
  rawReplacement: string,
): string | undefined {
  const member = `"${name}":${rawValue}`;
  const place = object.indexOf(member);
  // No brace but the first one before it: it is a member of the object itself, whatever strings stand before it.
  if (place < 0 || object.lastIndexOf('{', place) !== 0) return undefined;
  const end = place + member.length;
  // The whole value: `1` is also how `1.0` begins.
  const next = object.charCodeAt(end);
  if (next !== comma && next !== closeBrace) return undefined;
  if (object.includes(`"${name}"`, end) || mayNameByEscape(object, end)) return undefined;
  return `${object.slice(0, end - rawValue.length)}${rawReplacement}${object.slice(end)}`;
}

/** Whether letters of a name may stand there as escapes, which nobody writes who means well: `mod\u0065l`. */
function mayNameByEscape(json: string, from: number): boolean {
  return json.includes('\\u006', from) || json.includes('\\u007', from);
}

/** Which of these names the key there is: told by its bytes, for a text of each key costs more than all the rest. */
function oneOf(names: readonly string[], object: Buffer, start: number, end: number): string | undefined {
  const length = end - start - 2;
  for (let at = start + 1; at < end - 1; at++) {
    const byte = object[at] as number;
    // Escaped, or beyond ASCII.
    if (byte !== backslash && byte < 0x80) continue;
    const name = keyOf(object, start, end);
    return names.includes(name) ? name : undefined;
  }
  for (const name of names) {
    if (name.length !== length) continue;
    let at = 0;
    while (at < length && object[start + 1 + at] === name.charCodeAt(at)) at++;
    if (at === length) return name;
  }
  return undefined;
}

export function keyOf(object: Buffer, start: number, end: number): string {
  const text = object.toString('utf8', start + 1, end - 1);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

export function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === quote) return endOfString(bytes, start);
  let position = start;
  let depth = 0;
  for (; position < bytes.length; position++) {
    const byte = bytes[position];
    if (byte === quote) {
      position = endOfString(bytes, position) - 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return position;
      depth--;
      if (depth === 0) return position + 1;
    } else if (depth === 0 && (byte === comma || isSpace(byte))) {
      return position;
    }
  }
  return position;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function skipSpace(bytes: Buffer, start: number): number {
  let position = start;
  while (isSpace(bytes[position])) position++;
  return position;
}
