// How the requests of a range ended: how many there were, how many failed, how many their clients left. The sums of requests
// are of those that reached a model, so they are no whole that errors are a share of.
import { totalOf } from '../../accounts/usage-sums.ts';
import type { UsageQuery, UsageReader } from '../../core/usage-report.ts';
import type { Outcomes } from './usage-question.ts';

/** Rows of the ledger that a client ended, rather than a fault. */
const leftByClient = 'client_aborted';

export async function readOutcomes(
  reader: Pick<UsageReader, 'usage'>,
  range: Omit<UsageQuery, 'groupBy' | 'histograms'>,
): Promise<Outcomes> {
  const total = totalOf(await reader.usage({ ...range, groupBy: [], histograms: 'duration' }));
  const byCode = await reader.usage({ ...range, groupBy: ['error'], histograms: false });
  const errors = totalOf(byCode).errors;
  const aborted = byCode.find(({ group }) => group.error === leftByClient)?.errors ?? 0;
  // Every request that is over has a duration, but for those whose node broke down: they reached a model.
  const timed = total.duration.reduce((sum, count) => sum + count, 0);
  return { ended: Math.max(timed, total.requests), failed: errors - aborted, aborted };
}
