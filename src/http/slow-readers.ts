// Ends answers whose clients take nothing of them: while one does not read, its upstream waits, its request keeps its hold
// and its bytes their memory. One look now and then at all sockets; the path of a chunk knows nothing of it.
import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import type { EndController } from '../core/end-signal.ts';
import { TollgateError } from '../core/errors.ts';

/** An exchange as seen here. */
export interface Reader {
  readonly socket: Socket;
  readonly controller: EndController;
}

export interface SlowReaderOptions {
  /** Those under way now. */
  readonly readers: () => readonly Reader[];
  /** How long a client may take nothing of what waits for it, in ms. */
  readonly patienceMs: number;
  readonly clock: Clock;
}

/** The longest time between two looks, and thus the longest that a client gets on top of `patienceMs`. */
const longestLookMs = 5000;

/** How long one who reads on after all has to come upon the reason. */
const lastWordsMs = 5000;

interface Stall {
  /** Bytes that had left for the client. */
  readonly left: number;
  /** Monotonic ms. */
  readonly since: number;
}

/** Looks until it is disposed. The error is `client_too_slow`: first in-band, and where that is not read either the socket is closed. */
export function watchSlowReaders({ readers, patienceMs, clock }: SlowReaderOptions): Disposable {
  let stalls = new Map<Socket, Stall>();

  function look(): void {
    const now = clock.monotonic();
    const stalled = new Map<Socket, Stall>();
    // A copy: what is aborted or destroyed leaves the list.
    for (const { socket, controller } of [...readers()]) {
      const left = leftOf(socket);
      if (left === undefined) continue;
      const known = stalls.get(socket);
      const stall = known?.left === left ? known : { left, since: now };
      stalled.set(socket, stall);
      if (now - stall.since < patienceMs) continue;
      if (now - stall.since > patienceMs + lastWordsMs) socket.destroy();
      if (!controller.signal.aborted)
        controller.abort(
          new TollgateError('client_too_slow', { values: { seconds: Math.round(patienceMs / 1000) } }),
        );
    }
    stalls = stalled;
  }

  const timer = setInterval(look, Math.min(longestLookMs, Math.ceil(patienceMs / 4)));
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * How many bytes the system has taken for the client, while there are more that it does not take; `undefined` when none
 * wait. What is queued behind them does not count, so that a comment written to a client that does not read is no progress.
 *
 * @NOTE `_handle` is Node's own: nothing public tells the bytes of a write that is half done, and a whole answer is one
 * write. Node's own time limit of sockets (`Socket.setTimeout`) goes by the same number. Where it is gone, whole writes count.
 */
function leftOf(socket: Socket): number | undefined {
  if (socket.destroyed) return undefined;
  const { _handle: handle } = socket as Socket & {
    readonly _handle?: { readonly writeQueueSize?: number; readonly bytesWritten?: number } | null;
  };
  const { writeQueueSize: waiting = socket.writableLength, bytesWritten = socket.bytesWritten } =
    handle ?? {};
  return waiting > 0 ? bytesWritten - waiting : undefined;
}
