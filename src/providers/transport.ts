// The connections to upstreams: one undici pool per origin, used through `dispatch`, which costs a sixth of fetch.
// Redirects are never followed and nothing is decompressed: what the configuration names is what is called, unless its
// name leads to an address where no model is (address-guard.ts).
import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { type Dispatcher, errors, Pool } from 'undici';
import type { UpstreamCall, UpstreamFlow, UpstreamReceiver, UpstreamTransport } from '../core/ports.ts';
import { createGuardedLookup, ForbiddenAddress, isNotPublic, namesNoPublicAddress } from './address-guard.ts';

/** `lookup`: how host names are resolved; the default refuses those that lead where no model is. */
export function createUpstreamTransport(lookup: LookupFunction = createGuardedLookup()): UpstreamTransport {
  const publicLookup = createGuardedLookup(undefined, isNotPublic);
  const pools = new Map<string, Pool>();

  function poolFor(call: UpstreamCall, connectTimeoutMs: number): Pool {
    const name = `${call.socketPath ?? call.origin} ${connectTimeoutMs} ${call.publicOnly ?? false}`;
    let pool = pools.get(name);
    if (!pool) {
      pool = new Pool(call.origin, {
        connect: {
          timeout: connectTimeoutMs,
          ...(call.socketPath
            ? { socketPath: call.socketPath }
            : { lookup: call.publicOnly ? publicLookup : lookup }),
        },
        // The pipeline keeps its own deadlines for headers, silence and the whole exchange.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 30_000,
        // Of the head of an answer; Node's default, whatever it was started with.
        maxHeaderSize: 16 * 1024,
        allowH2: false,
      });
      pools.set(name, pool);
    }
    return pool;
  }

  return {
    dispatch(call, connectTimeoutMs, receiver) {
      const exchange = new PoolExchange(receiver);
      const end = () => exchange.abort();
      const { path, headers, body } = call;
      if (call.publicOnly && namesNoPublicAddress(call.origin)) {
        const cause = new ForbiddenAddress(new URL(call.origin).hostname);
        queueMicrotask(() => exchange.fail(cause));
        return end;
      }
      poolFor(call, connectTimeoutMs).dispatch(
        body instanceof Uint8Array
          ? { path, method: 'POST', headers, body: unpooled(body) }
          : { path, method: 'POST', headers: withLength(headers, body), body: Readable.from(inSlices(body)) },
        exchange,
      );
      return end;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

function withLength(headers: UpstreamCall['headers'], pieces: readonly Uint8Array[]) {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { ...headers, 'content-length': String(length) };
}

/**
 * The bytes without the pool they were cut from: a body is kept until its answer ends, and a stream would keep 64 KiB of other
 * requests' leavings with it.
 */
function unpooled(body: Uint8Array): Uint8Array {
  return body.buffer.byteLength > 2 * body.length ? new Uint8Array(body) : body;
}

/** Handed to the socket in one go; between two of these everybody else has a turn. */
const sliceBytes = 256 * 1024;

function* inSlices(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += sliceBytes) {
      yield piece.subarray(start, start + sliceBytes);
    }
  }
}

/** One object instead of closures: there is one for each open stream. */
class PoolExchange implements Dispatcher.DispatchHandler, UpstreamFlow {
  readonly #receiver: UpstreamReceiver;
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;

  constructor(receiver: UpstreamReceiver) {
    this.#receiver = receiver;
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    const cause = new Error('ended by the gateway');
    if (!this.#ended) {
      this.#ended = true;
      this.#receiver.onError({
        reason: 'ended by the gateway',
        sent: this.#controller !== undefined,
        cause,
      });
    }
    this.#controller?.abort(cause);
  }

  /** Before anything was sent. */
  fail(cause: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#receiver.onError({ reason: reasonOf(cause), sent: false, cause });
  }

  onRequestStart(started: Dispatcher.DispatchController): void {
    this.#controller = started;
    if (this.#ended) started.abort(new Error('ended by the gateway'));
  }

  onResponseStart(
    started: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (this.#ended || status < 200) return;
    this.#controller = started;
    // As bytes nobody reads them, and with them the packet they came in would be kept until the end of a stream.
    started.rawHeaders = null;
    this.#receiver.onHeaders(status, headers, this);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#ended) this.#receiver.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#receiver.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const reason = reasonOf(error);
    const timedOut = reason === connectTimeout;
    const sent = this.#controller !== undefined;
    this.#receiver.onError({ reason, timedOut, sent, cause: error });
  }
}

const connectTimeout = 'connecting took too long';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'connection closed early',
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'its host name does not resolve',
  ENOENT: 'its socket is gone',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its answer was shorter or longer than it said',
  UND_ERR_CONNECT_TIMEOUT: connectTimeout,
  UND_ERR_HEADERS_OVERFLOW: 'the head of its answer is too long',
  TOLLGATE_FORBIDDEN_ADDRESS: 'its host name leads to an address that is refused',
};

/** A phrase without host, port or path: it goes into the client's message. */
function reasonOf(error: Error): string {
  const code =
    (error as { code?: string }).code ?? (error.cause as { code?: string } | undefined)?.code ?? '';
  // undici's parser leaves out the code where it has no name for it.
  if (code.startsWith('HPE_') || error instanceof errors.HTTPParserError)
    return 'its answer was not valid HTTP';
  if (/CERT|TLS|SSL/.test(code)) return 'its certificate or TLS was not accepted';
  return reasons[code] ?? 'the connection failed';
}
