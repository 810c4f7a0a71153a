// The connections to one upstream: as many as there are exchanges at a time. The one used last is used next, so that of a peak
// only as many stay as are needed.
import type { UpstreamCall } from '../../core/ports.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { IdleConnections, IdleStack } from './idle-connections.ts';
import { type Destination, SocketSource } from './open-socket.ts';
import { Openings } from './request-head.ts';

export interface PoolParts {
  /** What is read is put here, for as long as it is looked at. */
  readonly buffer: Buffer;
  readonly idle: IdleConnections<Connection>;
  /** Sends what a connection is reserved for when everything that has come by now was read. */
  readonly sendSoon: (connection: Connection) => void;
}

export class UpstreamPool implements ConnectionOwner, IdleStack<Connection> {
  readonly sockets: SocketSource;
  newest: Connection | undefined;
  readonly #openings: Openings;
  readonly #connectTimeoutMs: number;
  readonly #parts: PoolParts;
  readonly #connections = new Set<Connection>();
  #closed = false;

  constructor(destination: Destination, connectTimeoutMs: number, parts: PoolParts) {
    this.sockets = new SocketSource(destination);
    this.#openings = new Openings(destination.origin.host);
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#parts = parts;
  }

  /** Throws TypeError where it cannot be sent. */
  headOf(call: UpstreamCall): string {
    const { body } = call;
    const length =
      body instanceof Uint8Array ? body.length : body.reduce((sum, piece) => sum + piece.length, 0);
    return `${this.#openings.of(call)}${length}\r\n\r\n`;
  }

  start(exchange: Exchange): void {
    if (exchange.ended) return;
    if (this.#closed) {
      exchange.fail(new Error('the gateway stops'));
      return;
    }
    const idle = this.#parts.idle.take(this);
    if (idle) {
      exchange.serveOver(idle);
      idle.reserve(exchange);
      this.#parts.sendSoon(idle);
      return;
    }
    const connection = new Connection(this, this.#parts.buffer, exchange, this.#connectTimeoutMs);
    this.#connections.add(connection);
    exchange.serveOver(connection);
  }

  keep(connection: Connection, seconds: number | undefined): boolean {
    return !this.#closed && this.#parts.idle.add(this, connection, seconds);
  }

  forget(connection: Connection): void {
    this.#parts.idle.remove(this, connection);
    this.#connections.delete(connection);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }
}
