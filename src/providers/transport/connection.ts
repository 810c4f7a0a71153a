// One connection to an upstream and the exchange that it serves, one after another. A connection on which anything was not as it
// has to be is closed: what came over it could otherwise be taken for the answer to the next request.
import type { Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';
import type { Carrier, Exchange } from './exchange.ts';
import { notHttp, TransportFault } from './failure.ts';
import type { WaitingConnection } from './idle-connections.ts';
import type { SocketSource } from './open-socket.ts';

/** A request up to here goes out in one piece. */
const oneWriteBytes = 64 * 1024;
/** Handed to the socket in one go; between two of these everybody else has a turn. */
const sliceBytes = 256 * 1024;

/** Whose connection it is. */
export interface ConnectionOwner {
  readonly sockets: SocketSource;
  /** The connection is free. `false`: nobody will use it again. */
  keep(connection: Connection, keepAliveSeconds: number | undefined): boolean;
  /** It is gone, or as good as gone. */
  forget(connection: Connection): void;
  /** Over another connection. */
  start(exchange: Exchange): void;
}

export class Connection implements Carrier, WaitingConnection<Connection> {
  above: Connection | undefined;
  below: Connection | undefined;
  staleAt = 0;
  idle = false;

  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #buffer: Buffer;
  readonly #reader = new AnswerReader();
  #exchange: Exchange | undefined;
  /** It has served an exchange before, so a failure before anything is sent says nothing about the upstream. */
  #used = false;
  #open = false;
  #sent = false;
  #unsent: Iterator<Uint8Array> | undefined;
  #timeout: NodeJS.Timeout | undefined;

  /** `buffer` is shared by all connections. */
  constructor(owner: ConnectionOwner, buffer: Buffer, exchange: Exchange, timeoutMs: number) {
    this.#owner = owner;
    this.#buffer = buffer;
    this.#exchange = exchange;
    this.#socket = owner.sockets.open({ buffer, callback: (length) => this.#read(length) }, () =>
      this.#opened(),
    );
    this.#socket.on('error', (error) => this.#lose(error));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#closed());
    this.#timeout = setTimeout(() => this.#late(timeoutMs), timeoutMs);
  }

  /** An idle connection has the next exchange; nothing is sent yet. */
  reserve(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#sent = false;
  }

  /** Sends the request of the exchange it was reserved for, if it still has one. */
  send(): void {
    const exchange = this.#exchange;
    if (!exchange || this.#sent || !this.#open) return;
    this.#sent = true;
    this.#reader.begin();
    const { head, body } = exchange.takeRequest();
    if (body instanceof Uint8Array && body.length <= oneWriteBytes) {
      this.#socket.write(joined(head, body));
      return;
    }
    this.#unsent = slicesOf(head, body instanceof Uint8Array ? [body] : body);
    this.#socket.on('drain', () => this.#sendMore());
    this.#sendMore();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** At once, whatever it is doing; its exchange is told nothing. */
  destroy(): void {
    this.#exchange = undefined;
    this.#discard();
  }

  /** The gateway stops. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) resolve();
      else this.#socket.once('close', () => resolve());
      this.#lose(new Error('the gateway stops'));
      this.#discard();
    });
  }

  #sendMore(): void {
    while (this.#unsent) {
      const { value, done } = this.#unsent.next();
      if (done) this.#unsent = undefined;
      else if (!this.#socket.write(value)) return;
    }
    this.#socket.removeAllListeners('drain');
  }

  #opened(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    this.#open = true;
    this.send();
  }

  /** The connection may be there already, and only have had no turn. */
  #late(timeoutMs: number): void {
    setImmediate(() => {
      if (this.#open || !this.#exchange) return;
      this.#lose(new TransportFault('CONNECT_TIMEOUT', `no connection within ${timeoutMs} ms`));
      this.#discard();
    });
  }

  /** `true`: more may be read. */
  #read(length: number): boolean {
    const exchange = this.#exchange;
    if (!exchange || !this.#sent) {
      // Nobody has asked for this.
      this.#discard();
      this.#lose(notHttp('bytes before a request'));
      return true;
    }
    const reader = this.#reader;
    reader.read(this.#buffer, length);
    const { head, done, failure } = reader;
    const body = reader.bodyEnd > reader.bodyStart ? copyOf(this.#buffer, reader) : undefined;
    if (done) this.#release(reader.persistent && reader.used === length);
    else if (failure) this.destroy();
    const believed = exchange.take(head, body, done, failure);
    // An upstream that ends a body too early may go on in it, and that would be the beginning of another's answer.
    if (!believed && this.idle) this.destroy();
    return true;
  }

  #ended(): void {
    const exchange = this.#exchange;
    if (!exchange || !this.#sent) {
      this.#discard();
      this.#lose(new TransportFault('CLOSED_EARLY', 'closed before a request'));
      return;
    }
    const reader = this.#reader;
    reader.end();
    this.destroy();
    exchange.take(undefined, undefined, reader.done, reader.failure);
  }

  #closed(): void {
    clearTimeout(this.#timeout);
    this.#owner.forget(this);
    this.#lose(new TransportFault('CLOSED_EARLY', 'closed before the answer was complete'));
  }

  /** Its answer is complete. */
  #release(reusable: boolean): void {
    const sound =
      reusable && this.#unsent === undefined && this.#socket.writableLength === 0 && !this.#socket.destroyed;
    this.#exchange = undefined;
    this.#sent = false;
    this.#used = true;
    if (!sound || !this.#owner.keep(this, this.#reader.keepAliveSeconds)) this.#discard();
    // The exchange may have paused it, and does not know it any more.
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #lose(error: Error): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#owner.forget(this);
    if (!exchange) return;
    if (this.#used && !this.#sent) this.#owner.start(exchange);
    else exchange.fail(error);
  }

  #discard(): void {
    clearTimeout(this.#timeout);
    this.#owner.forget(this);
    this.#socket.destroy();
  }
}

function joined(head: string, body: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 0, 'latin1');
  bytes.set(body, head.length);
  return bytes;
}

function copyOf(bytes: Buffer, { bodyStart, bodyEnd }: AnswerReader): Buffer {
  const copy = Buffer.allocUnsafe(bodyEnd - bodyStart);
  bytes.copy(copy, 0, bodyStart, bodyEnd);
  return copy;
}

function* slicesOf(head: string, pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  yield Buffer.from(head, 'latin1');
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += sliceBytes) {
      yield piece.subarray(start, start + sliceBytes);
    }
  }
}
