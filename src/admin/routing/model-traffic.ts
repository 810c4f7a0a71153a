// Requests, errors and the middle duration of each model over the last day, from the sums per hour.
import { percentile } from '../../accounts/usage-sums.ts';
import type { Clock } from '../../core/clock.ts';
import { hourMs, hourOf } from '../../core/usage-hours.ts';
import type { UsageReader } from '../../core/usage-report.ts';
import type * as contract from '../contract/models.ts';

export type TrafficReader = () => Promise<ReadonlyMap<string, contract.ModelTraffic>>;

export function createTrafficReader(reader: Pick<UsageReader, 'usage'>, clock: Clock): TrafficReader {
  return async () => {
    const to = hourOf(clock.now()) + hourMs;
    const sums = await reader.usage({
      from: to - 24 * hourMs,
      to,
      groupBy: ['model'],
      histograms: 'duration',
    });
    return new Map(
      sums.map(({ group, requests, errors, duration }) => {
        const p50 = percentile(duration, 0.5);
        return [String(group.model), { requests, errors, p50_ms: p50 ?? null }];
      }),
    );
  };
}
