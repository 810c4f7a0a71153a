// Reads one long string of a JSON text slice by slice: what its value is, and a short string that stands for it while the
// rest is looked at. Knows nothing of what the string means.
import { isUtf8 } from 'node:buffer';
import type { Base64Check } from '../base64.ts';
import { backslash } from './json-bytes.ts';
import type { Turns } from './take-turns.ts';

export interface LongString {
  /** Made of slices that are joined when somebody reads it: taking hold of it costs nothing. */
  readonly value: string;
  /**
   * Fits a rule wherever the value does not break it: it has the head of a data URL and is base64 where the value is,
   * it is longer than any length that the wire limits, and no two are the same. What it does not fit may still be
   * right for the value.
   */
  readonly standIn: string;
}

/** The body holds something at this place that no JSON string may hold. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

export interface LongStringReader {
  /** `start` and `end`: between the quotes. Rejects with NotJson. */
  read(bytes: Buffer, start: number, end: number): Promise<LongString>;
}

/** Above every `maxLength` of the wire's schemas; 512 is the largest. */
const standInLength = 600;
/** RFC 2397, in base64, without escapes. */
const dataUrlHead = /^data:[\w.+/-]{0,127}(?:;[\w.+/=-]{0,127}){0,8};base64,/i;
const longestHead = 1300;

/** `sliceBytes`: read at a time. */
export function createLongStringReader(
  isBase64: Base64Check,
  worked: Turns,
  sliceBytes: number,
): LongStringReader {
  let made = 0;

  function standIn(head: string, filler: string): string {
    // Digits are base64 too, and four of them a group of it.
    const number = String(made++).padStart(12, '0');
    return `${head}${filler.repeat(standInLength)}${number}`;
  }

  /** `undefined` where it is no base64 after all. */
  async function readBase64(bytes: Buffer, start: number, end: number): Promise<LongString | undefined> {
    const head =
      dataUrlHead.exec(bytes.toString('latin1', start, Math.min(end, start + longestHead)))?.[0] ?? '';
    let value = head;
    for (let from = start + head.length; from < end; from += sliceBytes) {
      const to = Math.min(from + sliceBytes, end);
      const slice = bytes.toString('latin1', from, to);
      if (!isBase64(slice) || (to < end && slice.endsWith('='))) return undefined;
      value += slice;
      const turn = worked(to - from);
      if (turn) await turn;
    }
    return { value, standIn: standIn(head, 'A') };
  }

  async function readText(bytes: Buffer, start: number, end: number): Promise<LongString> {
    let value = '';
    for (let from = start; from < end; ) {
      const to = from + sliceBytes >= end ? end : sliceEnd(bytes, from, from + sliceBytes);
      value += textOf(bytes.subarray(from, to));
      const turn = worked((to - from) * 2);
      if (turn) await turn;
      from = to;
    }
    return { value, standIn: standIn('', '~') };
  }

  return {
    async read(bytes, start, end) {
      return (await readBase64(bytes, start, end)) ?? readText(bytes, start, end);
    },
  };
}

function textOf(slice: Buffer): string {
  // A decoder would put U+FFFD in the place of what is no UTF-8.
  if (!isUtf8(slice)) throw new NotJson();
  try {
    return JSON.parse(`"${slice.toString()}"`) as string;
  } catch {
    throw new NotJson();
  }
}

/** At or a little before `end`, so that neither a character nor an escape is cut in two. */
function sliceEnd(bytes: Buffer, start: number, end: number): number {
  let cut = end;
  while (cut > start + 1 && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
  // The longest escape is six bytes: \u0041.
  const last = bytes.lastIndexOf(backslash, cut - 1);
  if (last <= start || last < cut - 6) return cut;
  let run = 1;
  while (last - run >= start && bytes[last - run] === backslash) run++;
  // Of an even run each is escaped by the one before it; of an odd one the last begins an escape.
  return run % 2 === 0 ? cut : last;
}
