// The usual chunk of a stream: it differs from the one before only in its text. Known by the bytes around that text, it goes out
// without being parsed. Whatever looks unusual is left to who reads chunks; what comes out is the same either way.
import type { StreamReading } from '../../core/ports.ts';

const quote = 0x22;
const backslash = 0x5c;
const firstPrintable = 0x20;
const firstBeyondAscii = 0x80;

/** Longer texts are read as ever: looking at each of their bytes costs more than parsing. */
const longestText = 2048;

/** Of a chunk to learn from. */
const longestLesson = 16_384;

/** Escapes of letters, which may spell the name of a member, and of halves of characters, which are put together. */
const unusualEscape = /\\u(?:00[67]|d[89a-f])/i;

/** A text that JSON may write in two ways: what was written anew has the shorter one. */
const probe = { asGiven: 'a text \\/ of its own', anew: 'a text / of its own' } as const;

export type TextMember = 'content' | 'reasoning_content' | 'reasoning';
const textMembers: readonly TextMember[] = ['content', 'reasoning_content', 'reasoning'];

/** What a chunk has to say beside its text, at most, to be usual. */
const silentMembers = new Set<string>(['role', 'refusal', 'tool_calls', 'function_call', ...textMembers]);

export interface UsualText {
  readonly member: TextMember;
  readonly text: string;
}

interface GivenChoice {
  readonly index?: unknown;
  readonly delta?: Readonly<Record<string, unknown>> | null;
  readonly finish_reason?: unknown;
  readonly logprobs?: unknown;
}

/** The one text that the first choice says in a chunk, where it says nothing else. To be asked before the chunk is mended. */
export function onlyText(choices: readonly unknown[]): UsualText | undefined {
  if (choices.length !== 1) return undefined;
  const { index, delta, finish_reason: finish, logprobs } = (choices[0] ?? {}) as GivenChoice;
  if (index !== 0 || typeof delta !== 'object' || delta === null) return undefined;
  if ((finish !== null && finish !== undefined) || (logprobs !== null && logprobs !== undefined))
    return undefined;
  let found: UsualText | undefined;
  for (const name in delta) {
    const value = delta[name];
    if (!silentMembers.has(name)) return undefined;
    if (name === 'role' || value === null || value === '') continue;
    if (Array.isArray(value) && value.length === 0) continue;
    if (found || typeof value !== 'string' || !textMembers.includes(name as TextMember)) return undefined;
    found = { member: name as TextMember, text: value };
  }
  return found;
}

/**
 * Learns from a chunk how those like it go out. `given`: its JSON; `reading`: what came of it; `reread`: what would come of
 * another, asked with one that has another text. `undefined`: there is no telling.
 */
export function learnUsualChunk(
  given: string,
  { member, text }: UsualText,
  reading: StreamReading,
  reread: (json: string) => StreamReading,
): UsualChunk | undefined {
  if (reading.before || reading.chunk === undefined || reading.text !== text) return undefined;
  if (given.length > longestLesson) return undefined;
  // Lines would end the event: such JSON is written anew as a whole.
  if (given.includes('\n') || given.includes('\r')) return undefined;
  for (const [start, end] of textsNamed(given, member)) {
    const [before, after] = [given.slice(0, start), given.slice(end)];
    const probed = before + probe.asGiven + after;
    if (textIn(probed, member) !== probe.anew) continue;
    const { chunk: sent = '', before: ahead } = reread(probed);
    const asGiven = sent.includes(probe.asGiven);
    const pieces = sent.split(asGiven ? probe.asGiven : probe.anew);
    const [head, tail] = pieces;
    if (ahead || pieces.length !== 2 || head === undefined || tail === undefined) return undefined;
    const written = asGiven ? given.slice(start, end) : escaped(text);
    if (head + written + tail !== reading.chunk) return undefined;
    return new UsualChunk(member, before, after, head, tail, !asGiven);
  }
  return undefined;
}

/** From where to where the values of members of that name go, without their quotes; texts only. */
function* textsNamed(json: string, name: string): Generator<[start: number, end: number]> {
  for (const match of json.matchAll(new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'g'))) {
    const end = match.index + match[0].length - 1;
    yield [end - (match[1] ?? '').length, end];
  }
}

function textIn(json: string, member: TextMember): unknown {
  const { choices } = JSON.parse(json) as { readonly choices: readonly GivenChoice[] };
  return choices[0]?.delta?.[member];
}

/** A text as `JSON.stringify` writes it, without its quotes. */
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

export class UsualChunk {
  readonly member: TextMember;
  /** What stands before the text and behind it, in one piece. */
  readonly #around: Buffer;
  readonly #beforeBytes: number;
  readonly #head: string;
  readonly #tail: string;
  /** UTF-8, of head and tail together. */
  readonly #frameBytes: number;
  readonly #writtenAnew: boolean;

  /** `before` and `after`: around the text as it comes; `head` and `tail`: as it goes out. */
  constructor(
    member: TextMember,
    before: string,
    after: string,
    head: string,
    tail: string,
    writtenAnew: boolean,
  ) {
    this.member = member;
    // Not of the pool: it would keep what chunks of others were read into.
    this.#around = Buffer.allocUnsafeSlow(Buffer.byteLength(before) + Buffer.byteLength(after));
    this.#around.write(before + after);
    this.#beforeBytes = Buffer.byteLength(before);
    this.#head = head;
    this.#tail = tail;
    this.#frameBytes = Buffer.byteLength(head) + Buffer.byteLength(tail);
    this.#writtenAnew = writtenAnew;
  }

  /** The event in `bytes` from `start` up to `end`; `undefined` where it is not the usual chunk with a text. */
  read(bytes: Buffer, start: number, end: number): StreamReading | undefined {
    const around = this.#around;
    const before = this.#beforeBytes;
    const from = start + before;
    // Where what stands behind the text begins: there and in what is known.
    const to = end - (around.length - before);
    const shift = to - before;
    if (from >= to || to - from > longestText) return undefined;
    // Neither call into C++ nor views: both cost more than these few hundred bytes. From behind, where chunks differ first.
    for (let at = around.length - 1; at >= before; at--)
      if (bytes[shift + at] !== around[at]) return undefined;
    for (let at = before - 1; at >= 0; at--) if (bytes[start + at] !== around[at]) return undefined;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte < firstPrintable || byte === quote) return undefined;
      if (byte === backslash || byte >= firstBeyondAscii) return this.#readCarefully(bytes, from, to);
    }
    const text = bytes.toString('latin1', from, to);
    return {
      chunk: this.#head + text + this.#tail,
      text,
      done: false,
      bytes: this.#frameBytes + text.length,
    };
  }

  #readCarefully(bytes: Buffer, from: number, to: number): StreamReading | undefined {
    const raw = bytes.toString('utf8', from, to);
    // Also where the bytes were no UTF-8.
    if (raw.includes('\uFFFD') || unusualEscape.test(raw)) return undefined;
    const text = unescaped(raw);
    if (text === undefined) return undefined;
    const written = this.#writtenAnew ? escaped(text) : raw;
    const writtenBytes = this.#writtenAnew ? Buffer.byteLength(written) : to - from;
    return {
      chunk: this.#head + written + this.#tail,
      text,
      done: false,
      bytes: this.#frameBytes + writtenBytes,
    };
  }
}

/** `undefined`: it is not the inside of a JSON string. */
function unescaped(raw: string): string | undefined {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}
