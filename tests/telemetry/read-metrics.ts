// Reads the text format of Prometheus strictly: a line that fits nothing, a sample without HELP and TYPE, or one that is there
// twice fails the test. https://prometheus.io/docs/instrumenting/exposition_formats/

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

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
