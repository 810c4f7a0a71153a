// The connections to upstreams: HTTP/1.1 straight on sockets, which costs a fraction of what a general client does
// (docs/decisions/0011-upstream-client.md). Redirects are never followed and nothing is decompressed: what the configuration
// names is what is called, unless its name leads to an address where no model is (address-guard.ts).
import type { LookupFunction } from 'node:net';
import type { UpstreamCall, UpstreamReceiver, UpstreamTransport } from '../core/ports.ts';
import { createGuardedLookup, ForbiddenAddress, isNotPublic, namesNoPublicAddress } from './address-guard.ts';
import type { Connection } from './transport/connection.ts';
import { Exchange } from './transport/exchange.ts';
import { IdleConnections, type IdleTimes } from './transport/idle-connections.ts';
import { UpstreamPool } from './transport/pool.ts';

/** What is read at once, of any connection. */
const readBytes = 64 * 1024;
const usualTimes: IdleTimes = { idleMs: 30_000, tickMs: 1_000 };

/** `lookup`: how host names are resolved; the default refuses those that lead where no model is. */
export function createUpstreamTransport(
  lookup: LookupFunction = createGuardedLookup(),
  times: IdleTimes = usualTimes,
): UpstreamTransport {
  return new SocketTransport(lookup, times);
}

interface NamedPool {
  readonly connectTimeoutMs: number;
  readonly publicOnly: boolean;
  readonly pool: UpstreamPool;
}

class SocketTransport implements UpstreamTransport {
  readonly #lookup: LookupFunction;
  readonly #publicLookup = createGuardedLookup(undefined, isNotPublic);
  readonly #idle: IdleConnections<Connection>;
  readonly #buffer = Buffer.allocUnsafeSlow(readBytes);
  /** By origin, or path of a socket. */
  readonly #pools = new Map<string, NamedPool[]>();
  #reserved: Connection[] = [];

  constructor(lookup: LookupFunction, times: IdleTimes) {
    this.#lookup = lookup;
    this.#idle = new IdleConnections(times);
  }

  dispatch(call: UpstreamCall, connectTimeoutMs: number, receiver: UpstreamReceiver): () => void {
    let exchange: Exchange;
    try {
      if (call.publicOnly && namesNoPublicAddress(call.origin)) {
        throw new ForbiddenAddress(new URL(call.origin).hostname);
      }
      const pool = this.#poolFor(call, connectTimeoutMs);
      exchange = new Exchange(receiver, { head: pool.headOf(call), body: call.body });
      pool.start(exchange);
    } catch (error) {
      exchange = new Exchange(receiver);
      queueMicrotask(() => exchange.fail(error as Error));
    }
    return () => exchange.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pools = [...this.#pools.values()].flat();
    await Promise.all(pools.map(({ pool }) => pool.close()));
    this.#idle.stop();
  }

  #poolFor(call: UpstreamCall, connectTimeoutMs: number): UpstreamPool {
    const name = call.socketPath ?? call.origin;
    const publicOnly = call.publicOnly ?? false;
    const there = this.#pools.get(name);
    for (const named of there ?? []) {
      if (named.connectTimeoutMs === connectTimeoutMs && named.publicOnly === publicOnly) return named.pool;
    }
    const pool = new UpstreamPool(
      {
        origin: new URL(call.origin),
        socketPath: call.socketPath,
        lookup: publicOnly ? this.#publicLookup : this.#lookup,
      },
      connectTimeoutMs,
      { buffer: this.#buffer, idle: this.#idle, sendSoon: (connection) => this.#sendSoon(connection) },
    );
    this.#pools.set(name, [...(there ?? []), { connectTimeoutMs, publicOnly, pool }]);
    return pool;
  }

  /**
   * A connection that waited may have been closed, or got bytes nobody asked for, in this same turn of the loop: what has come by
   * now is read before anything is sent.
   */
  #sendSoon(connection: Connection): void {
    this.#reserved.push(connection);
    if (this.#reserved.length === 1) setImmediate(() => this.#sendReserved());
  }

  #sendReserved(): void {
    const reserved = this.#reserved;
    this.#reserved = [];
    for (const connection of reserved) connection.send();
  }
}
