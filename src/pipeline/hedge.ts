// Two targets for one request: when the first has not begun to answer after a while, the second is asked too, and
// whoever begins first answers. The other is ended at once. Costs an upstream call now and then, saves the slow tail.
import { type EndSignal, RequestEnd } from '../core/end-signal.ts';
import { TollgateError } from '../core/errors.ts';
import type { Target } from '../routing/route.ts';
import { type Attempted, Superseded } from './try-target.ts';

export interface Hedge {
  readonly first: Target;
  readonly second: Target;
  /** How long the first is waited for alone, in ms. */
  readonly afterMs: number;
  readonly signal: EndSignal;
  readonly call: (target: Target, signal: EndSignal) => Promise<Attempted>;
}

interface Leg {
  readonly controller: RequestEnd;
}

/**
 * Rejects when both have failed, or one has failed as no other target could do better. When the first fails early, the
 * second is asked at once.
 */
export function hedged({ first, second, afterMs, signal, call }: Hedge): Promise<Attempted> {
  // An abort that has happened is told to no listener.
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const legs: Leg[] = [];
    let over = false;
    let failures = 0;
    const timer = setTimeout(startSecond, afterMs);
    // Stays for the winner, whose answer ends with the client like any other.
    signal.addEventListener('abort', () => endAll(signal.reason), { once: true });

    function endAll(reason: unknown, except?: Leg): void {
      for (const leg of legs) if (leg !== except) leg.controller.abort(reason);
    }

    function finish(settle: () => void): void {
      over = true;
      clearTimeout(timer);
      settle();
    }

    function start(target: Target): void {
      const leg: Leg = { controller: new RequestEnd() };
      legs.push(leg);
      call(target, leg.controller.signal).then((attempted) => won(leg, attempted), lost);
    }

    function startSecond(): void {
      if (legs.length === 1 && !over) start(second);
    }

    function won(leg: Leg, attempted: Attempted): void {
      // Both began in the same moment: the other one answers.
      if (over) {
        attempted.visit.ended();
        return;
      }
      finish(() => resolve(attempted));
      endAll(new Superseded(), leg);
    }

    function lost(error: unknown): void {
      if (over) return;
      failures++;
      const elsewhere = error instanceof TollgateError && error.entry.retryable && !signal.aborted;
      if (!elsewhere) {
        finish(() => reject(error));
        endAll(new Superseded());
      } else if (failures === 2) finish(() => reject(error));
      else startSecond();
    }

    start(first);
  });
}
