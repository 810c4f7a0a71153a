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

/** One series of a counter. */
export interface Count {
  value: number;
}

export interface Counter extends Instrument {
  /** `amount` in what is counted, which `scale` divides: whole numbers, so that sums are exact. */
  add(amount: number, ...labels: string[]): void;
  /** The series itself, for whoever adds to it often: finding it costs more than adding. */
  series(...labels: string[]): Count;
}

/** One series of a histogram. */
export interface Distribution {
  observe(value: number): void;
}

export interface Histogram extends Instrument {
  observe(value: number, ...labels: string[]): void;
  /** As `Counter.series`. */
  series(...labels: string[]): Distribution;
}

/** Cannot stand in a label: names of models and providers are visible ASCII. */
const separator = '\u0000';

export function createCounter(definition: MetricDefinition): Counter {
  const known = new Map<string, Count & { readonly labels: readonly string[] }>();
  const { scale = 1 } = definition;

  let last: (Count & { readonly labels: readonly string[] }) | undefined;

  function series(...labels: string[]): Count {
    // Most are counted like the one before.
    if (last && sameLabels(last.labels, labels)) return last;
    const name = labels.join(separator);
    let count = known.get(name);
    if (!count) {
      count = { labels, value: 0 };
      known.set(name, count);
    }
    last = count;
    return count;
  }

  // A counter that is not there before its first event goes from nothing to one, which no rate over it sees.
  if (definition.labels.length === 0) series();

  return {
    add(amount, ...labels) {
      series(...labels).value += amount;
    },
    series,
    family: () => ({
      definition,
      samples: [...known.values()].map(({ labels, value }) => ({ labels, value: value / scale })),
    }),
  };
}

function sameLabels(some: readonly string[], others: readonly string[]): boolean {
  for (let at = 0; at < others.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

class Buckets implements Distribution {
  readonly labels: readonly string[];
  readonly counts: number[];
  sum = 0;
  readonly #bounds: readonly number[];

  constructor(bounds: readonly number[], labels: readonly string[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let place = 0;
    while (place < bounds.length && value > (bounds[place] as number)) place++;
    this.counts[place] = (this.counts[place] as number) + 1;
    this.sum += value;
  }
}

export function createHistogram(definition: MetricDefinition): Histogram {
  const known = new Map<string, Buckets>();
  const bounds = definition.buckets ?? [];

  function series(...labels: string[]): Buckets {
    const name = labels.join(separator);
    let buckets = known.get(name);
    if (!buckets) {
      buckets = new Buckets(bounds, labels);
      known.set(name, buckets);
    }
    return buckets;
  }

  if (definition.labels.length === 0) series();

  return {
    observe: (value, ...labels) => series(...labels).observe(value),
    series,
    family: () => ({
      definition,
      samples: [...known.values()].map(({ labels, counts, sum }) => ({
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
