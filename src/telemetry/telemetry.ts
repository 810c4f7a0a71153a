// What the gateway has of telemetry: who hears of requests and of the ledger, and the page of metrics. What only some want is
// loaded when they want it.
import type { Logger } from 'pino';
import type { LedgerObserver } from '../core/store.ts';
import type { MetricCollector } from './metrics/collect.ts';
import type { GatewayState } from './metrics/gateway-metrics.ts';
import { createLedgerMetrics } from './metrics/ledger-metrics.ts';
import { createRequestMetrics } from './metrics/request-metrics.ts';
import { createRequestObserver, type Observer } from './observer.ts';

export interface TelemetryParts {
  readonly log: Logger;
  readonly version: string;
}

export interface Telemetry extends AsyncDisposable {
  readonly observer: Observer;
  readonly ledger: LedgerObserver;
  /** The metrics for Prometheus. From the first call on, silence inside of streams and the event loop's delay are measured. */
  metricsPage(state: GatewayState): Promise<{ readonly type: string; readonly text: string }>;
}

export function createTelemetry({ log, version }: TelemetryParts): Telemetry {
  const requests = createRequestMetrics();
  const ledger = createLedgerMetrics();
  let collector: Promise<MetricCollector> | undefined;

  function collectorOf(gateway: GatewayState): Promise<MetricCollector> {
    collector ??= import('./metrics/collect.ts').then(({ createMetricCollector }) =>
      createMetricCollector({ requests, ledger, gateway, version }),
    );
    return collector;
  }

  return {
    observer: createRequestObserver({ log, metrics: requests }),
    ledger,
    async metricsPage(state) {
      const families = await (await collectorOf(state)).collect();
      const { prometheusText, prometheusType } = await import('./metrics/prometheus-text.ts');
      return { type: prometheusType, text: prometheusText(families) };
    },
    async [Symbol.asyncDispose]() {
      (await collector)?.[Symbol.dispose]();
    },
  };
}
