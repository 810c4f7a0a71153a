// The connections to upstreams: one undici pool per origin, used through `dispatch`, which costs a sixth of fetch.
// Redirects are never followed and nothing is decompressed: what the configuration names is what is called, unless its
// name leads to an address where no model is (address-guard.ts).
import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { type Dispatcher, errors, Pool } from 'undici';
import type { UpstreamCall, UpstreamReceiver, UpstreamTransport } from '../core/ports.ts';
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
      const exchange = createExchange(receiver);
      const { path, headers, body } = call;
      if (call.publicOnly && namesNoPublicAddress(call.origin)) {
        const cause = new ForbiddenAddress(new URL(call.origin).hostname);
        queueMicrotask(() => exchange.fail(cause));
        return exchange.end;
      }
      poolFor(call, connectTimeoutMs).dispatch(
        body instanceof Uint8Array
          ? { path, method: 'POST', headers, body }
          : { path, method: 'POST', headers: withLength(headers, body), body: Readable.from(inSlices(body)) },
        exchange.handler,
      );
      return exchange.end;
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

/** Handed to the socket in one go; between two of these everybody else has a turn. */
const sliceBytes = 256 * 1024;

function* inSlices(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += sliceBytes) {
      yield piece.subarray(start, start + sliceBytes);
    }
  }
}

function createExchange(receiver: UpstreamReceiver): {
  handler: Dispatcher.DispatchHandler;
  end: () => void;
  /** Before anything was sent. */
  fail: (cause: Error) => void;
} {
  let controller: Dispatcher.DispatchController | undefined;
  let ended = false;

  function end(): void {
    const cause = new Error('ended by the gateway');
    if (!ended) {
      ended = true;
      receiver.onError({ reason: 'ended by the gateway', sent: controller !== undefined, cause });
    }
    controller?.abort(cause);
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (ended) started.abort(new Error('ended by the gateway'));
    },
    onResponseStart(started, status, headers: IncomingHttpHeaders) {
      if (ended || status < 200) return;
      receiver.onHeaders(status, headers, {
        pause: () => started.pause(),
        resume: () => started.resume(),
        abort: end,
      });
    },
    onResponseData(_controller, chunk) {
      if (!ended) receiver.onData(chunk);
    },
    onResponseEnd() {
      if (ended) return;
      ended = true;
      receiver.onEnd();
    },
    onResponseError(_controller, error) {
      if (ended) return;
      ended = true;
      const reason = reasonOf(error);
      const timedOut = reason === connectTimeout;
      receiver.onError({ reason, timedOut, sent: controller !== undefined, cause: error });
    },
  };
  const fail = (cause: Error) => {
    if (ended) return;
    ended = true;
    receiver.onError({ reason: reasonOf(cause), sent: false, cause });
  };
  return { handler, end, fail };
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
