// One connection to a client for as long as nothing but usual requests comes over it, one after another. With the first that is
// anything else it goes to Node's server for good, with all bytes that were not answered here.
import type { Socket } from 'node:net';
import { closeIfStillIdle } from '../close-idle.ts';
import { UsualAnswer } from './answer.ts';
import type { AnswerHeads } from './answer-head.ts';
import { isRequestLine } from './early-bytes.ts';
import { UsualRequest } from './request.ts';
import { mostUsualBytes, readUsualHead, type UsualHead } from './request-head.ts';

/** Whose connection it is. */
export interface ConnectionOwner {
  readonly heads: AnswerHeads;
  /** How long a request that came in part may take to come whole, in ms. */
  readonly gatherMs: number;
  /** Whether requests are taken at present; all others are for Node. */
  open(): boolean;
  serve(request: UsualRequest, answer: UsualAnswer): void;
  /** The connection is Node's from here on. */
  handOver(socket: Socket): void;
  /** Nothing is to be read as a request that ends in its midst. */
  brokenOff(socket: Socket): void;
  /** It is gone, or not its own any more. */
  forget(connection: UsualConnection): void;
  /** Counts the times at which connections are looked at. */
  readonly ticks: number;
}

/** A request of which a part has come. */
interface Beginning {
  /** Once that has come whole. */
  head: UsualHead | undefined;
  pieces: Buffer[];
  bytes: number;
  readonly patience: NodeJS.Timeout;
}

export class UsualConnection {
  /** Index in the owner's list; only the owner changes it. */
  place = -1;
  /** Whether an answer was given over it. */
  used = false;
  readonly socket: Socket;
  readonly #owner: ConnectionOwner;
  #waitingSince: number;
  #answer: UsualAnswer | undefined;
  #beginning: Beginning | undefined;
  /** What came while an answer is under way. */
  #early: Buffer[] | undefined;
  #earlyBytes = 0;
  #earlyIsRequest = false;
  readonly #onData = (piece: Buffer) => this.#read(piece);
  readonly #onEnd = () => this.#end();
  readonly #onClose = () => this.#close();

  constructor(owner: ConnectionOwner, socket: Socket) {
    this.#owner = owner;
    this.socket = socket;
    this.#waitingSince = owner.ticks;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    socket.on('timeout', closeThis);
    // What a lost connection means its `close` says.
    socket.on('error', ignore);
  }

  get heads(): AnswerHeads {
    return this.#owner.heads;
  }

  /** For how many ticks it has waited for a request; 0 while one is under way. */
  waited(ticks: number): number {
    return this.#answer || this.#beginning ? 0 : ticks - this.#waitingSince;
  }

  /** From an answer. */
  answered(): void {
    this.#answer = undefined;
    this.#waitingSince = this.#owner.ticks;
    const { destroyed, readableEnded } = this.socket;
    if (this.#early && !destroyed && !readableEnded) this.#leave(this.#early);
  }

  /** Lets go of the socket; whoever has it then is told of everything that happens to it. */
  release(): void {
    const { socket } = this;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    socket.off('timeout', closeThis);
    socket.off('error', ignore);
    clearTimeout(this.#beginning?.patience);
    this.#owner.forget(this);
  }

  #read(piece: Buffer): void {
    if (this.#answer) this.#keep(piece);
    else if (this.#beginning) this.#gather(this.#beginning, piece);
    else this.#begin(piece);
  }

  #begin(piece: Buffer): void {
    const head = this.#owner.open() ? readUsualHead(piece) : undefined;
    if (head === undefined) this.#leave([piece]);
    else if (head !== 'partial' && piece.length === sizeOf(head))
      this.#serve(head, piece.subarray(head.bytes));
    else if (head !== 'partial' && piece.length > sizeOf(head)) this.#leave([piece]);
    else {
      // Many clients send head and body one after the other. Who takes longer has the time that Node gives him.
      const patience = setTimeout(() => this.#leave(this.#beginning?.pieces ?? []), this.#owner.gatherMs);
      this.#beginning = {
        head: head === 'partial' ? undefined : head,
        pieces: [piece],
        bytes: piece.length,
        patience,
      };
    }
  }

  #gather(beginning: Beginning, piece: Buffer): void {
    beginning.pieces.push(piece);
    beginning.bytes += piece.length;
    const head = beginning.head ?? headOf(beginning);
    const { pieces, bytes, patience } = beginning;
    if (head === 'partial' || (head && bytes < sizeOf(head))) return;
    if (!head || bytes > sizeOf(head) || !this.#owner.open()) this.#leave(pieces);
    else {
      clearTimeout(patience);
      this.#beginning = undefined;
      this.#serve(head, bodyOf(head, pieces));
    }
  }

  #serve(head: UsualHead, body: Buffer): void {
    const { socket } = this;
    if (socket.timeout) socket.setTimeout(0);
    this.used = true;
    const request = new UsualRequest(head.headers, body, socket);
    const answer = new UsualAnswer(request, this);
    this.#answer = answer;
    this.#owner.serve(request, answer);
  }

  /** Read on: that is how one learns that the client has gone. */
  #keep(piece: Buffer): void {
    this.#early ??= [];
    this.#early.push(piece);
    this.#earlyBytes += piece.length;
    if (!this.#earlyIsRequest) {
      const known = isRequestLine(joined(this.#early));
      if (known === false) this.socket.destroy();
      this.#earlyIsRequest = known === true;
    }
    if (this.#earlyBytes > mostUsualBytes) this.socket.pause();
  }

  #leave(pieces: readonly Buffer[]): void {
    const { socket } = this;
    const bytes = joined(pieces);
    this.release();
    if (socket.timeout) socket.setTimeout(0);
    // Or the stream would go on and give what is unread to nobody.
    socket.pause();
    if (bytes.length > 0) socket.unshift(bytes);
    this.#owner.handOver(socket);
    socket.resume();
  }

  /** As Node has it: who sends no more gets no more. */
  #end(): void {
    if (this.#beginning) {
      this.release();
      this.#owner.brokenOff(this.socket);
    } else this.socket.end();
  }

  #close(): void {
    clearTimeout(this.#beginning?.patience);
    this.#owner.forget(this);
    this.#answer?.close();
  }
}

function closeThis(this: Socket): void {
  closeIfStillIdle(this);
}

function ignore(): void {}

function headOf(beginning: Beginning): ReturnType<typeof readUsualHead> {
  const all = Buffer.concat(beginning.pieces);
  beginning.pieces = [all];
  const head = readUsualHead(all);
  if (head !== 'partial') beginning.head = head;
  return head;
}

const sizeOf = (head: UsualHead) => head.bytes + head.bodyBytes;

const joined = (pieces: readonly Buffer[]) =>
  pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);

function bodyOf({ bytes }: UsualHead, [first, ...rest]: readonly Buffer[]): Buffer {
  const begun = first?.subarray(bytes) ?? Buffer.alloc(0);
  const [second] = rest;
  return begun.length === 0 && rest.length === 1 && second ? second : Buffer.concat([begun, ...rest]);
}
