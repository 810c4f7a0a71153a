// Metrics as Prometheus reads them. https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
import type { MetricDefinition, MetricFamily, Sample } from './instruments.ts';

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

export function prometheusText(families: readonly MetricFamily[]): string {
  const lines: string[] = [];
  for (const { definition, samples } of families) {
    const { name, type, help } = definition;
    lines.push(`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`);
    lines.push(`# TYPE ${name} ${type}`);
    for (const sample of samples) writeSample(lines, definition, sample);
  }
  return `${lines.join('\n')}\n`;
}

function writeSample(lines: string[], definition: MetricDefinition, { labels, value }: Sample): void {
  const { name } = definition;
  const pairs = definition.labels.map((label, index) => `${label}="${escapeLabel(labels[index] ?? '')}"`);
  if (typeof value === 'number') {
    lines.push(`${name}${braced(pairs)} ${value}`);
    return;
  }
  let count = 0;
  for (const [index, inBucket] of value.counts.entries()) {
    count += inBucket;
    const bound = definition.buckets?.[index] ?? '+Inf';
    lines.push(`${name}_bucket${braced([...pairs, `le="${bound}"`])} ${count}`);
  }
  lines.push(`${name}_sum${braced(pairs)} ${value.sum}`, `${name}_count${braced(pairs)} ${count}`);
}

function braced(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
