// Every request under way: opened with its id and its abort signal, ended when the client's socket closes, drained at
// shutdown.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock, IdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { ClientGone, type Exchange } from '../core/exchange.ts';

/** How long last words may take to reach clients when the gateway has stopped waiting for them. */
const lastWordsMs = 1000;

export interface Exchanges {
  open(incoming: IncomingMessage, outgoing: ServerResponse): Exchange;
  /** Counts the exchange as under way until `work` settles and its answer has left. `work` must not reject. */
  track(exchange: Exchange, work: Promise<void>): void;
  underWay(): number;
  /** Whether a request of this socket is under way, so that no other bytes may go to it. */
  busy(socket: Socket): boolean;
  /** Resolves when none is left. After `graceMs` those left are aborted, which they tell their clients in-band. */
  drain(graceMs: number): Promise<void>;
}

export function createExchanges(clock: Clock, nextId: IdSource): Exchanges {
  const open = new Map<string, { readonly socket: Socket; readonly controller: AbortController }>();
  let working = 0;
  let whenIdle: (() => void) | undefined;
  let whenEmpty: (() => void) | undefined;

  function close(id: string): void {
    open.delete(id);
    if (open.size === 0) whenEmpty?.();
  }

  return {
    open(incoming, outgoing) {
      const controller = new AbortController();
      const { socket } = incoming;
      const id = nextId();
      open.set(id, { socket, controller });
      const leave = () => {
        if (!outgoing.writableFinished) controller.abort(new ClientGone());
      };
      outgoing.once('close', leave);
      // The answer to a pipelined request gets its socket, and thus the end of it, only when its turn comes.
      if (!outgoing.socket) {
        socket.once('close', leave);
        outgoing.once('close', () => socket.off('close', leave));
      }
      return {
        id,
        incoming,
        outgoing,
        signal: controller.signal,
        startedAt: clock.now(),
        startedMonotonic: clock.monotonic(),
      };
    },
    track({ id, outgoing, incoming }, work) {
      working++;
      void work.then(() => {
        working--;
        if (working === 0) whenIdle?.();
        if (outgoing.writableFinished || outgoing.destroyed || incoming.socket.destroyed) {
          close(id);
          return;
        }
        const leave = () => {
          outgoing.off('finish', leave);
          outgoing.off('close', leave);
          incoming.socket.off('close', leave);
          close(id);
        };
        outgoing.once('finish', leave);
        outgoing.once('close', leave);
        incoming.socket.once('close', leave);
      });
    },
    underWay: () => open.size,
    busy: (socket) => open.values().some((exchange) => exchange.socket === socket),
    async drain(graceMs) {
      if (open.size === 0) return;
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      if (await within(empty, graceMs)) return;
      for (const { controller } of open.values()) controller.abort(new TollgateError('shutting_down'));
      if (working > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve;
        });
      }
      if (open.size > 0) await within(empty, lastWordsMs);
    },
  };
}

/** Whether `promise` resolved within `ms`. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
