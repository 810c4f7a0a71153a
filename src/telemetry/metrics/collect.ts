// All metrics at one moment, for whoever writes them out. Loaded when somebody first asks, so that a gateway nobody looks at does
// not pay for it.
import type { ContentMetrics } from './content-metrics.ts';
import { type GatewayState, gatewayFamilies } from './gateway-metrics.ts';
import type { MetricFamily } from './instruments.ts';
import type { LedgerMetrics } from './ledger-metrics.ts';
import { createProcessMetrics } from './process-metrics.ts';
import type { RequestMetrics } from './request-metrics.ts';

export interface MetricSources {
  readonly requests: RequestMetrics;
  readonly ledger: LedgerMetrics;
  readonly content: ContentMetrics;
  readonly gateway: GatewayState;
  readonly version: string;
}

export interface MetricCollector extends Disposable {
  collect(): Promise<MetricFamily[]>;
}

export function createMetricCollector({
  requests,
  ledger,
  content,
  gateway,
  version,
}: MetricSources): MetricCollector {
  const ofProcess = createProcessMetrics(version);
  requests.measureGaps();
  return {
    async collect() {
      for (const { name, route } of gateway.models()) {
        for (const { provider } of route.flat()) requests.expects(name, provider);
      }
      return [
        ...requests.families(),
        ...ledger.families(),
        ...content.families(),
        ...(await gatewayFamilies(gateway)),
        ...(await ofProcess.families()),
      ];
    },
    [Symbol.dispose]: () => ofProcess[Symbol.dispose](),
  };
}
