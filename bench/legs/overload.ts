// What is left of a program beyond its capacity: answers per second, how long those admitted wait, how soon the others are told, and
// whether health checks get through. Its full speed is measured first, the rates are shares of it.
import { once } from 'node:events';
import { type Entry, type Field, pause } from '../field.ts';
import type { ClosedJob, Quantiles } from '../load/jobs.ts';
import type { OverloadJob, OverloadOutcome } from '../overload/jobs.ts';
import { cpuMicrosBetween, readCpu } from '../process-tree.ts';
import { end, spawnPinned } from '../spawn.ts';

/** Shares of the full speed that are offered. */
export const offeredShares = [0.5, 0.8, 1, 1.5, 2, 3, 4];

export interface OverloadPlan {
  readonly shares?: readonly number[];
  readonly capacitySeconds: number;
  readonly settleSeconds: number;
  readonly seconds: number;
}

export interface OverloadStep {
  readonly share: number;
  /** Requests per second that were due. */
  readonly offered: number;
  readonly outcome: OverloadOutcome;
  /** Right answers per second. */
  readonly goodput: number;
  readonly refusedPerSecond: number;
  /** Right answers for each second of CPU time the program got: goodput where others use the machine as well. */
  readonly goodputPerCpuSecond: number;
}

export interface OverloadFigures {
  /** Answers per second to clients who wait for each of them. */
  readonly capacity: number;
  readonly steps: readonly OverloadStep[];
}

export async function measureOverload(
  { peer: { pid, target } }: Entry,
  { load }: Pick<Field, 'load'>,
  plan: OverloadPlan,
  onStep?: (step: OverloadStep) => void,
): Promise<OverloadFigures> {
  const { settleSeconds, seconds } = plan;
  const closed: ClosedJob = {
    kind: 'closed',
    target,
    mode: 'now',
    stream: false,
    id: 'capacity',
    concurrency: 64,
    seconds: plan.capacitySeconds,
  };
  // Twice: code that was not compiled yet is no measure.
  await load.run(closed);
  const { answered, seconds: took } = await load.run(closed);
  const capacity = answered / took;
  const steps: OverloadStep[] = [];
  for (const share of plan.shares ?? offeredShares) {
    const cpuBefore = pause(settleSeconds * 1000).then(() => readCpu(pid));
    const cpuAfter = pause((settleSeconds + seconds) * 1000).then(() => readCpu(pid));
    const outcome = await run({ target, rate: capacity * share, settleSeconds, seconds });
    const cpuSeconds = cpuMicrosBetween(await cpuBefore, await cpuAfter) / 1e6;
    const step = {
      share,
      offered: capacity * share,
      outcome,
      goodput: outcome.answered / seconds,
      refusedPerSecond: outcome.refused / seconds,
      goodputPerCpuSecond: outcome.answered / cpuSeconds,
    };
    onStep?.(step);
    steps.push(step);
  }
  return { capacity, steps };
}

/** Clients of their own for each step, so that none begins with the connections of the one before. */
async function run(job: OverloadJob): Promise<OverloadOutcome> {
  const child = spawnPinned(['bench/overload/process.ts'], 'around', {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Quantiles of nothing are NaN, which JSON does not know.
    serialization: 'advanced',
  });
  try {
    child.send(job);
    const signal = AbortSignal.timeout((job.settleSeconds + job.seconds + 60) * 1000);
    const gone = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`the clients ended with ${code}`);
    });
    const [outcome] = (await Promise.race([once(child, 'message', { signal }), gone])) as [
      OverloadOutcome & { readonly error?: string },
    ];
    gone.catch(() => undefined);
    if (outcome.error !== undefined) throw new Error(`the clients: ${outcome.error}`);
    return outcome;
  } finally {
    await end(child);
  }
}

export interface Reached {
  /** Of goodput at three times the capacity, to the best of all steps. */
  readonly goodput: number;
  /** Of p99 of those admitted there, to that at 0.8 of the capacity. */
  readonly latency: number;
  /** Of refusals there, in ms, without the clients' own lag. */
  readonly refusal: Quantiles;
}

/** Undefined where the steps it goes by were not measured. */
export function reached({ steps }: OverloadFigures): Reached | undefined {
  const calm = steps.find(({ share }) => share === 0.8);
  const over = steps.find(({ share }) => share === 3);
  if (!calm || !over) return undefined;
  const best = Math.max(...steps.map(({ goodput }) => goodput));
  return {
    goodput: over.goodput / best,
    latency: over.outcome.admitted.p99 / calm.outcome.admitted.p99,
    refusal: over.outcome.refusals.ownLagTaken,
  };
}
