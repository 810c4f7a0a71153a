// What stands in the place of a ServerResponse for a usual request: head and body of an answer leave in one write, and all that
// may happen to it are its end and that of its connection. Knows nothing of the requests before and behind it.
import type { Socket } from 'node:net';
import type { ClientOutput } from '../../core/exchange.ts';
import type { AnswerFields, AnswerHeads } from './answer-head.ts';
import type { UsualRequest } from './request.ts';

/** Whose answer it is. */
export interface AnswerCarrier {
  readonly heads: AnswerHeads;
  /** The answer has left, and everybody who wanted to know it was told. */
  answered(): void;
}

type Happening = 'drain' | 'finish' | 'close';

/** RFC 9112 section 7.1. */
const lastChunk = '0\r\n\r\n';

/** One object instead of closures: there is one for each open stream. */
export class UsualAnswer implements ClientOutput {
  statusCode = 200;
  headersSent = false;
  destroyed = false;
  writableEnded = false;
  writableFinished = false;
  chunkedEncoding = false;
  readonly req: UsualRequest;
  readonly #carrier: AnswerCarrier;
  /** Until it leaves with the first bytes of the body. */
  #head: string | undefined;
  #early: Record<string, string> | undefined;
  /** Of its end: each event and who listens to it, in turn. */
  #listeners: (Happening | (() => void))[] | undefined;
  #closed = false;

  constructor(request: UsualRequest, carrier: AnswerCarrier) {
    this.req = request;
    this.#carrier = carrier;
  }

  get socket(): Socket {
    return this.req.socket;
  }

  get writableNeedDrain(): boolean {
    return this.socket.writableNeedDrain;
  }

  get writableLength(): number {
    return this.socket.writableLength + (this.#head?.length ?? 0);
  }

  setHeader(name: string, value: string): void {
    this.#early ??= {};
    this.#early[name] = value;
  }

  /** Error: TypeError, for what cannot be sent. */
  writeHead(status: number, fields: AnswerFields): void {
    if (this.headersSent) throw new TypeError('an answer has one head');
    const { text, chunked } = this.#carrier.heads.of(
      status,
      this.#early ? { ...this.#early, ...fields } : fields,
    );
    this.#head = text;
    this.headersSent = true;
    this.statusCode = status;
    this.chunkedEncoding = chunked;
  }

  write(piece: string | Uint8Array): boolean {
    if (this.writableEnded || this.destroyed) return true;
    return this.#send(piece, '');
  }

  end(last: string | Uint8Array = ''): void {
    if (this.writableEnded || this.destroyed) return;
    this.#send(last, this.#isChunked() ? lastChunk : '');
    this.#ended();
  }

  /** The whole answer, known before: `lines` are fields that can be sent. */
  endPrepared(status: number, lines: string, body: string): void {
    this.statusCode = status;
    this.headersSent = true;
    this.socket.write(this.#carrier.heads.ofLines(status, lines) + body);
    this.#ended();
  }

  destroy(): void {
    this.destroyed = true;
    this.socket.destroy();
  }

  once(event: Happening, listener: () => void): void {
    if (event === 'drain') this.socket.once('drain', listener);
    else if (this.#listeners) this.#listeners.push(event, listener);
    else this.#listeners = [event, listener];
  }

  off(event: Happening, listener: () => void): void {
    if (event === 'drain') this.socket.off('drain', listener);
    else this.#take((one, other) => one === event && other === listener);
  }

  /** From its carrier: the connection is gone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.destroyed = true;
    this.#tell('close');
  }

  #isChunked(): boolean {
    if (!this.headersSent) this.writeHead(200, {});
    return this.chunkedEncoding;
  }

  /** `behind`: ASCII that follows the piece. Whether the client may be given more at once. */
  #send(piece: string | Uint8Array, behind: string): boolean {
    const chunked = this.#isChunked() && piece.length > 0;
    const head = this.#head ?? '';
    this.#head = undefined;
    const { socket } = this;
    if (typeof piece === 'string') {
      const framed = chunked ? `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n` : piece;
      const text = head + framed + behind;
      return text === '' || socket.write(text);
    }
    socket.cork();
    const before = chunked ? `${head}${piece.length.toString(16)}\r\n` : head;
    if (before !== '') socket.write(before, 'latin1');
    const after = chunked ? `\r\n${behind}` : behind;
    let taken = socket.write(piece);
    if (after !== '') taken = socket.write(after, 'latin1');
    socket.uncork();
    return taken;
  }

  #ended(): void {
    this.writableEnded = true;
    const { socket } = this;
    if (isWithSystem(socket)) this.#finish();
    // Nothing, behind all that waits.
    else if (!socket.destroyed) socket.write('', () => isWithSystem(socket) && this.#finish());
  }

  /** Who listens is told in a turn of his own: whoever ended the answer may not be done with it. */
  #finish(): void {
    this.writableFinished = true;
    process.nextTick(UsualAnswer.#settle, this);
  }

  static #settle(answer: UsualAnswer): void {
    answer.#tell('finish');
    answer.close();
    answer.#carrier.answered();
  }

  #tell(event: Happening): void {
    for (const listener of this.#take((one) => one === event)) listener();
  }

  #take(which: (event: Happening, listener: () => void) => boolean): (() => void)[] {
    const all = this.#listeners;
    if (!all) return [];
    const taken: (() => void)[] = [];
    const left: typeof all = [];
    for (let index = 0; index < all.length; index += 2) {
      const event = all[index] as Happening;
      const listener = all[index + 1] as () => void;
      if (which(event, listener)) taken.push(listener);
      else left.push(event, listener);
    }
    this.#listeners = left.length > 0 ? left : undefined;
    return taken;
  }
}

/** Nothing waits here any more for the client to take it, and nothing is lost. */
function isWithSystem({ writableLength, errored, destroyed }: Socket): boolean {
  return writableLength === 0 && errored === null && !destroyed;
}
