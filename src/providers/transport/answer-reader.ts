// Reads answers off a connection, however the network cut them: where the head ends, which bytes are body, where the next
// answer would begin. Works on the bytes where they lie and keeps none of the body. RFC 9112.
import { type AnswerHead, parseAnswerHead } from './answer-head.ts';
import { notHttp, TransportFault } from './failure.ts';

/** Of a head, or of the trailers, with everything between the fields. */
export const maxHeadBytes = 16 * 1024;
/** Of what stands behind the size of one chunk. */
const maxExtensionBytes = 4 * 1024;
/** Larger than any body, and far from where numbers lose their last digit. */
const maxChunkBytes = 2 ** 48;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const tab = 0x09;
const semicolon = 0x3b;
const colon = 0x3a;
const headEnd = Buffer.from('\r\n\r\n');
const opening = Buffer.from('HTTP/1.');

type State =
  | 'head'
  | 'counted'
  | 'until-close'
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'chunk'
  | 'chunk-cr'
  | 'chunk-lf'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'last-lf'
  | 'done'
  | 'failed';

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
  /** Of the body or the chunk. */
  #remaining = 0;
  /** Digits of a size, bytes of an extension or of the trailers so far. */
  #count = 0;
  #trailerBytes = 0;
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
      else if (at < length && this.#state !== 'done') at = this.#readChunks(bytes, at, length);
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
    if (end + headEnd.length - start > maxHeadBytes) throw tooLong();
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
      if (filled === maxHeadBytes) throw tooLong();
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
      this.#state = 'size';
      this.#count = this.#remaining = this.#trailerBytes = 0;
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
    let at = start;
    while (at < length) {
      if (this.#state === 'chunk') {
        const end = Math.min(length, at + this.#remaining);
        this.#remaining -= end - at;
        if (this.#remaining === 0) this.#state = 'chunk-cr';
        at = this.#keep(bytes, at, end);
      } else {
        this.#readFraming(bytes[at++] as number);
        if (this.#state === 'done') return at;
      }
    }
    return at;
  }

  /** One byte of what stands around chunks: RFC 9112 7.1. */
  #readFraming(byte: number): void {
    switch (this.#state) {
      case 'size':
        this.#readSize(byte);
        return;
      case 'extension':
        if (byte === carriageReturn) this.#state = 'size-lf';
        else if (++this.#count > maxExtensionBytes) throw notHttp('an extension of a chunk that is too long');
        else refuseControl(byte);
        return;
      case 'size-lf':
        expect(byte, lineFeed);
        this.#count = 0;
        this.#state = this.#remaining === 0 ? 'trailer-name' : 'chunk';
        return;
      case 'chunk-cr':
        expect(byte, carriageReturn);
        this.#state = 'chunk-lf';
        return;
      case 'chunk-lf':
        expect(byte, lineFeed);
        this.#count = 0;
        this.#state = 'size';
        return;
      default:
        this.#readTrailer(byte);
    }
  }

  #readSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#remaining = this.#remaining * 16 + digit;
      if (++this.#count > 16 || this.#remaining > maxChunkBytes) throw notHttp('a chunk that is too long');
      return;
    }
    if (this.#count === 0) throw notHttp('a chunk without a size');
    this.#count = 0;
    if (byte === carriageReturn) this.#state = 'size-lf';
    else if (byte === semicolon) this.#state = 'extension';
    else throw notHttp('a size of a chunk that is none');
  }

  /** Trailers are read for their form only: no upstream says anything in them that is used here. */
  #readTrailer(byte: number): void {
    if (++this.#trailerBytes > maxHeadBytes) throw tooLong();
    switch (this.#state) {
      case 'trailer-name':
        if (byte === colon && this.#count > 0) this.#state = 'trailer-value';
        else if (byte === carriageReturn && this.#count === 0) this.#state = 'last-lf';
        else if (isTokenByte(byte)) this.#count++;
        else throw notHttp('a trailer without a name');
        return;
      case 'trailer-value':
        if (byte === carriageReturn) this.#state = 'trailer-lf';
        else refuseControl(byte);
        return;
      case 'trailer-lf':
        expect(byte, lineFeed);
        this.#count = 0;
        this.#state = 'trailer-name';
        return;
      default:
        expect(byte, lineFeed);
        this.#state = 'done';
    }
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

function tooLong(): TransportFault {
  return new TransportFault('HEAD_TOO_LONG', `a head or trailers of more than ${maxHeadBytes} bytes`);
}

function expect(byte: number, wanted: number): void {
  if (byte !== wanted) throw notHttp(`byte ${byte} where a line has to end`);
}

function refuseControl(byte: number): void {
  if ((byte < 0x20 && byte !== tab) || byte === 0x7f) throw notHttp(`byte ${byte} in a line`);
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}

function isTokenByte(byte: number): boolean {
  return /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte));
}
