// Who has written which part of one answer, for the choice of who goes on and for the row of the ledger. A leg is what one
// target wrote of it.
import type { TollgateError } from '../core/errors.ts';
import type { PublicModel } from '../core/ports.ts';
import type { Usage } from '../core/usage.ts';
import type { Target } from '../routing/route.ts';
import type { AttemptLog } from './try-target.ts';

export interface Legs {
  /** To be called when the target has begun, while its attempt is the newest of the log. */
  begin(target: Target): void;
  /**
   * Who may go on, in order: those that had no part in the answer yet, then those that `retry.attempts` allows to be
   * asked again, the least used first.
   */
  next(lost: TollgateError): readonly Target[];
  /** `error`: what the leg was lost to, where another one follows. */
  end(usage: Usage | undefined, error?: TollgateError): void;
}

export function createLegs(
  targets: readonly Target[],
  { retry }: PublicModel,
  { records }: AttemptLog,
): Legs {
  const times = new Map<Target, number>();
  let current: Target | undefined;
  let place = -1;
  const timesOf = (target: Target) => times.get(target) ?? 0;

  return {
    begin(target) {
      current = target;
      times.set(target, timesOf(target) + 1);
      place = records.findLastIndex(
        ({ provider, upstreamModel, error }) =>
          provider === target.provider && upstreamModel === target.model && error === undefined,
      );
    },
    next({ shouldRetry }) {
      return targets
        .filter((target) => timesOf(target) <= (timesOf(target) === 0 ? 0 : retry.rounds))
        .filter((target) => target !== current || shouldRetry !== false)
        .sort((a, b) => timesOf(a) - timesOf(b));
    },
    end(usage, error) {
      const record = records[place];
      if (!record) return;
      records[place] = { ...record, ...(error ? { error: error.code } : {}), ...(usage ? { usage } : {}) };
    },
  };
}
