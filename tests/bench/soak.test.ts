// The soak in short, and that it finds what it is for: a leak in the trend, a row too few or too many in the books.
import { describe, expect, test } from 'vitest';
import { type Books, differences } from '../../bench/soak/books.ts';
import type { Seen } from '../../bench/soak/clients.ts';
import { runSoak } from '../../bench/soak/run.ts';
import { slopeOf } from '../../bench/soak/trend.ts';

describe('the trend', () => {
  /** A saw of garbage and collection, with a leak of `perSecond`. */
  const saw = (perSecond: number) =>
    Array.from({ length: 120 }, (_, at) => ({ at, value: 1000 + (at % 7) * 50 + at * perSecond }));

  test('of garbage that is collected is flat, of a leak it is the leak', () => {
    expect(Math.abs(slopeOf(saw(0)))).toBeLessThan(0.1);
    expect(slopeOf(saw(3))).toBeCloseTo(3, 0);
  });

  test('goes by the many, not by wild ones', () => {
    const samples = saw(0).map((sample, index) => (index % 10 === 9 ? { ...sample, value: 90_000 } : sample));
    expect(Math.abs(slopeOf(samples))).toBeLessThan(1);
  });

  test('of one sample is not known', () => {
    expect(slopeOf([{ at: 1, value: 2 }])).toBeNaN();
  });
});

describe('the books', () => {
  const seen: Seen = { asked: 100, answered: 80, aborted: 10, failed: 10, wrong: 0 };
  const books: Books = { rows: 100, held: 0, settled: 100, whole: 80, wrongCost: 0, broken: 10 };

  test('fit', () => {
    expect(differences(books, seen, 100)).toEqual([]);
    // A client left before its request was at the upstream, another when its answer was on the way.
    expect(differences({ ...books, rows: 99, settled: 99, whole: 81 }, seen, 99)).toEqual([]);
  });

  test.each<[string, Partial<Books>, Partial<Seen>, number]>([
    ['a row is lost', { settled: 99 }, {}, 100],
    ['a row is doubled', { rows: 101 }, {}, 100],
    ['a row stays held', { held: 1 }, {}, 100],
    ['an answer is not in the books', { whole: 79 }, {}, 100],
    ['an answer costs something else', { wrongCost: 1 }, {}, 100],
    ['a failure is booked as an answer', { broken: 9, whole: 81 }, {}, 100],
    ['rows nobody asked for reached a model', { settled: 100 }, {}, 89],
    ['an answer was wrong', {}, { wrong: 1, sample: 'now: ?' }, 100],
  ])('do not fit when %s', (_, wrongBooks, wrongSeen, reached) => {
    expect(differences({ ...books, ...wrongBooks }, { ...seen, ...wrongSeen }, reached)).not.toEqual([]);
  });
});

test.runIf(process.platform === 'linux')(
  'aborts and faults for some seconds: the ledger is exact, no descriptor is left',
  async () => {
    const { seen, problems, descriptors, residentPerMinute } = await runSoak({
      seconds: 10,
      clients: 16,
      place: 'anywhere',
      upstreamKeeps: 4,
    });
    expect(problems).toEqual([]);
    for (const kind of ['answered', 'aborted', 'failed'] as const) expect(seen[kind]).toBeGreaterThan(0);
    expect(descriptors.most).toBeGreaterThan(descriptors.before);
    expect(descriptors.after).toBeLessThanOrEqual(descriptors.before + 4);
    expect(residentPerMinute).not.toBeNaN();
  },
  180_000,
);
