// Metrics as OTLP has them: the GenAI conventions' names where they have one, else those of /metrics.
// https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md
import { metrics } from '../metrics/catalogue.ts';
import type { MetricFamily, Sample } from '../metrics/instruments.ts';
import { type Attributes, toAttributes, unixNano } from './messages.ts';

/** Sums since the start, not since the last export. */
const cumulative = 2;

const conventional: ReadonlyMap<string, { readonly name: string; readonly unit: string }> = new Map([
  [metrics.duration.name, { name: 'gen_ai.client.operation.duration', unit: 's' }],
  [metrics.firstToken.name, { name: 'gen_ai.client.operation.time_to_first_chunk', unit: 's' }],
  [metrics.requestTokens.name, { name: 'gen_ai.client.token.usage', unit: '{token}' }],
]);

export interface PointTimes {
  /** Unix ms. */
  readonly startedAt: number;
  readonly now: number;
}

export function toOtlpMetrics(
  families: readonly MetricFamily[],
  { startedAt, now }: PointTimes,
  systemOf: (provider: string) => string,
): object[] {
  const times = { startTimeUnixNano: unixNano(startedAt), timeUnixNano: unixNano(now) };
  return families.flatMap((family) => {
    const { definition } = family;
    const samples = family.samples.filter((sample) => wanted(family, sample));
    if (samples.length === 0) return [];
    const known = conventional.get(definition.name);
    const dataPoints = samples.map((sample) => ({
      attributes: toAttributes(known ? genAiAttributes(family, sample, systemOf) : labelsOf(family, sample)),
      ...times,
      ...pointValue(family, sample),
    }));
    const unit = known?.unit ?? unitOf(definition.name);
    return {
      name: known?.name ?? definition.name,
      description: definition.help,
      ...(unit ? { unit } : {}),
      ...(definition.type === 'gauge'
        ? { gauge: { dataPoints } }
        : definition.type === 'counter'
          ? { sum: { dataPoints, aggregationTemporality: cumulative, isMonotonic: true } }
          : { histogram: { dataPoints, aggregationTemporality: cumulative } }),
    };
  });
}

/** The convention knows the first chunk of streams only. */
function wanted({ definition }: MetricFamily, { labels }: Sample): boolean {
  if (definition.name !== metrics.firstToken.name) return true;
  return labels[definition.labels.indexOf('stream')] === 'true';
}

function labelsOf({ definition }: MetricFamily, { labels }: Sample): Attributes {
  return Object.fromEntries(definition.labels.map((label, index) => [label, labels[index]]));
}

function genAiAttributes(
  family: MetricFamily,
  sample: Sample,
  systemOf: (provider: string) => string,
): Attributes {
  const { model, provider, type, stream, error } = labelsOf(family, sample);
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': systemOf(String(provider)),
    'gen_ai.request.model': model,
    'gen_ai.token.type': type,
    'error.type': error === '' ? undefined : error,
    'gen_ai.request.stream': stream === undefined ? undefined : stream === 'true',
    'tollgate.provider': provider,
  };
}

function pointValue({ definition }: MetricFamily, { value }: Sample) {
  if (typeof value === 'number') return { asDouble: value };
  const count = value.counts.reduce((sum, inBucket) => sum + inBucket, 0);
  return {
    count: String(count),
    sum: value.sum,
    bucketCounts: value.counts.map(String),
    explicitBounds: definition.buckets ?? [],
  };
}

/**
 * What has no unit is given none: receivers that make Prometheus' names of ours append a unit that is not in the name yet, and
 * `_ratio` for `1`.
 */
function unitOf(name: string): string | undefined {
  if (/_seconds(_total)?$/.test(name)) return 's';
  if (/_bytes$/.test(name)) return 'By';
  return /_usd_total$/.test(name) ? '{USD}' : undefined;
}
