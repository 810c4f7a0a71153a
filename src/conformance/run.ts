// Runs checks one after another and says of each how it went. Prints nothing.
import type { Check, CheckGroup } from './check.ts';
import { createExchanges } from './exchanges.ts';
import { Failed, type Mismatch, Skip } from './outcome.ts';
import { NoAnswer, type Server } from './server.ts';

export interface CheckResult {
  readonly group: string;
  readonly check: Pick<Check, 'id' | 'title' | 'severity' | 'contract'>;
  readonly outcome: 'pass' | 'fail' | 'skip';
  /** What is wrong, for `fail`; at least one. */
  readonly mismatches: readonly Mismatch[];
  /** Why it could not be judged, for `skip`. */
  readonly reason: string | undefined;
  /** Milliseconds, with the exchanges that were made for it. */
  readonly ms: number;
}

export interface Summary {
  readonly passed: number;
  /** Failed checks by their severity. */
  readonly failed: { readonly must: number; readonly should: number };
  readonly skipped: number;
}

/** Yields a result as soon as it is known. `now` gives milliseconds. */
export async function* runChecks(
  groups: readonly CheckGroup[],
  server: Server,
  now: () => number,
): AsyncGenerator<CheckResult> {
  const exchanges = createExchanges(server);
  for (const { title, checks } of groups) {
    for (const check of checks) {
      const started = now();
      const outcome = await judge(() => check.run({ server, exchanges }));
      yield { group: title, check, ...outcome, ms: Math.round(now() - started) };
    }
  }
}

async function judge(
  run: () => Promise<readonly Mismatch[]>,
): Promise<Pick<CheckResult, 'outcome' | 'mismatches' | 'reason'>> {
  try {
    const mismatches = await run();
    return { outcome: mismatches.length === 0 ? 'pass' : 'fail', mismatches, reason: undefined };
  } catch (error) {
    if (error instanceof Skip) return { outcome: 'skip', mismatches: [], reason: error.message };
    if (error instanceof Failed) return { outcome: 'fail', mismatches: error.mismatches, reason: undefined };
    if (!(error instanceof NoAnswer)) throw error;
    const mismatches = [{ at: 'the connection', expected: 'an answer', actual: error.message }];
    return { outcome: 'fail', mismatches, reason: undefined };
  }
}

export function summarize(results: readonly CheckResult[]): Summary {
  const count = (holds: (result: CheckResult) => boolean) => results.filter(holds).length;
  return {
    passed: count(({ outcome }) => outcome === 'pass'),
    failed: {
      must: count(({ outcome, check }) => outcome === 'fail' && check.severity === 'must'),
      should: count(({ outcome, check }) => outcome === 'fail' && check.severity === 'should'),
    },
    skipped: count(({ outcome }) => outcome === 'skip'),
  };
}
