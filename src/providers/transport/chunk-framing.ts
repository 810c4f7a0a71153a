// What stands around the chunks of a body, byte by byte: sizes, line ends, extensions, trailers. RFC 9112 7.1. Sees no byte of the
// chunks themselves.
import { headTooLong, maxHeadBytes, notHttp } from './failure.ts';

/** Of what stands behind the size of one chunk. */
const maxExtensionBytes = 4 * 1024;
const mostDigits = 16;
/** Larger than any body, and far from where numbers lose their last digit. */
const maxChunkBytes = 2 ** 48;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const tab = 0x09;
const semicolon = 0x3b;
const colon = 0x3a;

type State =
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
  | 'done';

export class ChunkFraming {
  /** Bytes of the chunk that are still to come. */
  remaining = 0;
  #state: State = 'size';
  /** Digits of a size, bytes of an extension or of a name so far. */
  #count = 0;
  #trailerBytes = 0;

  begin(): void {
    this.remaining = this.#count = this.#trailerBytes = 0;
    this.#state = 'size';
  }

  /** The next byte is one of a chunk: it is taken, not read. */
  get inChunk(): boolean {
    return this.#state === 'chunk';
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  /** So many bytes of the chunk were there, at most `remaining`. */
  take(count: number): void {
    this.remaining -= count;
    if (this.remaining === 0) this.#state = 'chunk-cr';
  }

  /** One byte outside of a chunk. Throws TransportFault. */
  read(byte: number): void {
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
        this.#state = this.remaining === 0 ? 'trailer-name' : 'chunk';
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
      this.remaining = this.remaining * 16 + digit;
      if (++this.#count > mostDigits || this.remaining > maxChunkBytes) {
        throw notHttp('a chunk that is too long');
      }
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
    if (++this.#trailerBytes > maxHeadBytes) throw headTooLong();
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
