// What is known of each target from the requests it served: circuit, cool-down, load and latency. Pure state; time is
// handed in. Nothing here outlives the process, and nothing is asked of a target just to know it.
import { peak } from './latency.ts';
import type { Target } from './target.ts';

export interface HealthSettings {
  /** Failures in a row that open the circuit; `Infinity` = nothing ever sets a target aside. */
  readonly failures: number;
  /** How long it stays open the first time; doubled each time the probe fails, up to `longestOpenMs`. */
  readonly openMs: number;
  readonly longestOpenMs: number;
}

export const defaultHealth: HealthSettings = { failures: 5, openMs: 5_000, longestOpenMs: 60_000 };

/** A target that failed more than half of its last this many requests is opened, too. */
const window = 20;
/** The longest a target stays aside because it asked for time (`Retry-After`). */
const longestCoolMs = 60_000;

/** `half-open`: one request at a time may try whether it is back. */
export type CircuitState = 'closed' | 'open' | 'half-open';

export interface TargetCondition {
  readonly circuit: CircuitState;
  /** ms until an open circuit lets a probe through, or until a cool-down is over; 0 = now. */
  readonly waitMs: number;
  /** It asked for time; better go elsewhere, if there is an elsewhere. */
  readonly cooling: boolean;
  readonly inFlight: number;
  /** Time to the first token in ms, worst lately (peak EWMA); `undefined` before the first answer. */
  readonly latencyMs: number | undefined;
  /** The last request that it could not answer, or whose answer broke off; successes since do not take it back. */
  readonly lastFailure?: LastFailure | undefined;
}

export interface LastFailure {
  readonly agoMs: number;
  /** Catalogue code. */
  readonly code: string;
  /** A sentence that is safe to show. */
  readonly message: string;
}

/** `retryAfterMs`: the time it asked for. `counts`: whether that speaks against the target. `why`: for those who look. */
export interface Lesson {
  readonly counts: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly why?: Omit<LastFailure, 'agoMs'> | undefined;
}

/** One request at a target; exactly one of `succeeded`, `failed` and `left` is called, then `ended`. */
export interface Visit {
  /** It began to answer after that many ms. */
  succeeded(firstTokenMs: number): void;
  /** It could not answer. */
  failed(lesson: Lesson): void;
  /** The answer that had begun broke off: that it succeeded is taken back. */
  broke(lesson: Lesson): void;
  /** Nothing was learnt: the client left, or another target was faster. */
  left(): void;
  /** The answer is over. */
  ended(): void;
}

export interface TargetHealth {
  condition(target: Target): TargetCondition;
  /** Whether a request may go there now. */
  admits(target: Target): boolean;
  visit(target: Target): Visit;
}

interface Record {
  failuresInRow: number;
  /** One bit an outcome, newest lowest; 1 = failed. */
  outcomes: number;
  seen: number;
  /** Outcomes ever; the newest bit is that of number `noted`. */
  noted: number;
  openUntil: number | undefined;
  openedTimes: number;
  probing: boolean;
  coolUntil: number;
  inFlight: number;
  latencyMs: number | undefined;
  latencyAt: number;
  failed: { readonly at: number; readonly why: Omit<LastFailure, 'agoMs'> } | undefined;
}

