// Traces and metrics to an OTLP endpoint. Loaded only where the environment names one.
import { randomUUID } from 'node:crypto';
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
      // What tells two gateways, or two processes of one, from each other.
      'service.instance.id': randomUUID(),
      ...settings.resource,
      'service.name': settings.serviceName,
      'service.version': settings.resource['service.version'] ?? version,
    },
  };
  const systemOf = (provider: string) => providerSystem(provider, providerType(provider));
  const sendTraces = traces && createSender('traces', traces, log, clock);
  const tellDropped = createDropReport(log, clock);
  const queue =
    traces &&
    sendTraces &&
    createSpanQueue({
      send: (spans) => sendTraces.send(tracesMessage(scope, spans)),
      delayMs: traces.delayMs,
      most: traces.queueSize,
      batch: traces.batchSize,
      onDropped: tellDropped.one,
    });
  const sendMetrics = metrics && createSender('metrics', metrics, log, clock);
  const startedAt = clock.now();

  async function exportMetrics(): Promise<void> {
    const families = await collect();
    if (!families || !sendMetrics) return;
    const points = toOtlpMetrics(families, { startedAt, now: clock.now() }, systemOf);
    await sendMetrics.send(metricsMessage(scope, points));
  }

  let exporting: Promise<void> | undefined;
  /** One at a time: sums are none the worse for being sent later. */
  function exportNext(): void {
    exporting ??= exportMetrics()
      .catch((err) => log.warn({ err }, 'metrics were not exported'))
      .finally(() => {
        exporting = undefined;
      });
  }

  const timer = metrics && setInterval(exportNext, metrics.intervalMs);
  timer?.unref();

  /** The last minute is worth as much as any other. */
  async function exportLast(): Promise<void> {
    await exporting;
    exportNext();
    await exporting;
  }

  return {
    tracer:
      traces && queue && createTracer({ clock, push: (span) => queue.push(span), systemOf }, traces.sampling),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      sendTraces?.end();
      sendMetrics?.end();
      await Promise.all([queue?.[Symbol.asyncDispose](), sendMetrics && exportLast()]);
      tellDropped.rest();
    },
  };
}

const quietMs = 60_000;

/** Says how many spans were lost, at the first one and once a minute. */
function createDropReport(log: Logger, clock: Clock) {
  let spans = 0;
  let toldAt = Number.NEGATIVE_INFINITY;

  function tell(): void {
    if (spans === 0) return;
    toldAt = clock.monotonic();
    log.warn({ spans }, 'spans did not fit into their queue and are lost');
    spans = 0;
  }

  return {
    one(): void {
      spans++;
      if (clock.monotonic() - toldAt >= quietMs) tell();
    },
    rest: tell,
  };
}
