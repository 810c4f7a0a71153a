// Counters and histograms as plain numbers, so that counting costs a fraction of a microsecond and no library. How they are
// written out is elsewhere; nothing here knows what is counted.

export interface MetricDefinition {
  /** As Prometheus has it: `tollgate_requests_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, ascending; the last bucket, which holds the rest, is not among them. */
  readonly buckets?: readonly number[];
  /** What is counted, per unit of the metric: 1e9 for nano-USD in a metric of USD. Default 1. */
  readonly scale?: number;
}

export interface HistogramValue {
  /** How many fell into each bucket, not cumulative; one more than there are bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export interface Sample {
  /** In the order of the definition's. */
  readonly labels: readonly string[];
  readonly value: number | HistogramValue;
}

export interface MetricFamily {
  readonly definition: MetricDefinition;
  readonly samples: readonly Sample[];
}

export interface Instrument {
  family(): MetricFamily;
}

export interface Counter extends Instrument {
  /** `amount` in what is counted, which `scale` divides: whole numbers, so that sums are exact. */
  add(amount: number, ...labels: string[]): void;
}

export interface Histogram extends Instrument {
  observe(value: number, ...labels: string[]): void;
}

/** Cannot stand in a label: names of models and providers are visible ASCII. */
const separator = '\u0000';

export function createCounter(definition: MetricDefinition): Counter {
  const series = new Map<string, { readonly labels: readonly string[]; value: number }>();
  const { scale = 1 } = definition;
  return {
    add(amount, ...labels) {
      const name = labels.join(separator);
      const known = series.get(name);
      if (known) known.value += amount;
      else series.set(name, { labels, value: amount });
    },
    family: () => ({
      definition,
      samples: [...series.values()].map(({ labels, value }) => ({ labels, value: value / scale })),
    }),
  };
}

interface Buckets {
  readonly labels: readonly string[];
  readonly counts: number[];
  sum: number;
}

export function createHistogram(definition: MetricDefinition): Histogram {
  const series = new Map<string, Buckets>();
  const bounds = definition.buckets ?? [];
  return {
    observe(value, ...labels) {
      const name = labels.join(separator);
      let buckets = series.get(name);
      if (!buckets) {
        buckets = { labels, counts: new Array(bounds.length + 1).fill(0), sum: 0 };
        series.set(name, buckets);
      }
      let place = 0;
      while (place < bounds.length && value > (bounds[place] as number)) place++;
      buckets.counts[place] = (buckets.counts[place] as number) + 1;
      buckets.sum += value;
    },
    family: () => ({
      definition,
      samples: [...series.values()].map(({ labels, counts, sum }) => ({
        labels,
        value: { counts: [...counts], sum },
      })),
    }),
  };
}

/** A value that is asked for only when somebody looks. */
export function gauge(definition: MetricDefinition, samples: readonly Sample[]): MetricFamily {
  return { definition, samples };
}
