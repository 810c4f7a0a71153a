// docs/observability.md and the Grafana dashboard say what the table of metrics says, and name nothing that does not exist.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { metrics } from '../../src/telemetry/metrics/catalogue.ts';
import type { MetricDefinition } from '../../src/telemetry/metrics/instruments.ts';

const read = (path: string) => readFile(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const all: readonly MetricDefinition[] = Object.values(metrics);

/** What a query may name: a histogram has three series. */
const series = new Map(
  all.flatMap(({ name, type, labels }) =>
    type === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le']] as const,
          [`${name}_sum`, labels] as const,
          [`${name}_count`, labels] as const,
        ]
      : [[name, labels] as const],
  ),
);
/** Prometheus adds these to every series it scrapes. */
const scraped = ['job', 'instance'];

test('the page has every metric, with its labels and meaning', async () => {
  const page = await read('observability.md');
  const rows = page.split('\n').filter((line) => /^\| `(tollgate|process|nodejs)_/.test(line));
  const wanted = all.map(({ name, type, labels, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} |${named ? ` ${named} ` : ' '}| ${help} |`;
  });
  expect(rows).toEqual(wanted);
});

test('the page explains every label', async () => {
  const page = await read('observability.md');
  const table = page.slice(page.indexOf('| label | values |'));
  const explained = new Set(
    table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label)),
  );
  const labels = new Set(all.flatMap((metric) => metric.labels));
  for (const selfTelling of ['version', 'node']) labels.delete(selfTelling);
  expect([...labels].filter((label) => !explained.has(label))).toEqual([]);
});

test('names follow the conventions of Prometheus', () => {
  for (const { name, type } of all) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
  }
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

describe('the dashboard', async () => {
  const dashboard = JSON.parse(await read('grafana/tollgate.json'));
  const panels = dashboard.panels.filter(({ type }: { type: string }) => type !== 'row');
  const queries: string[] = [
    ...panels.flatMap(({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.flatMap(({ definition }: { definition?: string }) => definition ?? []),
  ];

  test('asks for what exists', () => {
    expect(queries.length).toBeGreaterThan(20);
    for (const query of queries) {
      const named = query.match(/\b(?:tollgate|process|nodejs)_\w+/g) ?? [];
      expect(named.length, query).toBeGreaterThan(0);
      for (const name of named) expect([...series.keys()], query).toContain(name);
    }
  });

  test('selects and groups by labels that the metrics have', () => {
    for (const query of queries) {
      const selectors = [...query.matchAll(/\b((?:tollgate|process|nodejs)_\w+)\{([^}]*)\}/g)];
      const known = new Set<string>(scraped);
      for (const [, name = '', pairs = ''] of selectors) {
        const labels = [...(series.get(name) ?? []), ...scraped];
        for (const label of labels) known.add(label);
        for (const [, label] of pairs.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g))
          expect(labels, query).toContain(label);
      }
      for (const [, grouped = ''] of query.matchAll(/\bby \(([^)]*)\)/g)) {
        for (const label of grouped.split(',')) expect([...known], query).toContain(label.trim());
      }
    }
  });

  test('has legends of labels that its queries keep', () => {
    for (const { targets } of panels) {
      for (const { expr, legendFormat } of targets as { expr: string; legendFormat: string }[]) {
        const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '));
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          expect(kept.length === 0 ? scraped : kept, expr).toContain(label);
        }
      }
    }
  });

  test('no two panels share a place or an id', () => {
    const ids = dashboard.panels.map(({ id }: { id: number }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});
