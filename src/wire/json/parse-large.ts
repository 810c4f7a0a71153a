// JSON.parse for bodies of megabytes, without holding up everybody else: long strings (images in base64, long texts) are
// taken out, read slice by slice, and put back. What remains is parsed in one go, 1.5 to 5 ms a megabyte.
import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Base64Check } from '../base64.ts';
import { createShapeGauge, deepestJson, mostMembers } from './is-deeper.ts';
import { endOfString, isEscaped, nextQuote, rememberLongStrings } from './json-bytes.ts';
import { createLongStringReader, type LongString, NotJson } from './long-string.ts';
import { type Turns, takeTurns } from './take-turns.ts';

export interface LargeJson {
  /** The value, with stand-ins for long strings until `restore` was called. */
  readonly value: unknown;
  /** Puts the long strings into `value`. */
  restore(): void;
}

export interface LargeJsonOptions {
  readonly isBase64: Base64Check;
  /** Bytes; shorter strings are left to JSON.parse. */
  readonly longString?: number;
  /** Bytes read at a time, a multiple of 4, and worked on in one turn of the event loop. */
  readonly slice?: number;
}

/**
 * Rejects with NotJson or SyntaxError when the body is no JSON in UTF-8, with TooDeep above `deepestJson`, with TooWide
 * above `mostMembers`.
 */
export async function parseLargeJson(body: Buffer, options: LargeJsonOptions): Promise<LargeJson> {
  const { longString = 2 * 1024, slice = 256 * 1024 } = options;
  const worked = takeTurns(slice);
  const reader = createLongStringReader(options.isBase64, worked, slice);
  const long = new Map<string, string>();
  const ends = new Map<number, number>();
  const pieces: Buffer[] = [];
  let copied = 0;
  const pass = createShapeGauge(deepestJson, mostMembers);

  async function passInTurns(from: number, to: number): Promise<void> {
    for (let start = from; start < to; start += slice) {
      const end = Math.min(start + slice, to);
      pass(body, start, end);
      const turn = worked(end - start);
      if (turn) await turn;
    }
  }

  let position = nextQuote(body, 0);
  await passInTurns(0, position);
  while (position < body.length) {
    let end = endOfString(body, position, position + inOneGo);
    if (end === undefined) end = await endOfStringInTurns(body, position, worked);
    const turn = worked(hopCost + (end - position) / searchSpeed);
    if (turn) await turn;
    if (end - position > worthRemembering) ends.set(position, end);
    if (end - position > longString && end < body.length) {
      const read: LongString = await reader.read(body, position + 1, end - 1);
      long.set(read.standIn, read.value);
      pieces.push(body.subarray(copied, position + 1), Buffer.from(read.standIn, 'latin1'));
      copied = end - 1;
    }
    position = nextQuote(body, end);
    if (position - end > inOneGo) await passInTurns(end, position);
    else pass(body, end, position);
  }
  rememberLongStrings(body, ends);
  if (pieces.length === 0) return whole(body);
  pieces.push(body.subarray(copied));
  const rest = Buffer.concat(pieces);
  await nextTurn();
  const value = parse(rest);
  await nextTurn();
  const places = findAll(value, long);
  // A stand-in that is not there exactly once: a name of a member, or a member sent twice, or a client's own text.
  return places ? { value, restore: () => restore(places) } : whole(body);
}

/** Bytes; the way over a shorter string is no longer than finding where it ends. */
const worthRemembering = 256;
/** What finding a quote costs, as if it were bytes. */
const hopCost = 64;
/** A native search passes over this many bytes in the time that other work takes for one. */
const searchSpeed = 16;

/** Bytes; a shorter way is gone in one go. */
const inOneGo = 16 * 1024;

/** As `endOfString`, for megabytes of text with quotes all over it. */
async function endOfStringInTurns(bytes: Buffer, start: number, worked: Turns): Promise<number> {
  for (let position = start + 1; ; ) {
    const end = nextQuote(bytes, position);
    const turn = worked(hopCost + (end - position) / searchSpeed);
    if (turn) await turn;
    if (end >= bytes.length) return end;
    if (!isEscaped(bytes, end, start)) return end + 1;
    position = end + 1;
  }
}

function whole(body: Buffer): LargeJson {
  return { value: parse(body), restore: () => undefined };
}

function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new NotJson();
  return JSON.parse(bytes.toString());
}

interface Place {
  readonly container: Record<string, unknown>;
  readonly key: string;
  readonly value: string;
}

function restore(places: readonly Place[]): void {
  for (const { container, key, value } of places) container[key] = value;
}

/** Where the stand-ins are, if each of them is in exactly one place. */
function findAll(value: unknown, long: ReadonlyMap<string, string>): Place[] | undefined {
  const places: Place[] = [];
  const found = new Set<string>();
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const container = pending.pop() as Record<string, unknown>;
    if (typeof container !== 'object' || container === null) continue;
    for (const key of Object.keys(container)) {
      const member = container[key];
      if (typeof member === 'object') pending.push(member);
      else if (typeof member === 'string') {
        const text = long.get(member);
        if (text === undefined) continue;
        if (found.has(member)) return undefined;
        found.add(member);
        places.push({ container, key, value: text });
      }
    }
  }
  return found.size === long.size ? places : undefined;
}
