// Whether a new request is taken, from how long the turns of the event loop are: pure, fed by whoever measures them. It knows
// nothing of HTTP. Reasons and figures: docs/decisions/0012-overload.md.

/** One turn of the event loop: everything that was ready, worked off once. */
export interface Turn {
  /** CPU time of this thread, in ms: what the machine gives to others does not count. */
  readonly cpuMs: number;
  /** How long the loop waited in it for something to do, in ms. */
  readonly idleMs: number;
  /** Its end, monotonic ms. */
  readonly at: number;
  /** Connections that wait to be accepted. */
  readonly queued: number;
}

export interface AdmissionRule {
  /**
   * Takes a request or does not. `waitedMs` tells how long the loop has waited since the end of the last turn that was told; it is
   * asked only while requests are refused.
   */
  admits(at: number, waitedMs: () => number): boolean;
  /** To be told of a turn. Whether the next one matters, too. */
  turned(turn: Turn): boolean;
  /** Whether requests may be refused at present. */
  limiting(): boolean;
}

/** What waits is worked off once a turn, and a request takes some five of them: turns this long make it wait for half a second. */
const longTurnMs = 100;
/** So many connections waiting make a turn as bad as a long one: one is accepted a turn, so the last of them waits for as many turns. */
const longQueue = 256;
/** CPU time in such turns until requests are refused: less is a burst, which is worked off. */
const patienceMs = 2000;
/** Of that without the longest of them: one pause, however long, is no overload. */
const besideLongestMs = 500;
/** Nor is what has waited for the end of the pause: that shrinks from turn to turn. This is how it is known, and how fast it is forgotten. */
const shrunkShare = 1 / 2;
const fading = 0.95;
/** What may be between them: CPU time in shorter turns, and waiting, of which a share is being late when the machine is busy. */
const shortTurnsMs = 500;
const idleMs = 100;
const idleShare = 1 / 20;
/** How long turns are to be while requests are refused. */
const turnMs = 2;
/** How many connections may wait then. */
const shortQueue = 32;
/** How often the rate is put right, and by how many turns at least. */
const adaptMs = 100;
const leastTurns = 3;
/** What a refusal takes, in ms: no rate makes that less. */
const refusalMs = 0.02;
/** The most the rate goes down at once, and how far below what it began with. */
const steepest = 0.85;
const lowestShare = 1 / 16;
/** For connections it goes no lower: accepting them costs what it costs, whatever becomes of their requests. */
const lowestForQueue = 1 / 2;
/** How much it goes up at once: on a loop without a pause, and on top of that on one that only waits. */
const rise = 0.05;
const idleRise = 0.1;
/** What a loop that has waited may take at once, in ms of its rate. */
const idleCreditMs = 250;
/** A loop that has waited this long has nothing to catch up with. */
const calmMs = 1000;
/** Without a refusal for this long the limit is lifted. */
const liftedAfterMs = 2000;

interface Pressure {
  since: number;
  /** CPU time in turns that were too long, or had too many waiting, and in the others. */
  longMs: number;
  shortMs: number;
  longestMs: number;
  /** The longest of late. */
  lateMs: number;
  idleMs: number;
  taken: number;
}

interface Limit {
  /** Requests per ms of the loop's own time, at work or waiting. */
  rate: number;
  /** What it was in the beginning. */
  readonly began: number;
  /** Requests that may be taken now: what the turns gave and nobody took. */
  tokens: number;
  /** Idle time of this turn that has been given for already. */
  credited: number;
  refusedAt: number;
  since: number;
  turns: number;
  cpuMs: number;
  idleMs: number;
  /** Refused since the rate was put right, and in this turn. */
  refused: number;
  refusedNow: number;
}

