// Reads the text format of Prometheus strictly: a line that fits nothing, a sample without HELP and TYPE, one that is there twice, or
// a histogram whose buckets do not add up fails the test; and so does a label that has a meaning of its own. https://prometheus.io/docs/instrumenting/exposition_formats/

export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadMetrics {
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly ReadSample[];
  /** Sum over the samples of that name that have these labels; 0 where there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$/;
const labelPair = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export function readMetrics(text: string): ReadMetrics {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const samples: ReadSample[] = [];
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind === 'HELP') helped.add(name);
      else if (types.has(name)) throw new Error(`${name} has two types`);
      else types.set(name, rest);
      continue;
    }
    const match = sampleLine.exec(line);
    if (!match) throw new Error(`not a sample: ${line}`);
    const [, name = '', pairs = '', number = ''] = match;
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(family) || !helped.has(family)) throw new Error(`no HELP and TYPE before ${line}`);
    const identity = line.slice(0, line.lastIndexOf(' '));
    if (seen.has(identity)) throw new Error(`twice: ${identity}`);
    seen.add(identity);
    const labels = Object.fromEntries(
      [...pairs.matchAll(labelPair)].map(([, label = '', value = '']) => [label, unescaped(value)]),
    );
    const value = Number(number);
    if (Number.isNaN(value)) throw new Error(`no number: ${line}`);
    samples.push({ name, labels, value });
  }
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, samples);
  for (const { name, labels } of samples) {
    const reserved = name.endsWith('_bucket') ? ['quantile'] : ['quantile', 'le'];
    for (const label of reserved) if (label in labels) throw new Error(`${name} has the label ${label}`);
  }
  return {
    types,
    samples,
    sum: (name, wanted = {}) =>
      samples
        .filter((sample) => sample.name === name)
        .filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value))
        .reduce((total, { value }) => total + value, 0),
  };
}

/** Buckets are cumulative, their bounds rise, and the last one has all. */
function checkHistogram(name: string, samples: readonly ReadSample[]): void {
  const of = (suffix: string) => samples.filter((sample) => sample.name === `${name}_${suffix}`);
  const series = new Map<string, ReadSample[]>();
  for (const sample of of('bucket')) {
    const identity = JSON.stringify({ ...sample.labels, le: undefined });
    series.set(identity, [...(series.get(identity) ?? []), sample]);
  }
  for (const [identity, buckets] of series) {
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => value);
    const total = of('count').find(({ labels }) => JSON.stringify(labels) === identity)?.value;
    const rises = (values: readonly number[]) =>
      values.every((value, index) => index === 0 || value >= (values[index - 1] as number));
    if (
      !rises(bounds) ||
      !rises(counts) ||
      bounds.at(-1) !== Number.POSITIVE_INFINITY ||
      counts.at(-1) !== total
    )
      throw new Error(`the buckets of ${name}${identity} do not add up`);
  }
  if (of('count').length !== series.size || of('sum').length !== series.size)
    throw new Error(`${name} has not one sum and count for each of its series`);
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
