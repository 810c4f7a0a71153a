// The process and its event loop, under the names that dashboards know. Looked at when somebody asks; the histogram of the event
// loop's delay runs from the first time on, because it wakes the process a hundred times a second.
import { readdir } from 'node:fs/promises';
import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { metrics } from './catalogue.ts';
import { gauge, type MetricDefinition, type MetricFamily } from './instruments.ts';

const nanosecondsPerSecond = 1e9;
/** How often the delay is measured; a timer alone is late by up to that. */
const resolutionMs = 10;

export interface ProcessMetrics extends Disposable {
  families(): Promise<MetricFamily[]>;
}

export function createProcessMetrics(version: string): ProcessMetrics {
  let delay: ELDHistogram | undefined;
  const startedAt = Math.round(Date.now() - process.uptime() * 1000) / 1000;

  function eventLoop(): MetricFamily {
    if (!delay) {
      delay = monitorEventLoopDelay({ resolution: resolutionMs });
      delay.enable();
      return gauge(metrics.eventLoop, []);
    }
    const histogram = delay;
    const seconds = (value: number) => Math.max(value / nanosecondsPerSecond - resolutionMs / 1000, 0);
    const samples = [
      { labels: ['p50'], value: seconds(histogram.percentile(50)) },
      { labels: ['p99'], value: seconds(histogram.percentile(99)) },
      { labels: ['max'], value: seconds(histogram.max) },
    ];
    const seen = histogram.count > 0;
    histogram.reset();
    return gauge(metrics.eventLoop, seen ? samples : []);
  }

  return {
    async families() {
      const { user, system } = process.cpuUsage();
      const memory = process.memoryUsage();
      const descriptors = await openDescriptors();
      return [
        eventLoop(),
        gauge(metrics.build, [{ labels: [version, process.version], value: 1 }]),
        single(metrics.cpu, (user + system) / 1e6),
        single(metrics.resident, memory.rss),
        single(metrics.started, startedAt),
        gauge(metrics.descriptors, descriptors === undefined ? [] : [{ labels: [], value: descriptors }]),
        single(metrics.heap, memory.heapUsed),
      ];
    },
    [Symbol.dispose]: () => void delay?.disable(),
  };
}

export function single(definition: MetricDefinition, value: number): MetricFamily {
  return gauge(definition, [{ labels: [], value }]);
}

/** Linux tells; `undefined` elsewhere. */
async function openDescriptors(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    // The listing itself holds one open.
    return (await readdir('/proc/self/fd')).length - 1;
  } catch {
    return undefined;
  }
}