/** `monotonic` gives ms. `settings` may change: what was learnt stays, and is judged by those of the moment. */
export function createTargetHealth(
  monotonic: () => number,
  settings: () => HealthSettings = () => defaultHealth,
): TargetHealth {
  const records = new Map<string, Record>();
  const setsAside = () => settings().failures !== Number.POSITIVE_INFINITY;

  function recordOf(target: Target): Record {
    const name = `${target.provider} ${target.model}`;
    let record = records.get(name);
    if (!record) {
      record = fresh();
      records.set(name, record);
    }
    return record;
  }

  function circuitOf(record: Record, now: number): CircuitState {
    if (record.openUntil === undefined || !setsAside()) return 'closed';
    return now >= record.openUntil ? 'half-open' : 'open';
  }

  function admits(record: Record, now: number): boolean {
    const circuit = circuitOf(record, now);
    return circuit === 'closed' || (circuit === 'half-open' && !record.probing);
  }

  /** How long it wants to be left alone, in ms. */
  function cool(record: Record, now: number, retryAfterMs = 0): number {
    const asked = Math.min(retryAfterMs, longestCoolMs);
    if (asked > 0) record.coolUntil = Math.max(record.coolUntil, now + asked);
    return asked;
  }

  function open(record: Record, now: number, retryAfterMs: number): void {
    const { openMs, longestOpenMs } = settings();
    const doubled = openMs * 2 ** Math.min(record.openedTimes, 20);
    record.openedTimes++;
    record.openUntil = now + Math.max(Math.min(doubled, longestOpenMs), retryAfterMs);
  }

  function close(record: Record): void {
    record.openUntil = undefined;
    record.openedTimes = 0;
    record.outcomes = 0;
    record.seen = 0;
  }

  function note(record: Record, failed: boolean): void {
    record.outcomes = ((record.outcomes << 1) | (failed ? 1 : 0)) & ((1 << window) - 1);
    record.seen = Math.min(record.seen + 1, window);
    record.noted++;
    record.failuresInRow = failed ? record.failuresInRow + 1 : 0;
  }

  /** The answer of that number was taken for a success; before it, `before` failures stood in a row. */
  function correct(record: Record, number: number, before: number): void {
    const age = record.noted - number;
    if (age < record.seen) record.outcomes |= 1 << age;
    record.failuresInRow = Math.max(record.failuresInRow, before) + 1;
  }

  function failing(record: Record): boolean {
    if (!setsAside()) return false;
    if (record.failuresInRow >= settings().failures) return true;
    return record.seen === window && ones(record.outcomes) * 2 > window;
  }

  return {
    condition(target) {
      const now = monotonic();
      const record = recordOf(target);
      const circuit = circuitOf(record, now);
      const asksForTime = record.coolUntil > now;
      const opensIn = circuit === 'open' ? (record.openUntil as number) - now : 0;
      return {
        circuit,
        waitMs: Math.max(opensIn, asksForTime ? record.coolUntil - now : 0),
        cooling: asksForTime && setsAside(),
        inFlight: record.inFlight,
        latencyMs: record.latencyMs,
        lastFailure: record.failed && { ...record.failed.why, agoMs: now - record.failed.at },
      };
    },
    admits: (target) => admits(recordOf(target), monotonic()),
    visit(target) {
      const record = recordOf(target);
      const probe = circuitOf(record, monotonic()) === 'half-open';
      if (probe) record.probing = true;
      record.inFlight++;
      let decided = false;
      let over = false;
      /** How things stood when it began to answer. */
      let begun: { number: number; failuresInRow: number; openedTimes: number } | undefined;
      /** What one visit says is said once. */
      const once = (learn: () => void) => {
        if (decided) return;
        decided = true;
        if (probe) record.probing = false;
        learn();
      };
      return {
        succeeded: (firstTokenMs) =>
          once(() => {
            const now = monotonic();
            const { failuresInRow, openedTimes } = record;
            note(record, false);
            begun = { number: record.noted, failuresInRow, openedTimes };
            record.latencyMs = peak(record, firstTokenMs, now);
            record.latencyAt = now;
            record.coolUntil = 0;
            if (probe || record.openUntil !== undefined) close(record);
          }),
        failed: ({ counts, retryAfterMs, why }) =>
          once(() => {
            const now = monotonic();
            if (why) record.failed = { at: now, why };
            const asked = cool(record, now, retryAfterMs);
            if (!counts) return;
            note(record, true);
            if (probe || (record.openUntil === undefined && failing(record))) open(record, now, asked);
          }),
        broke({ counts, retryAfterMs, why }) {
          if (!begun || over) return;
          const { number, failuresInRow, openedTimes } = begun;
          begun = undefined;
          const now = monotonic();
          if (why) record.failed = { at: now, why };
          const asked = cool(record, now, retryAfterMs);
          if (!counts) return;
          correct(record, number, failuresInRow);
          if (record.openUntil !== undefined || !(probe || failing(record))) return;
          if (probe) record.openedTimes = Math.max(record.openedTimes, openedTimes);
          open(record, now, asked);
        },
        left: () => once(() => undefined),
        ended() {
          if (over) return;
          over = true;
          once(() => undefined);
          record.inFlight--;
        },
      };
    },
  };
}

function fresh(): Record {
  return {
    failuresInRow: 0,
    outcomes: 0,
    seen: 0,
    noted: 0,
    openUntil: undefined,
    openedTimes: 0,
    probing: false,
    coolUntil: 0,
    inFlight: 0,
    latencyMs: undefined,
    latencyAt: 0,
    failed: undefined,
  };
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count++;
  return count;
}
