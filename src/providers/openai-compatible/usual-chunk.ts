// The usual chunk of a stream: it differs from the one before only in its text, and in the padding that OpenAI adds to hide how long
// the text is. Known by the bytes around them, it goes out without being parsed. Whatever looks unusual is left to who reads
// chunks; what comes out is the same either way.
import type { StreamReading } from '../../core/ports.ts';

const quote = 0x22;
const backslash = 0x5c;
const firstPrintable = 0x20;
const firstBeyondAscii = 0x80;

/** Longer texts are read as ever: looking at each of their bytes costs more than parsing. */
const longestText = 2048;

const longestPadding = 512;

/** Escapes of letters, which may spell the name of a member, and of halves of characters, which are put together. */
const unusualEscape = /\\u(?:00[67]|d[89a-f])/i;

export type TextMember = 'content' | 'reasoning_content' | 'reasoning';

/** A text as `JSON.stringify` writes it, without its quotes. */
export const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

/** A chunk's end: in one piece, or what stands before its padding and behind it. */
type End = readonly [string] | readonly [string, string];

/** What stands around the text as it comes. */
interface Given {
  readonly before: string;
  readonly after: End;
}

/** What stands around it as it goes out; `anew`: the text itself is written anew. */
interface Sent {
  readonly head: string;
  readonly tail: End;
  readonly anew: boolean;
}

export class UsualChunk {
  readonly member: TextMember;
  /** What is the same in each: before the text, behind it, and behind the padding, in one piece. */
  readonly #around: Buffer;
  readonly #beforeBytes: number;
  /** Behind the padding; -1 where chunks have none. */
  readonly #behindBytes: number;
  readonly #head: string;
  readonly #tail: string;
  readonly #behindPadding: string;
  /** UTF-8, of what goes out around text and padding. */
  readonly #frameBytes: number;
  readonly #writtenAnew: boolean;

  constructor(member: TextMember, given: Given, sent: Sent) {
    const [after, behind] = given.after;
    const [tail, behindPadding = ''] = sent.tail;
    this.member = member;
    const around = given.before + after + (behind ?? '');
    // Not of the pool: it would keep what chunks of others were read into.
    this.#around = Buffer.allocUnsafeSlow(Buffer.byteLength(around));
    this.#around.write(around);
    this.#beforeBytes = Buffer.byteLength(given.before);
    this.#behindBytes = behind === undefined ? -1 : Buffer.byteLength(behind);
    this.#head = sent.head;
    this.#tail = tail;
    this.#behindPadding = behindPadding;
    this.#frameBytes = Buffer.byteLength(sent.head + tail + behindPadding);
    this.#writtenAnew = sent.anew;
  }

  /** The event in `bytes` from `start` up to `end`; `undefined` where it is not the usual chunk with a text. */
  read(bytes: Buffer, start: number, end: number): StreamReading | undefined {
    if (this.#behindBytes < 0) return this.#readText(bytes, start, end, this.#around.length, '');
    const padded = end - this.#behindBytes;
    const known = this.#around.length - this.#behindBytes;
    if (!this.#isAround(bytes, padded - known, known, this.#around.length)) return undefined;
    const padding = paddingBefore(bytes, start, padded);
    return padding === undefined
      ? undefined
      : this.#readText(bytes, start, padded - padding.length, known, padding);
  }

  /** `known`: up to where in what is known the event goes, which ends at `end` but for its padding. */
  #readText(
    bytes: Buffer,
    start: number,
    end: number,
    known: number,
    padding: string,
  ): StreamReading | undefined {
    const before = this.#beforeBytes;
    const from = start + before;
    // Where what stands behind the text begins.
    const to = end - (known - before);
    if (from >= to || to - from > longestText) return undefined;
    // From behind, where chunks differ first.
    if (!this.#isAround(bytes, to - before, before, known) || !this.#isAround(bytes, start, 0, before))
      return undefined;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte < firstPrintable || byte === quote) return undefined;
      if (byte === backslash || byte >= firstBeyondAscii)
        return this.#readCarefully(bytes, from, to, padding);
    }
    const text = bytes.toString('latin1', from, to);
    return this.#reading(text, text, text.length, padding);
  }

  /** Whether `bytes`, shifted by `shift`, are what is known from `from` up to `to`. */
  #isAround(bytes: Buffer, shift: number, from: number, to: number): boolean {
    // Neither call into C++ nor views: both cost more than these few hundred bytes.
    const around = this.#around;
    for (let at = to - 1; at >= from; at--) if (bytes[shift + at] !== around[at]) return false;
    return true;
  }

  #readCarefully(bytes: Buffer, from: number, to: number, padding: string): StreamReading | undefined {
    const raw = bytes.toString('utf8', from, to);
    // Also where the bytes were no UTF-8.
    if (raw.includes('\uFFFD') || unusualEscape.test(raw)) return undefined;
    const text = unescaped(raw);
    if (text === undefined) return undefined;
    const written = this.#writtenAnew ? escaped(text) : raw;
    return this.#reading(text, written, this.#writtenAnew ? Buffer.byteLength(written) : to - from, padding);
  }

  /** `writtenBytes`: of `written` in UTF-8. */
  #reading(text: string, written: string, writtenBytes: number, padding: string): StreamReading {
    return {
      chunk: this.#head + written + this.#tail + padding + this.#behindPadding,
      text,
      done: false,
      bytes: this.#frameBytes + writtenBytes + padding.length,
    };
  }
}

/** The letters before `end` up to a quote; `undefined` where there is something else among them. */
function paddingBefore(bytes: Buffer, start: number, end: number): string | undefined {
  const first = Math.max(start, end - longestPadding);
  for (let at = end - 1; at >= first; at--) {
    const byte = bytes[at] as number;
    if (byte === quote) return bytes.toString('latin1', at + 1, end);
    if (byte === backslash || byte < firstPrintable || byte >= firstBeyondAscii) return undefined;
  }
  return undefined;
}

/** `undefined`: it is not the inside of a JSON string. */
function unescaped(raw: string): string | undefined {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}
