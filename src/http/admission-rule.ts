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
}

export interface AdmissionRule {
  /**
   * Takes a request or does not. `idleMs` tells how long the loop has waited since the end of the last turn that was told; it is
   * asked only while requests are refused.
   */
  admits(at: number, idleMs: () => number): boolean;
  /** To be told of a turn. Whether the next one matters, too. */
  turned(turn: Turn): boolean;
  /** Whether requests may be refused at present. */
  limiting(): boolean;
}

/** What waits is worked off once a turn, and a request takes some five of them: turns this long make it wait for a quarter of a second. */
const longTurnMs = 50;
/** Turns as long as that without one in between that is not, in CPU time: less is a burst, which is worked off. */
const patienceMs = 2000;
/** Of them without the longest: one pause, however long, is no overload. */
const besideLongestMs = 500;
/** How long turns are to be while requests are refused. */
const turnMs = 4;
/** How often the rate is put right, and by how many turns at least. */
const adaptMs = 100;
const leastTurns = 3;
/** The most it goes down at once, and how far below what it began with. */
const steepest = 0.85;
const lowestShare = 1 / 16;
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
  cpuMs: number;
  longestMs: number;
  taken: number;
}

interface Limit {
  /** Requests per ms of the loop's own time, at work or waiting. */
  rate: number;
  readonly lowest: number;
  /** Requests that may be taken now: what the turns gave and nobody took. */
  tokens: number;
  /** Idle time of this turn that has been given for already. */
  credited: number;
  refusedAt: number;
  since: number;
  turns: number;
  cpuMs: number;
  idleMs: number;
  refused: boolean;
}

export function createAdmissionRule(): AdmissionRule {
  /** Present while turns are long. */
  let pressure: Pressure | undefined;
  /** Present while requests may be refused. */
  let limit: Limit | undefined;

  function press({ cpuMs, idleMs, at }: Turn): boolean {
    if (cpuMs < longTurnMs || idleMs > cpuMs / 10) {
      pressure = undefined;
      return false;
    }
    pressure ??= { cpuMs: 0, longestMs: 0, taken: 0 };
    pressure.cpuMs += cpuMs;
    pressure.longestMs = Math.max(pressure.longestMs, cpuMs);
    if (pressure.cpuMs >= patienceMs && pressure.cpuMs - pressure.longestMs >= besideLongestMs) {
      const rate = Math.max(pressure.taken, 1) / pressure.cpuMs;
      limit = {
        ...freshAccount(at),
        rate,
        lowest: rate * lowestShare,
        tokens: 0,
        credited: 0,
        refusedAt: at,
      };
      pressure = undefined;
    }
    return true;
  }

  /** A loop that waits has room: for what it could have done meanwhile, up to a bound. */
  function credit(open: Limit, idleMs: number): void {
    if (idleMs >= calmMs) {
      limit = undefined;
      return;
    }
    const most = Math.max(open.tokens, open.rate * idleCreditMs);
    open.tokens = Math.min(most, open.tokens + open.rate * Math.max(idleMs - open.credited, 0));
    open.credited = idleMs;
  }

  /** A long turn gives no more than one of the right length: that is what makes the next one shorter. */
  function pass(open: Limit, { cpuMs, idleMs, at }: Turn): void {
    credit(open, idleMs);
    open.credited = 0;
    const most = Math.max(open.tokens, open.rate * turnMs, 1);
    open.tokens = Math.min(most, open.tokens + open.rate * cpuMs);
    if (at - open.refusedAt >= liftedAfterMs) limit = undefined;
    open.turns++;
    // One collection of garbage is not what turns are like.
    open.cpuMs += Math.min(cpuMs, 5 * turnMs);
    open.idleMs += idleMs;
    if (at - open.since < adaptMs || open.turns < leastTurns) return;
    const mean = open.cpuMs / open.turns;
    if (mean > turnMs) open.rate = Math.max(open.rate * Math.max(turnMs / mean, steepest), open.lowest);
    else if (open.refused) open.rate *= 1 + rise + idleRise * Math.min(open.idleMs / (at - open.since), 1);
    Object.assign(open, freshAccount(at));
  }

  return {
    admits(at, idleMs) {
      if (!limit) {
        if (pressure) pressure.taken++;
        return true;
      }
      if (limit.tokens < 1) credit(limit, idleMs());
      if (!limit) return true;
      if (limit.tokens >= 1) {
        limit.tokens--;
        return true;
      }
      limit.refused = true;
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

function freshAccount(since: number) {
  return { since, turns: 0, cpuMs: 0, idleMs: 0, refused: false };
}
