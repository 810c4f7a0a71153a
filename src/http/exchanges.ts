// Every request under way: opened with its id and its abort signal, ended when the client's socket closes, drained at
// shutdown.
import type { Socket } from 'node:net';
import type { Clock, IdSource } from '../core/clock.ts';
import { RequestEnd } from '../core/end-signal.ts';
import { TollgateError } from '../core/errors.ts';
import { type ChatExchange, ClientGone, type ClientOutput } from '../core/exchange.ts';
import type { Reader } from './slow-readers.ts';

/** How long last words may take to reach clients when the gateway has stopped waiting for them. */
const lastWordsMs = 1000;

export interface Exchanges {
  /** Opens an exchange; it is under way until `work` settles and its answer has left. `work` must not reject. */
  run<Incoming extends ChatExchange['incoming'], Outgoing extends ClientOutput>(
    incoming: Incoming,
    outgoing: Outgoing,
    work: (exchange: ChatExchange & { incoming: Incoming; outgoing: Outgoing }) => Promise<void>,
  ): void;
  underWay(): number;
  /** Those under way, as they are now: a list that changes. */
  readers(): readonly Reader[];
  /**
   * Whether bytes from elsewhere may answer on this socket: nothing is under way on it, or one request alone, whose body
   * has not come whole and whose answer has not begun.
   */
  answerable(socket: Socket): boolean;
  /**
   * Resolves when none is left. After `graceMs` those left are aborted, which they tell their clients in-band; `onOverdue`
   * stops what goes on for clients that are gone.
   */
  drain(graceMs: number, onOverdue?: () => void): Promise<void>;
}

interface Open {
  readonly socket: Socket;
  readonly incoming: Pick<ChatExchange['incoming'], 'complete'>;
  readonly outgoing: ClientOutput;
  readonly controller: RequestEnd;
  /** Index in the list; -1 once it is out of it. */
  place: number;
}

export function createExchanges(clock: Clock, nextId: IdSource): Exchanges {
  // @NOTE an array, because a Map or Set is rehashed every few hundred requests and each outgrown table points to its
  // successor: once one is in V8's old generation, it takes every later request there with it, dead as they are.
  // Measured at 64 connections: collections of 6 ms instead of 1.5 ms, 17 µs of CPU per request.
  const open: Open[] = [];
  let working = 0;
  let whenIdle: (() => void) | undefined;
  let whenEmpty: (() => void) | undefined;

  function close(entry: Open): void {
    // An answer that ends with its socket is told while the socket still tells the others who listen to it: twice.
    if (entry.place === -1) return;
    const last = open.pop();
    if (last !== undefined && last !== entry) {
      open[entry.place] = last;
      last.place = entry.place;
    }
    entry.place = -1;
    if (open.length === 0) whenEmpty?.();
  }

  function settled(entry: Open, outgoing: ClientOutput): void {
    const { socket } = entry;
    working--;
    if (working === 0) whenIdle?.();
    if (outgoing.writableFinished || outgoing.destroyed || socket.destroyed) {
      close(entry);
      return;
    }
    const leave = () => {
      outgoing.off('finish', leave);
      outgoing.off('close', leave);
      socket.off('close', leave);
      close(entry);
    };
    outgoing.once('finish', leave);
    outgoing.once('close', leave);
    socket.once('close', leave);
  }

  return {
    run(incoming, outgoing, work) {
      const controller = new RequestEnd();
      const { socket } = incoming;
      const entry: Open = { socket, incoming, outgoing, controller, place: open.length };
      open.push(entry);
      const leave = () => {
        if (!outgoing.writableFinished) controller.abort(new ClientGone());
      };
      outgoing.once('close', leave);
      // The answer to a pipelined request gets its socket, and thus the end of it, only when its turn comes.
      if (!outgoing.socket) {
        // One packet may hold any number of requests, each of which listens to the socket.
        socket.setMaxListeners(0);
        socket.once('close', leave);
        outgoing.once('close', () => socket.off('close', leave));
      }
      working++;
      const exchange = {
        id: nextId(),
        incoming,
        outgoing,
        signal: controller.signal,
        startedAt: clock.now(),
        startedMonotonic: clock.monotonic(),
        limits: undefined,
      };
      void work(exchange).then(() => settled(entry, outgoing));
    },
    underWay: () => open.length,
    readers: () => open,
    answerable(socket) {
      const [first, second] = open.filter((exchange) => exchange.socket === socket);
      if (!first) return true;
      return !second && !first.incoming.complete && !first.outgoing.headersSent;
    },
    async drain(graceMs, onOverdue) {
      if (open.length === 0) return;
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      if (await within(empty, graceMs)) return;
      for (const { controller } of [...open]) controller.abort(new TollgateError('shutting_down'));
      onOverdue?.();
      if (working > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve;
        });
      }
      if (open.length > 0) await within(empty, lastWordsMs);
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
