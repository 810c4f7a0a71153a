import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RunFigures } from '../../bench/figures.ts';
import { joinRuns } from '../../bench/join-runs.ts';
import type { OverloadStep } from '../../bench/legs/overload.ts';
import { plotsOf } from '../../bench/page/plots.ts';
import { createReader } from '../../bench/page/read-figures.ts';
import { workersGain } from '../../bench/page/workers-table.ts';
import { figuresFile, toText } from '../../bench/page/write.ts';
import { allPeers } from '../../bench/peers/registry.ts';

const names = ['tollgate', 'relay', 'nginx', 'direct'];
const speed = (micros: number) => ({ micros: [micros, micros * 2], perSecond: [900, 1000], busy: [1, 1] });

const waits = (ms: number) => ({ p50: ms, p99: ms, max: ms, ownLagTaken: { p50: ms, p99: ms, max: ms } });
const step = (share: number, goodput: number, refusedPerSecond: number, ms: number): OverloadStep => ({
  share,
  offered: 5000 * share,
  goodput,
  refusedPerSecond,
  goodputPerCpuSecond: goodput,
  outcome: {
    sent: 1,
    unsent: 0,
    answered: 1,
    refused: 1,
    wrong: 0,
    admitted: waits(ms),
    refusals: waits(refusedPerSecond === 0 ? Number.NaN : 1.5),
    health: { p50: 1, p99: 2, max: 3 },
    connections: 1,
    ownShare: 0.1,
    bySecond: [],
  },
});

const run: RunFigures = {
  date: '2026-11-23T00:00:00Z',
  processor: 'A processor',
  cores: 2,
  memoryGigabytes: 25,
  system: 'linux 6',
  loadBefore: 0,
  node: 'v26.10.0',
  tollgate: '0.1.0 (abc)',
  undici: '8.0.0',
  pinned: 'no pinning',
  command: 'npm run bench:peers',
  seconds: 120,
  rounds: 2,
  peers: names.map((name) => ({
    name,
    title: name,
    version: '1',
    duties: { keys: 'some', limits: 'some', ledger: 'some' },
    failures: {},
    ...(name === 'tollgate'
      ? {
          memory: { streams: 1000, idle: 100, loaded: 150, after: 110, lost: 0 },
          overshoot: { factor: 1, answered: 20, clients: 100 },
          aborts: { clients: 20, streamTokens: 0, plainTokens: 0, rows: 40, rowsWithUsage: 20 },
          overload: {
            capacity: 5000,
            steps: [step(0.8, 4000, 0, 2), step(2, 4900, 4800, 4), step(3, 4500, 9000, 5)],
          },
          twoWorkers: {
            aborts: { clients: 20, streamTokens: 0.5, plainTokens: 0, rows: 39, rowsWithUsage: 20 },
            failures: { overshoot: 'nobody came\nat all' },
          },
        }
      : {}),
  })),
  notInstalled: [{ title: 'Elsewhere', reason: 'a | b' }],
  legs: {
    fullSpeed: { tollgate: speed(60), relay: speed(40), nginx: speed(10) },
    oneAtATime: { tollgate: { p50: [1, 3] }, direct: { p50: [0.5, 0.5] } },
    workers: {
      one: { perSecond: [1000, 1000], around: [0.1, 0.1] },
      two: { perSecond: [1600, 1500], around: [0.2, 0.4] },
    },
    streams: { tollgate: { microsPerChunk: [9, 9] }, nginx: { microsPerChunk: [6, 4.5] } },
  },
};

test('ratios and differences are those of one round', () => {
  const reader = createReader(run);
  expect(reader.ratio('tollgate', 'relay', 'fullSpeed', 'micros')?.median).toBe(1.5);
  expect(reader.ratio('tollgate', 'nginx', 'streams', 'microsPerChunk')).toMatchObject({ min: 1.5, max: 2 });
  expect(reader.added('tollgate', 'oneAtATime', 'p50')).toMatchObject({ min: 0.5, median: 1.5, max: 2.5 });
  expect(reader.of('relay', 'streams', 'microsPerChunk')).toBeUndefined();
});

test('a round without a number keeps its place, and what is not known is no figure', () => {
  const legs = {
    streams: { tollgate: { first50: [null, 4] }, direct: { first50: [1, 3] }, relay: { first50: [null] } },
    rates: { tollgate: { rate0: [10], p990: [1] } },
  };
  const reader = createReader({ ...run, legs: legs as unknown as RunFigures['legs'] });
  expect(reader.of('tollgate', 'streams', 'first50')).toMatchObject({ median: 4, rounds: 1 });
  expect(reader.added('tollgate', 'streams', 'first50')).toMatchObject({ median: 1, rounds: 1 });
  expect(reader.ratio('direct', 'tollgate', 'streams', 'first50')).toMatchObject({ median: 0.75, rounds: 1 });
  expect(reader.added('relay', 'streams', 'first50')).toBeUndefined();
  expect(reader.throughput('tollgate', 10)).toBeUndefined();
});

