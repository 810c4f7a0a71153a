// A small budget and many clients at once: how much of it is spent in the end. 1.00 and less is a budget that holds.
import type { Entry, Field } from '../field.ts';
import { pause } from '../field.ts';
import type { ClosedJob } from '../load/jobs.ts';
import { answerCost, deltas } from '../wire.ts';

export interface OvershootFigures {
  /** What the upstream's usage costs, divided by the budget. */
  readonly factor: number;
  readonly answered: number;
  readonly clients: number;
}

/** Whole answers that it pays for. */
export const budgetAnswers = 20;
export const smallBudget = budgetAnswers * answerCost;

/** `entry` was started with `smallBudget`. */
export async function measureOvershoot(
  entry: Entry,
  field: Field,
  seconds: number,
): Promise<OvershootFigures> {
  const id = `budget-${entry.kind.name}`;
  const job: ClosedJob = {
    kind: 'closed',
    target: entry.peer.target,
    mode: 'paced',
    stream: false,
    id,
    concurrency: 100,
    seconds,
  };
  const { answered, sample } = await field.load.run(job, { tolerant: true });
  // Who answers nobody spends nothing.
  if (answered === 0) throw new Error(`no client was answered: ${sample}`);
  await pause(500);
  const tokens = (await field.tally(id))[id]?.tokens ?? 0;
  return { factor: ((tokens / deltas) * answerCost) / smallBudget, answered, clients: job.concurrency };
}
