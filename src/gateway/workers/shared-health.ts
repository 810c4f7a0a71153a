// What all workers know of the targets, for whoever administers the gateway: each tells what has changed, and shown is the worst.
// A worker decides by what it knows itself; nothing here sets a target aside.
import type { CircuitState, TargetCondition, TargetHealth } from '../../routing/health.ts';
import type { Target } from '../../routing/target.ts';
import type { KnownCondition } from './messages.ts';

/** How often a worker looks whether there is something to tell. */
export const healthLookMs = 500;

export interface SharedHealth extends TargetHealth {
  told(worker: number, conditions: readonly KnownCondition[]): void;
  /** It has ended. */
  forget(worker: number): void;
}

interface Told {
  readonly at: number;
  readonly conditions: ReadonlyMap<string, TargetCondition>;
}

const severity: readonly CircuitState[] = ['closed', 'half-open', 'open'];

/** `own`: of calls that are made here, to try targets. */
export function createSharedHealth(own: TargetHealth, monotonic: () => number): SharedHealth {
  const workers = new Map<number, Told>();
  return {
    ...own,
    condition(target) {
      const now = monotonic();
      let worst = own.condition(target);
      for (const { at, conditions } of workers.values()) {
        const told = conditions.get(nameOf(target));
        if (told) worst = worse(worst, aged(told, now - at));
      }
      return worst;
    },
    told(worker, conditions) {
      const named = conditions.map(([target, condition]) => [nameOf(target), condition] as const);
      workers.set(worker, { at: monotonic(), conditions: new Map(named) });
    },
    forget: (worker) => void workers.delete(worker),
  };
}

/** The worker's half: what there is to tell, or `undefined`. */
export function createHealthReport(
  health: Pick<TargetHealth, 'condition'>,
  targets: () => readonly Target[],
): () => readonly KnownCondition[] | undefined {
  let last = '[]';
  return () => {
    const conditions = targets().map((target): KnownCondition => {
      const { provider, model } = target;
      return [{ provider, model } as Target, health.condition(target)];
    });
    const known = conditions.filter(([, condition]) => isKnown(condition));
    // Waits shrink and failures age by themselves: that is no news.
    const news = JSON.stringify(
      known.map(([target, { waitMs: _, lastFailure, ...rest }]) => [target, rest, lastFailure?.message]),
    );
    if (news === last) return undefined;
    last = news;
    return known;
  };
}

function isKnown({ circuit, waitMs, inFlight, latencyMs, lastFailure }: TargetCondition): boolean {
  return (
    circuit !== 'closed' || waitMs > 0 || inFlight > 0 || latencyMs !== undefined || lastFailure !== undefined
  );
}

function aged(condition: TargetCondition, ms: number): TargetCondition {
  const { waitMs, circuit, cooling, lastFailure } = condition;
  const left = Math.max(waitMs - ms, 0);
  return {
    ...condition,
    waitMs: left,
    // Its time is over, though the worker has not said so.
    circuit: circuit === 'open' && left === 0 ? 'half-open' : circuit,
    cooling: cooling && left > 0,
    lastFailure: lastFailure && { ...lastFailure, agoMs: lastFailure.agoMs + ms },
  };
}

function worse(one: TargetCondition, other: TargetCondition): TargetCondition {
  const failures = [one.lastFailure, other.lastFailure].filter((failure) => failure !== undefined);
  const latencies = [one.latencyMs, other.latencyMs].filter((latency) => latency !== undefined);
  return {
    circuit: severity.indexOf(one.circuit) >= severity.indexOf(other.circuit) ? one.circuit : other.circuit,
    waitMs: Math.max(one.waitMs, other.waitMs),
    cooling: one.cooling || other.cooling,
    inFlight: one.inFlight + other.inFlight,
    latencyMs: latencies.length > 0 ? Math.max(...latencies) : undefined,
    lastFailure: failures.sort((a, b) => a.agoMs - b.agoMs)[0],
  };
}

function nameOf({ provider, model }: Target): string {
  return `${provider} ${model}`;
}
