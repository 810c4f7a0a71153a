// Requests, errors and the middle duration of each model over the last day, from the sums per hour.
import { fewLatencies, percentileOf, withTimes } from '../../accounts/exact-latency.ts';
import { totalOf } from '../../accounts/usage-sums.ts';
import type { Clock } from '../../core/clock.ts';
import { hourMs, hourOf } from '../../core/usage-hours.ts';
import type { UsageReader } from '../../core/usage-report.ts';
import type * as contract from '../contract/models.ts';

export type TrafficReader = () => Promise<ReadonlyMap<string, contract.ModelTraffic>>;

export function createTrafficReader(
  reader: Pick<UsageReader, 'usage' | 'latencies'>,
  clock: Clock,
): TrafficReader {
  return async () => {
    const to = hourOf(clock.now()) + hourMs;
    const range = { from: to - 24 * hourMs, to };
    const sums = await reader.usage({ ...range, groupBy: ['model'], histograms: 'duration' });
    const rows = await fewLatencies(reader, range, totalOf(sums));
    return new Map(
      (rows ? withTimes(sums, rows) : sums).map((sum) => {
        const { group, requests, errors } = sum;
        const p50 = percentileOf(sum, 'duration', 0.5);
        return [String(group.model), { requests, errors, p50_ms: p50 ?? null }];
      }),
    );
  };
}
