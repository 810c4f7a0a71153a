// What the gateway has of telemetry: who hears of requests and of the ledger, and the page of metrics. What only some want is
// loaded when they want it.
import type { Logger } from 'pino';
import type { Clock } from '../core/clock.ts';
import type { ContentObserver } from '../core/content.ts';
import type { OtlpSettings } from '../core/otlp.ts';
import type { LedgerObserver } from '../core/store.ts';
import type { MetricCollector } from './metrics/collect.ts';
import { createContentMetrics } from './metrics/content-metrics.ts';
import type { GatewayState } from './metrics/gateway-metrics.ts';
import type { MetricFamily } from './metrics/instruments.ts';
import { createLedgerMetrics } from './metrics/ledger-metrics.ts';
import { createRequestMetrics } from './metrics/request-metrics.ts';
import { createRequestObserver, type Observer } from './observer.ts';

export interface TelemetryParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** Absent = nothing is sent anywhere. */
  readonly otlp: OtlpSettings | undefined;
  /** Metrics of the other processes of this gateway; absent = there are none. */
  readonly others?: (() => Promise<readonly (readonly MetricFamily[])[]>) | undefined;
}

export interface WatchedGateway extends GatewayState {
  /** `type` of a provider of the configuration. */
  readonly providerType: (name: string) => string | undefined;
}

export interface Telemetry extends AsyncDisposable {
  readonly observer: Observer;
  readonly ledger: LedgerObserver;
  readonly content: ContentObserver;
  /** The gateway is made: from now on its state can be looked at. */
  watch(gateway: WatchedGateway): void;
  /** The metrics of this process alone, for another one of the gateway. Before `watch` there are none. */
  families(): Promise<readonly MetricFamily[]>;
  /** The metrics for Prometheus, of all processes. From the first call on, silence inside of streams and the event loop's delay are measured. */
  metricsPage(): Promise<{ readonly type: string; readonly text: string }>;
}

export async function createTelemetry({
  log,
  clock,
  version,
  otlp,
  others,
}: TelemetryParts): Promise<Telemetry> {
  const requests = createRequestMetrics();
  const ledger = createLedgerMetrics();
  const content = createContentMetrics();
  let watched: WatchedGateway | undefined;
  let collector: Promise<MetricCollector> | undefined;

  async function collect(): Promise<readonly MetricFamily[] | undefined> {
    const gateway = watched;
    if (!gateway) return undefined;
    collector ??= import('./metrics/collect.ts').then(({ createMetricCollector }) =>
      createMetricCollector({ requests, ledger, content, gateway, version }),
    );
    return (await collector).collect();
  }

  async function collectAll(): Promise<readonly MetricFamily[] | undefined> {
    const [own, ofOthers = []] = await Promise.all([collect(), others?.()]);
    if (!own || ofOthers.length === 0) return own;
    return (await import('./metrics/merge-families.ts')).mergeFamilies(own, ofOthers);
  }

  const exporter =
    otlp &&
    (await import('./otlp/open.ts')).openOtlp({
      settings: otlp,
      log,
      clock,
      version,
      providerType: (name) => watched?.providerType(name),
      collect: collectAll,
    });
  // Whoever sends metrics wants all of them from the start.
  if (otlp?.metrics) requests.measureGaps();

  return {
    observer: createRequestObserver({ log, metrics: requests, tracer: exporter?.tracer }),
    ledger,
    content,
    watch(gateway) {
      watched = gateway;
    },
    families: async () => (await collect()) ?? [],
    async metricsPage() {
      const { prometheusText, prometheusType } = await import('./metrics/prometheus-text.ts');
      return { type: prometheusType, text: prometheusText((await collectAll()) ?? []) };
    },
    async [Symbol.asyncDispose]() {
      await exporter?.[Symbol.asyncDispose]();
      (await collector)?.[Symbol.dispose]();
    },
  };
}
