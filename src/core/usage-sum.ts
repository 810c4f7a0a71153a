// One sum of the ledger and its arithmetic. A sum of sums is exact: counts are whole numbers, money is nano-USD, and
// histograms add up step by step.
import { latencySteps } from './usage-hours.ts';

export interface UsageSum {
  /** Values of the dimensions that were grouped by; those of time in Unix ms. A value that is not there stands for all others. */
  readonly group: Readonly<Partial<Record<string, string | number>>>;
  /** Requests that reached a model. */
  readonly requests: number;
  readonly errors: number;
  readonly partials: number;
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  /** Nano-USD. */
  readonly cost: bigint;
  /** Requests by step of duration, and by step of the time to the first token: core/usage-hours.ts has the steps. */
  readonly duration: readonly number[];
  readonly firstToken: readonly number[];
}

const noSteps: readonly number[] = [...latencySteps, 0].map(() => 0);

export const emptySum: UsageSum = {
  group: {},
  requests: 0,
  errors: 0,
  partials: 0,
  input: 0,
  output: 0,
  cachedInput: 0,
  cacheWrite: 0,
  reasoning: 0,
  cost: 0n,
  duration: noSteps,
  firstToken: noSteps,
};

/** `a` and `sign` times `b`; the group is that of `a`. */
export function addSum(a: UsageSum, b: UsageSum, sign: 1 | -1 = 1): UsageSum {
  return {
    group: a.group,
    requests: a.requests + sign * b.requests,
    errors: a.errors + sign * b.errors,
    partials: a.partials + sign * b.partials,
    input: a.input + sign * b.input,
    output: a.output + sign * b.output,
    cachedInput: a.cachedInput + sign * b.cachedInput,
    cacheWrite: a.cacheWrite + sign * b.cacheWrite,
    reasoning: a.reasoning + sign * b.reasoning,
    cost: sign === 1 ? a.cost + b.cost : a.cost - b.cost,
    duration: addSteps(a.duration, b.duration, sign),
    firstToken: addSteps(a.firstToken, b.firstToken, sign),
  };
}

export function isEmptySum(sum: UsageSum): boolean {
  return (
    sum.requests === 0 &&
    sum.errors === 0 &&
    sum.partials === 0 &&
    sum.cost === 0n &&
    sum.input === 0 &&
    sum.output === 0 &&
    sum.duration.every((count) => count === 0)
  );
}

function addSteps(a: readonly number[], b: readonly number[], sign: number): readonly number[] {
  // Most sums are asked for without histograms.
  if (b === noSteps) return a;
  if (a === noSteps && sign === 1) return b;
  return a.map((count, step) => count + sign * (b[step] ?? 0));
}
