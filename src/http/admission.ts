// The door before everything else: requests that the gateway has no room for are told so at once, so that those it has taken keep
// their pace. What room there is: admission-rule.ts. Knows of a request its path and nothing more.
import type { Logger } from 'pino';
import type { Clock, IdSource } from '../core/clock.ts';
import type { ChatExchange } from '../core/exchange.ts';
import { createRefusalLog } from './admission-log.ts';
import { createConnectionQueue } from './admission-queue.ts';
import { type Answered, createRefusal, type RefusalReason } from './admission-refusal.ts';
import { createAdmissionRule } from './admission-rule.ts';
import { createTurnMeter } from './admission-turns.ts';

export interface AdmissionParts {
  readonly clock: Clock;
  readonly newRequestId: IdSource;
  /** Numbers in [0, 1), which spread the times at which clients come back. */
  readonly random: () => number;
  /** How many requests may be under way, those of the console and of health checks left out; `undefined` = any number. */
  readonly most: number | undefined;
  /** Told of each request that is not taken. */
  readonly onRefused: (reason: RefusalReason) => void;
  readonly log: Logger;
}

export interface Admission extends Disposable {
  /** Whether the request is taken; if not, it has been answered. */
  admits(incoming: ChatExchange['incoming'], outgoing: Answered): boolean;
}

/** While turns are short, one is looked at this often at most: looking costs some µs. */
const lookEveryMs = 25;
/** How often it is looked whether connections wait: while requests are refused, and otherwise, when 300 µs a look would be much. */
const crowdedEveryMs = 100;
const usualEveryMs = 1000;
/** A turn with less than this, or with more work than waiting, has come upon something that was there already. */
const waitedMs = 0.1;

export function createAdmission(parts: AdmissionParts): Admission {
  const { clock, most, onRefused } = parts;
  const { monotonic } = clock;
  const rule = createAdmissionRule();
  const queue = createConnectionQueue();
  let port: number | undefined;
  const turns = createTurnMeter(monotonic, (turn) => {
    // Only a loop that hardly waits can leave connections waiting.
    if (turn.idleMs > Math.max(turn.cpuMs, waitedMs)) return rule.turned({ ...turn, queued: 0 });
    queue.refresh(port, turn.at, rule.limiting() ? crowdedEveryMs : usualEveryMs);
    return rule.turned({ ...turn, queued: queue.waiting(turn.at) });
  });
  const refuse = createRefusal(parts.newRequestId, parts.random);
  const refusals = createRefusalLog(parts.log);
  let nextLook = 0;
  let underWay = 0;

  const isFull = () => most !== undefined && underWay >= most;

  /** Until the answer has left, or cannot leave any more. */
  function count({ socket }: ChatExchange['incoming'], outgoing: Answered): void {
    underWay++;
    let over = false;
    const leave = () => {
      if (over) return;
      over = true;
      underWay--;
      socket.off('close', leave);
    };
    outgoing.once('close', leave);
    // An answer that waits for its turn on a connection is not told of its end.
    if (outgoing.socket === null) socket.once('close', leave);
  }

  return {
    admits(incoming, outgoing) {
      if (alwaysAdmitted(incoming)) return true;
      const now = monotonic();
      if (now >= nextLook) {
        nextLook = now + lookEveryMs;
        port = incoming.socket.localPort;
        turns.look();
      }
      const reason = isFull() ? 'full' : rule.admits(now, turns.idleMs) ? undefined : 'busy';
      if (reason === undefined) {
        if (most !== undefined) count(incoming, outgoing);
        return true;
      }
      refuse(outgoing, reason);
      onRefused(reason);
      refusals.refused(reason);
      return false;
    },
    [Symbol.dispose]: () => refusals[Symbol.dispose](),
  };
}

/** Whoever looks after the gateway gets in: health checks, metrics, the console and the admin API. They cost it little. */
function alwaysAdmitted({ method, url = '' }: ChatExchange['incoming']): boolean {
  return method === 'POST' ? url.startsWith('/admin/') : !url.startsWith('/v1/');
}
