// Reads answers off a connection, however the network cut them: where the head ends, which bytes are body, where the next
// answer would begin. Works on the bytes where they lie and keeps none of the body. RFC 9112.
import { type AnswerHead, parseAnswerHead } from './answer-head.ts';
import { ChunkFraming } from './chunk-framing.ts';
import { headTooLong, maxHeadBytes, notHttp, TransportFault } from './failure.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const headEnd = Buffer.from('\r\n\r\n');
const opening = Buffer.from('HTTP/1.');

type State = 'head' | 'counted' | 'chunked' | 'until-close' | 'done' | 'failed';

/** One for each connection: `begin` with each request, then `read` with what comes, and `end` when nothing more will. */
export class AnswerReader {
  /** What the last `read` found: a head that is complete now. Heads of status 1xx are left out. */
  head: AnswerHead | undefined;
  /** The body in what was read, in one piece: what stood between its chunks was overwritten by them. */
  bodyStart = 0;
  bodyEnd = 0;
  /** The answer is complete; `used` bytes of what was read belong to it. */
  done = false;
  used = 0;
  /** Why it cannot be read on; head and body before it are good. */
  failure: TransportFault | undefined;

  #state: State = 'head';
  /** The head of this answer, as soon as it is complete. */
  #answer: AnswerHead | undefined;
  /** Of a body whose length is known. */
  #remaining = 0;
  readonly #chunks = new ChunkFraming();
  /** The beginning of a head that came in several pieces. */
  #partial: Buffer | undefined;
  #partialLength = 0;

  begin(): void {
    this.head = undefined;
    this.bodyStart = this.bodyEnd = this.used = 0;
    this.done = false;
    this.failure = undefined;
    this.#state = 'head';
    this.#answer = undefined;
    this.#partial = undefined;
    this.#partialLength = 0;
  }

  /** Whether the connection may serve another request behind this answer, and for how many seconds where the upstream said so. */
  get persistent(): boolean {
    return this.done && this.#answer?.persistent === true;
  }

  get keepAliveSeconds(): number | undefined {
    return this.#answer?.keepAliveSeconds;
  }

  /** The first `length` of `bytes`, which it may move about. */
  read(bytes: Buffer, length: number): void {
    this.head = undefined;
    this.bodyStart = this.bodyEnd = 0;
    let at = 0;
    try {
      while (at < length && this.#state === 'head') at = this.#readHead(bytes, at, length);
      if (this.#state === 'counted') at = this.#readCounted(bytes, at, length);
      else if (this.#state === 'until-close') at = this.#keep(bytes, at, length);
      else if (this.#state === 'chunked') at = this.#readChunks(bytes, at, length);
    } catch (error) {
      if (!(error instanceof TransportFault)) throw error;
      this.failure = error;
      this.#state = 'failed';
    }
    this.used = at;
    this.done = this.#state === 'done';
  }

  /** The upstream sends nothing more: that is an end, or too early. */
  end(): void {
    this.head = undefined;
    this.bodyStart = this.bodyEnd = 0;
    if (this.#state === 'until-close') {
      this.#state = 'done';
      this.done = true;
    } else if (this.#state === 'counted' && this.#answer?.persistent === false) {
      this.failure = new TransportFault(
        'LENGTH_MISMATCH',
        `${this.#remaining} bytes of the body are missing`,
      );
    } else {
      this.failure ??= new TransportFault('CLOSED_EARLY', 'closed before the answer was complete');
    }
  }

  /** Returns where it has read up to. */
  #readHead(bytes: Buffer, start: number, length: number): number {
    if (this.#partial) return this.#joinHead(this.#partial, bytes, start, length);
    const end = bytes.indexOf(headEnd, start);
    if (end < 0 || end + headEnd.length > length) {
      this.#partial = Buffer.allocUnsafeSlow(maxHeadBytes);
      this.#partialLength = 0;
      return this.#joinHead(this.#partial, bytes, start, length);
    }
    if (end + headEnd.length - start > maxHeadBytes) throw headTooLong();
    this.#take(parseAnswerHead(bytes.toString('latin1', start, end)));
    return end + headEnd.length;
  }

  /** Takes of the head what there is room for, and leaves what stands behind it. */
  #joinHead(partial: Buffer, bytes: Buffer, start: number, length: number): number {
    const before = this.#partialLength;
    const copied = bytes.copy(partial, before, start, length);
    const filled = before + copied;
    const end = partial.subarray(0, filled).indexOf(headEnd, Math.max(0, before - headEnd.length + 1));
    if (end < 0) {
      checkBeginning(partial, before, filled);
      if (filled === maxHeadBytes) throw headTooLong();
      this.#partialLength = filled;
      return start + copied;
    }
    this.#partial = undefined;
    this.#partialLength = 0;
    this.#take(parseAnswerHead(partial.toString('latin1', 0, end)));
    return start + end + headEnd.length - before;
  }

  #take(head: AnswerHead): void {
    if (head.status === 101) throw notHttp('another protocol, which nobody asked for');
    // RFC 9110 15.2: a client takes any number of them, also where it did not ask.
    if (head.status < 200) {
      if (!head.persistent) throw notHttp('an interim answer behind which nothing can come');
      return;
    }
    this.head = head;
    this.#answer = head;
    if (head.length === 'chunked') {
      this.#state = 'chunked';
      this.#chunks.begin();
    } else if (head.length === 'close') {
      this.#state = 'until-close';
    } else {
      this.#remaining = head.length;
      this.#state = 'counted';
    }
  }

  #readCounted(bytes: Buffer, start: number, length: number): number {
    const end = Math.min(length, start + this.#remaining);
    this.#remaining -= end - start;
    if (this.#remaining === 0) this.#state = 'done';
    return this.#keep(bytes, start, end);
  }

  /** What is body moves up to the body before it. */
  #keep(bytes: Buffer, start: number, end: number): number {
    if (this.bodyEnd === this.bodyStart) {
      this.bodyStart = start;
      this.bodyEnd = end;
    } else {
      bytes.copyWithin(this.bodyEnd, start, end);
      this.bodyEnd += end - start;
    }
    return end;
  }

  #readChunks(bytes: Buffer, start: number, length: number): number {
    const chunks = this.#chunks;
    let at = start;
    while (at < length) {
      if (!chunks.inChunk) {
        chunks.read(bytes[at++] as number);
        if (!chunks.done) continue;
        this.#state = 'done';
        return at;
      }
      const end = Math.min(length, at + chunks.remaining);
      chunks.take(end - at);
      at = this.#keep(bytes, at, end);
    }
    return at;
  }
}

/** Whoever speaks another protocol may wait for an answer: that is said at once, not when the time is over. */
function checkBeginning(partial: Buffer, before: number, filled: number): void {
  const length = Math.min(filled, opening.length);
  if (before < opening.length && partial.compare(opening, 0, length, 0, length) !== 0) {
    throw notHttp('no status line of HTTP/1');
  }
  for (let at = partial.indexOf(lineFeed, before); at >= 0 && at < filled; ) {
    if (partial[at - 1] !== carriageReturn) throw notHttp('a line that ends in a line feed alone');
    at = partial.indexOf(lineFeed, at + 1);
  }
}
