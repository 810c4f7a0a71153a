// Traces and metrics to an OTLP endpoint. Loaded only where the environment names one.
import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.ts';
import type { OtlpSettings } from '../../core/otlp.ts';
import type { MetricFamily } from '../metrics/instruments.ts';
import type { Tracer } from '../tracer.ts';
import { metricsMessage, type Scope, tracesMessage } from './messages.ts';
import { toOtlpMetrics } from './metric-points.ts';
import { providerSystem } from './provider-system.ts';
import { createSender } from './sender.ts';
import { createSpanQueue } from './span-queue.ts';
import { createTracer } from './tracer.ts';

export interface OtlpParts {
  readonly settings: OtlpSettings;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** `type` of a provider of the configuration. */
  readonly providerType: (name: string) => string | undefined;
  /** Asked once a minute; never before the gateway is up. */
  readonly collect: () => Promise<readonly MetricFamily[] | undefined>;
}

export interface Otlp extends AsyncDisposable {
  readonly tracer: Tracer | undefined;
}

export function openOtlp({ settings, log, clock, version, providerType, collect }: OtlpParts): Otlp {
  const { traces, metrics } = settings;
  const scope: Scope = {
    version,
    resource: {
      ...settings.resource,
      'service.name': settings.serviceName,
      'service.version': settings.resource['service.version'] ?? version,
    },
  };
  const systemOf = (provider: string) => providerSystem(provider, providerType(provider));
  const sendTraces = traces && createSender('traces', traces, log, clock);
  const queue =
    traces &&
    sendTraces &&
    createSpanQueue((spans) => sendTraces(tracesMessage(scope, spans)), traces.delayMs);
  const sendMetrics = metrics && createSender('metrics', metrics, log, clock);
  const startedAt = clock.now();

  async function exportMetrics(): Promise<void> {
    const families = await collect();
    if (!families || !sendMetrics) return;
    const points = toOtlpMetrics(families, { startedAt, now: clock.now() }, systemOf);
    await sendMetrics(metricsMessage(scope, points));
  }

  const timer =
    metrics &&
    setInterval(() => {
      exportMetrics().catch((err) => log.warn({ err }, 'metrics were not exported'));
    }, metrics.intervalMs);
  timer?.unref();

  return {
    tracer:
      traces && queue && createTracer({ clock, push: (span) => queue.push(span), systemOf }, traces.sampling),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      // The last minute is worth as much as any other.
      await Promise.all([queue?.[Symbol.asyncDispose](), exportMetrics()]);
      const lost = queue?.dropped() ?? 0;
      if (lost > 0) log.warn({ spans: lost }, 'spans did not fit into their queue and are lost');
    },
  };
}
