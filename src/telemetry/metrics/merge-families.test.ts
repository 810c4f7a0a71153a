import { describe, expect, test } from 'vitest';
import { metrics } from './catalogue.ts';
import type { MetricDefinition, MetricFamily, Sample } from './instruments.ts';
import { mergeFamilies } from './merge-families.ts';

const family = (definition: MetricDefinition, ...samples: [labels: string[], value: Sample['value']][]) => ({
  definition,
  samples: samples.map(([labels, value]) => ({ labels, value })),
});

function merged(definition: MetricDefinition, ...families: MetricFamily[]): readonly Sample[] {
  const [own, ...others] = families as [MetricFamily, ...MetricFamily[]];
  const [found] = mergeFamilies(
    [own],
    others.map((other) => [other]),
  );
  expect(found?.definition).toBe(definition);
  return found?.samples ?? [];
}

describe('families of several processes', () => {
  test('counters are sums by labels, also of labels only one of them has', () => {
    const { requests } = metrics;
    const labels = ['m', 'p', '2xx', 'true'];
    const samples = merged(
      requests,
      family(requests),
      family(requests, [labels, 3], [['n', 'p', '2xx', 'true'], 1]),
      family(requests, [labels, 4]),
    );
    expect(samples).toEqual([
      { labels, value: 7 },
      { labels: ['n', 'p', '2xx', 'true'], value: 1 },
    ]);
  });

  test('histograms are sums bucket by bucket', () => {
    const { commit } = metrics;
    const samples = merged(
      commit,
      family(commit, [[], { counts: [1, 0, 2], sum: 5 }]),
      family(commit, [[], { counts: [0, 1, 1], sum: 4 }]),
    );
    expect(samples).toEqual([{ labels: [], value: { counts: [1, 1, 3], sum: 9 } }]);
  });

  test.each([
    [metrics.resident, [100, 50, 50], 200],
    [metrics.underWay, [0, 3, 4], 7],
    [metrics.configGeneration, [3, 3, 2], 2],
    [metrics.configRefused, [0, 1, 0], 1],
    [metrics.storeUp, [1, 1, 0], 0],
    [metrics.started, [10, 11, 90], 10],
    [metrics.build, [1, 1, 1], 1],
  ] as const)('of %o', (definition, values, expected) => {
    const families = values.map((value) => family(definition, [[], value]));
    expect(merged(definition, ...families)).toEqual([{ labels: [], value: expected }]);
  });

  test('the slowest event loop counts', () => {
    const { eventLoop } = metrics;
    const samples = merged(eventLoop, family(eventLoop, [['max'], 0.1]), family(eventLoop, [['max'], 0.4]));
    expect(samples).toEqual([{ labels: ['max'], value: 0.4 }]);
  });

  test('a circuit has one state: the worst any of them has it in', () => {
    const { circuit } = metrics;
    const of = (state: string) =>
      family(
        circuit,
        ...['closed', 'open', 'half-open'].map((name): [string[], number] => [
          ['p', 'u', name],
          Number(name === state),
        ]),
      );
    const stateOf = (...states: string[]) =>
      merged(circuit, ...states.map(of))
        .filter(({ value }) => value === 1)
        .map(({ labels }) => labels[2]);
    expect(stateOf('closed', 'open', 'half-open')).toEqual(['open']);
    expect(stateOf('closed', 'half-open', 'closed')).toEqual(['half-open']);
    expect(stateOf('closed', 'closed')).toEqual(['closed']);
  });
});
