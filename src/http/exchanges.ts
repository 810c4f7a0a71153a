// Every request under way: opened with its id and its abort signal, ended when the client's socket closes, drained at
// shutdown.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, IdSource } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { ClientGone, type Exchange } from '../core/exchange.ts';

export interface Exchanges {
  open(incoming: IncomingMessage, outgoing: ServerResponse): Exchange;
  /** Runs `work` for the exchange and counts it as under way until it settles. */
  track(exchange: Exchange, work: Promise<void>): void;
  underWay(): number;
  /** Resolves when none is left. After `graceMs` those left are aborted, which they tell their clients in-band. */
  drain(graceMs: number): Promise<void>;
}

export function createExchanges(clock: Clock, nextId: IdSource): Exchanges {
  const controllers = new Map<string, AbortController>();
  let whenEmpty: (() => void) | undefined;

  return {
    open(incoming, outgoing) {
      const controller = new AbortController();
      const id = nextId();
      controllers.set(id, controller);
      outgoing.once('close', () => {
        if (!outgoing.writableFinished) controller.abort(new ClientGone());
      });
      return {
        id,
        incoming,
        outgoing,
        signal: controller.signal,
        startedAt: clock.now(),
        startedMonotonic: clock.monotonic(),
      };
    },
    track(exchange, work) {
      void work.finally(() => {
        controllers.delete(exchange.id);
        if (controllers.size === 0) whenEmpty?.();
      });
    },
    underWay: () => controllers.size,
    async drain(graceMs) {
      if (controllers.size === 0) return;
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      const timer = setTimeout(() => {
        for (const controller of controllers.values()) controller.abort(new TollgateError('shutting_down'));
      }, graceMs);
      await empty;
      clearTimeout(timer);
    },
  };
}