test('memory that is small because streams were lost meets no target', () => {
  const peers = run.peers.map((peer) =>
    peer.memory ? { ...peer, memory: { ...peer.memory, loaded: 110, lost: 1200 } } : peer,
  );
  expect(toText({ ...run, peers })).toContain('| 10.0 KB | ≤ 40.0 KB | **no**: 1,200 lost |');
});

test('the page says what was met, what was missed and what is not known', () => {
  const text = toText(run);
  expect(text).toContain('| CPU per request / bare Node relay | 1.50 × (1.50 – 1.50) | ≤ 2.00 × | yes |');
  expect(text).toContain(
    '| added latency, one at a time, p50 | 1.50 ms (0.50 – 2.50) | ≤ 0.50 ms | **no**: [profiles](profiles/README.md) |',
  );
  expect(text).toContain('| CPU per request / LiteLLM | – | ≤ 1/8 × | – |');
  expect(text).toContain(
    '| memory over idle, 1,000 streams, each | 50.0 KB | ≤ 40.0 KB | **no**: [profiles](profiles/README.md) |',
  );
  expect(text).toContain('| Elsewhere | not installed | a \\| b |');
});

test('what two workers bring is also told by the core that was theirs', () => {
  // 1.6 of the 1.8 cores that were left, 1.5 of 1.6.
  const gain = workersGain(run);
  expect(gain?.measured).toMatchObject({ min: 1.5, max: 1.6 });
  expect(gain?.perCore.min).toBeCloseTo(1.778, 3);
  expect(gain?.perCore.max).toBeCloseTo(1.875, 3);
  // With a third core, clients and mock have that.
  expect(workersGain({ ...run, cores: 4 })?.perCore).toMatchObject({ min: 1.5, max: 1.6 });
  expect(workersGain({ ...run, legs: {} })).toBeUndefined();
  const text = toText(run);
  expect(text).toContain(
    '| requests / s, two workers / one, per core | 1.83 × (1.78 – 1.88) | ≥ 1.70 × | yes |',
  );
  expect(text).toContain('so 1.70 × is the most there can be');
});

test('what is left beyond the capacity is told step by step, and what was never there is left out', () => {
  const text = toText(run);
  expect(text).toContain('| 0.8 × | 4,000 | 4,000 | 0 | 2.0 | 2.0 | – | – | 2.0 | 0 |');
  expect(text).toContain('| 3 × | 15,000 | 4,500 | 9,000 | 5.0 | 5.0 | 1.5 | 1.5 | 2.0 | 0 |');
  expect(text).toContain('92 % of its best goodput is left, and those admitted wait 2.5 times as long');
  expect(text).toContain('Half of those refused then know it within 1.5 ms, 99 of 100 within 1.5 ms.');
  // As it is read from a file, where what is no number is `null`.
  expect(toText(JSON.parse(JSON.stringify(run)))).toContain('| 2.0 | 2.0 | – | – | 2.0 | 0 |');
});

test('what went wrong with two workers has a row of its own', () => {
  const text = toText(run);
  expect(text).toContain('| tollgate | 1.00 × | 0.0 | 0.0 | 40, 20 of 40 | no rows |');
  expect(text).toContain('| tollgate, 2 workers | failed | 0.5 | 0.0 | 39, 20 of 40 | no rows |');
  expect(text).toContain('- tollgate, 2 workers, failed in "overshoot": nobody came');
  expect(text).not.toContain('at all');
});

test('plots are drawn of what was measured, ours marked', () => {
  const [requests] = plotsOf(createReader(run));
  expect(requests?.file).toBe('cpu-per-request.svg');
  expect(requests?.svg).toMatch(/class="own"/);
  expect(requests?.svg.match(/<rect/g)).toHaveLength(3);
  expect(requests?.alt).toContain('tollgate 90.0');
});

test('the tables of docs/benchmarks.md are those of the figures beside it', () => {
  const page = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');
  const measured = /<!-- compare:begin -->([\s\S]*)<!-- compare:end -->/.exec(page)?.[1] ?? '';
  const tables = (text: string) => text.split('\n').filter((line) => line.startsWith('|'));
  expect(tables(measured)).toEqual(tables(toText(joinRuns([figuresFile]))));
});

test('every program has a name of its own', () => {
  expect(new Set(allPeers.map(({ name }) => name)).size).toBe(allPeers.length);
});
