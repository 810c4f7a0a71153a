// The metrics of several processes of one gateway as those of one. Counters and histograms are sums; what a gauge of several is,
// is said here for each that is not a sum, and in docs/observability.md.
import { metrics } from './catalogue.ts';
import type { HistogramValue, MetricDefinition, MetricFamily, Sample } from './instruments.ts';

/** One value of all, for series of the same labels; `own` is that of the process that administers the gateway. */
type Merge = (values: readonly number[]) => number;

const sum: Merge = (values) => values.reduce((total, value) => total + value, 0);
const most: Merge = (values) => Math.max(...values);
const least: Merge = (values) => Math.min(...values);
const own: Merge = ([value = 0]) => value;

const ofGauges: ReadonlyMap<string, Merge> = new Map(
  [
    // The slowest loop is the one that somebody waits for.
    [metrics.eventLoop, most] as const,
    [metrics.storeUp, least] as const,
    [metrics.configGeneration, least] as const,
    [metrics.configRefused, most] as const,
    [metrics.started, least] as const,
    [metrics.engine, own] as const,
    [metrics.build, own] as const,
  ].map(([{ name }, merge]) => [name, merge]),
);

/** `ownFamilies` say which metrics there are, and in which order. */
export function mergeFamilies(
  ownFamilies: readonly MetricFamily[],
  others: readonly (readonly MetricFamily[])[],
): MetricFamily[] {
  const byName = others.map((families) => new Map(families.map((each) => [each.definition.name, each])));
  return ownFamilies.map((family) => {
    const { definition } = family;
    const all = [family, ...byName.flatMap((families) => families.get(definition.name) ?? [])];
    if (definition.name === metrics.circuit.name) return { definition, samples: worstCircuits(all) };
    return { definition, samples: mergeSamples(definition, all) };
  });
}

function mergeSamples({ name, type }: MetricDefinition, families: readonly MetricFamily[]): Sample[] {
  const merge = (type === 'gauge' && ofGauges.get(name)) || sum;
  return grouped(families).map(({ labels, values }) => {
    const histograms = values.filter((value) => typeof value !== 'number');
    if (histograms.length > 0) return { labels, value: mergeHistograms(histograms) };
    return { labels, value: merge(values as readonly number[]) };
  });
}

function mergeHistograms(values: readonly HistogramValue[]): HistogramValue {
  const [first] = values;
  return {
    counts: (first?.counts ?? []).map((_, index) => sum(values.map(({ counts }) => counts[index] ?? 0))),
    sum: sum(values.map((value) => value.sum)),
  };
}

/** Of each target the worst state that any process has it in: it is what some requests meet. */
function worstCircuits(families: readonly MetricFamily[]): Sample[] {
  const samples = grouped(families).map(({ labels, values }) => ({
    labels,
    is: most(values as readonly number[]) > 0,
  }));
  const target = (labels: readonly string[]) => labels.slice(0, 2).join(separator);
  const worst = new Map<string, string>();
  for (const state of ['closed', 'half-open', 'open']) {
    for (const { labels, is } of samples) if (is && labels[2] === state) worst.set(target(labels), state);
  }
  return samples.map(({ labels }) => ({ labels, value: Number(worst.get(target(labels)) === labels[2]) }));
}

const separator = '\u0000';

interface Grouped {
  readonly labels: readonly string[];
  readonly values: Sample['value'][];
}

/** Series of the same labels together, in the order in which they come up. */
function grouped(families: readonly MetricFamily[]): Grouped[] {
  const found = new Map<string, Grouped>();
  for (const { samples } of families) {
    for (const { labels, value } of samples) {
      const name = labels.join(separator);
      const known = found.get(name);
      if (known) known.values.push(value);
      else found.set(name, { labels, values: [value] });
    }
  }
  return [...found.values()];
}