export function createAdmissionRule(): AdmissionRule {
  /** Present while turns are long. */
  let pressure: Pressure | undefined;
  /** Present while requests may be refused. */
  let limit: Limit | undefined;

  function press(turn: Turn): boolean {
    const long = turn.cpuMs >= longTurnMs || turn.queued >= longQueue;
    if (!long && !pressure) return false;
    pressure ??= {
      since: turn.at - turn.cpuMs,
      longMs: 0,
      shortMs: 0,
      longestMs: 0,
      lateMs: 0,
      idleMs: 0,
      taken: 0,
    };
    const { cpuMs, at } = turn;
    pressure.idleMs += turn.idleMs;
    if (!long) pressure.shortMs += cpuMs;
    const mostIdleMs = Math.max(idleMs, (at - pressure.since) * idleShare);
    if (pressure.shortMs > shortTurnsMs || pressure.idleMs > mostIdleMs) pressure = undefined;
    else if (long && lasts(pressure, cpuMs)) {
      const rate = Math.max(pressure.taken, 1) / pressure.longMs;
      limit = {
        ...freshAccount(at),
        rate,
        began: rate,
        tokens: 0,
        credited: 0,
        refusedAt: at,
      };
      pressure = undefined;
    }
    return pressure !== undefined || limit !== undefined;
  }

  /** A loop that waits has room: for what it could have done meanwhile, up to a bound. */
  function credit(open: Limit, waitedMs: number): void {
    if (waitedMs >= calmMs) {
      limit = undefined;
      return;
    }
    const most = Math.max(open.tokens, open.rate * idleCreditMs);
    open.tokens = Math.min(most, open.tokens + open.rate * Math.max(waitedMs - open.credited, 0));
    open.credited = waitedMs;
  }

  /** A long turn gives no more than one of the right length: that is what makes the next one shorter. */
  function pass(open: Limit, { cpuMs, idleMs: waitedMs, at, queued }: Turn): void {
    credit(open, waitedMs);
    open.credited = 0;
    const most = Math.max(open.tokens, open.rate * turnMs, 1);
    open.tokens = Math.min(most, open.tokens + open.rate * cpuMs);
    if (at - open.refusedAt >= liftedAfterMs) limit = undefined;
    open.turns++;
    // One collection of garbage is not what turns are like.
    open.cpuMs += Math.min(Math.max(cpuMs - open.refusedNow * refusalMs, 0), 5 * turnMs);
    open.refusedNow = 0;
    open.idleMs += waitedMs;
    if (at - open.since < adaptMs || open.turns < leastTurns) return;
    const mean = open.cpuMs / open.turns;
    if (mean > turnMs) slowDown(open, turnMs / mean, lowestShare);
    else if (queued > shortQueue) slowDown(open, steepest, lowestForQueue);
    else if (open.refused > 0)
      open.rate *= 1 + rise + idleRise * Math.min(open.idleMs / (at - open.since), 1);
    Object.assign(open, freshAccount(at));
  }

  return {
    admits(at, waitedMs) {
      if (!limit) {
        if (pressure) pressure.taken++;
        return true;
      }
      if (limit.tokens < 1) credit(limit, waitedMs());
      if (!limit) return true;
      if (limit.tokens >= 1) {
        limit.tokens--;
        return true;
      }
      limit.refused++;
      limit.refusedNow++;
      limit.refusedAt = at;
      return false;
    },
    turned(turn) {
      if (!limit) return press(turn);
      pass(limit, turn);
      return limit !== undefined;
    },
    limiting: () => limit !== undefined,
  };
}

/** Adds a long turn. Whether it has been enough of them, and no end in sight. */
function lasts(pressure: Pressure, cpuMs: number): boolean {
  pressure.longMs += cpuMs;
  pressure.longestMs = Math.max(pressure.longestMs, cpuMs);
  pressure.lateMs = Math.max(pressure.lateMs * fading, cpuMs);
  const { longMs, longestMs, lateMs } = pressure;
  return longMs >= patienceMs && longMs - longestMs >= besideLongestMs && cpuMs >= lateMs * shrunkShare;
}

function slowDown(limit: Limit, factor: number, lowest: number): void {
  const least = Math.min(limit.rate, limit.began * lowest);
  limit.rate = Math.max(limit.rate * Math.max(factor, steepest), least);
}

function freshAccount(since: number) {
  return { since, turns: 0, cpuMs: 0, idleMs: 0, refused: 0, refusedNow: 0 };
}
