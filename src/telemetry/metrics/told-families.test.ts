import { expect, test } from 'vitest';
import { metrics } from './catalogue.ts';
import { createCounter, createHistogram, gauge, type MetricFamily } from './instruments.ts';
import { mergeFamilies } from './merge-families.ts';
import { createToldFamilies } from './told-families.ts';

/** What a process that had so many holds tells. */
function families(holds: number): MetricFamily[] {
  const counter = createCounter(metrics.holds);
  counter.add(holds, 'm');
  const histogram = createHistogram(metrics.commit);
  for (let index = 0; index < holds; index++) histogram.observe(0.003);
  return [counter.family(), histogram.family(), gauge(metrics.underWay, [{ labels: [], value: holds }])];
}

const own = families(0);

function read(told: ReturnType<typeof createToldFamilies>) {
  const [holds, commits, underWay] = mergeFamilies(own, told.all());
  const commit = commits?.samples[0]?.value as { counts: number[]; sum: number };
  return {
    holds: holds?.samples.find(({ labels }) => labels[0] === 'm')?.value,
    commits: commit.counts.reduce((sum, count) => sum + count, 0),
    underWay: underWay?.samples[0]?.value,
  };
}

test('a process that says nothing this time stands with what it said last', () => {
  const told = createToldFamilies();
  const [one, two] = [{}, {}];
  told.told(one, families(10));
  told.told(two, families(20));
  told.told(one, families(11));
  expect(read(told)).toEqual({ holds: 31, commits: 31, underWay: 31 });
});

test('no counter falls when processes die, one after the other; what was only a state is over', () => {
  const told = createToldFamilies();
  const lives = [{}, {}, {}];
  for (const life of lives) told.told(life, families(10));
  told.gone(lives[0] as object);
  expect(read(told)).toEqual({ holds: 30, commits: 30, underWay: 20 });
  const successor = {};
  told.told(successor, families(1));
  told.gone(lives[1] as object);
  expect(read(told)).toEqual({ holds: 31, commits: 31, underWay: 11 });
  // It had told nothing yet.
  told.gone({});
  expect(read(told)).toEqual({ holds: 31, commits: 31, underWay: 11 });
});
