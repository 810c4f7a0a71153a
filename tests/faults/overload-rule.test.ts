// The rule of admission on a loop on paper, where a request takes 0.2 ms of CPU, so that the capacity is 5,000 a second: what must
// never be refused, what is left beyond capacity, and that it ends.
import { describe, expect, test } from 'vitest';
import { createAdmissionRule, type Turn } from '../../src/http/admission-rule.ts';
import { p99, type SimulatedLoad, simulate, total } from './simulated-loop.ts';

const stages = [
  { cpu: 0.08, wait: 1 },
  { cpu: 0.04, wait: 1 },
  { cpu: 0.08, wait: 0 },
];
const capacity = 5000;

describe('never refused', () => {
  const loads: Readonly<Record<string, Omit<SimulatedLoad, 'stages'>>> = {
    'nine tenths of the capacity': { rate: () => 4500, seconds: 10 },
    '500 clients who ask again at once': { rate: () => 0, clients: 500, seconds: 10, commitEvery: 2 },
    '500 clients on a slow disk': { rate: () => 0, clients: 500, seconds: 20, commitEvery: 80 },
    'a disk that stands still for two seconds, again and again': {
      rate: () => 2000,
      seconds: 12,
      commitEvery: 2000,
    },
    'a burst of 1,000 at half load, each second': {
      rate: (second) => (second % 1 < 0.01 ? 100_000 : 2500),
      seconds: 10,
    },
    'one pause of three seconds at half load': {
      rate: () => 2500,
      seconds: 30,
      jobs: [{ at: 5000, cpu: 3000 }],
    },
    'one of ten seconds': { rate: () => 250, seconds: 30, jobs: [{ at: 5000, cpu: 10_000 }] },
    'a pause of 300 ms each second': {
      rate: () => 2500,
      seconds: 15,
      jobs: Array.from({ length: 15 }, (_, index) => ({ at: index * 1000, cpu: 300 })),
    },
    'four fifths of the processor stolen': { rate: () => 800, seconds: 15, stolen: () => 5 },
    'the processor stolen for two seconds': {
      rate: () => 2000,
      seconds: 15,
      stolen: (second) => (second > 5 && second < 7 ? 50 : 1),
    },
  };

  test.each(Object.entries(loads))('%s', (_name, load) => {
    const seconds = simulate({ ...load, stages });
    expect(total(seconds, 'answered')).toBeGreaterThan(500);
    expect(total(seconds, 'refused')).toBe(0);
  });
});

test.each([1.2, 2, 3])('offered %d times the capacity: pace and goodput are kept, and it ends', (times) => {
  const normal = 0.8 * capacity;
  const seconds = simulate({
    rate: (second) => (second >= 2 && second < 20 ? times * capacity : normal),
    stages,
    seconds: 26,
    commitEvery: 2,
  });
  const beyond = seconds.slice(12, 20);
  for (const { answered, waits, refusals } of beyond) {
    expect(answered).toBeGreaterThan(0.8 * capacity);
    // Three times what it is before.
    expect(p99(waits)).toBeLessThan(3 * 4);
    expect(p99(refusals)).toBeLessThan(10);
  }
  const after = seconds.slice(22, 26);
  expect(total(after, 'refused')).toBe(0);
  for (const { waits } of after) expect(p99(waits)).toBeLessThan(10);
});

test('work that comes back seconds later does not make it swing', () => {
  const seconds = simulate({
    rate: () => 3 * capacity,
    stages: [stages[0], { cpu: 0.04, wait: 3000 }, stages[2]] as SimulatedLoad['stages'],
    seconds: 32,
  });
  const settled = seconds.slice(20, 32);
  expect(total(settled, 'answered') / settled.length).toBeGreaterThan(0.7 * capacity);
  for (const { waits, answered } of settled) {
    expect(p99(waits)).toBeLessThan(100);
    expect(answered).toBeGreaterThan(0.3 * capacity);
  }
});

describe('what makes it refuse', () => {
  /** Says whether requests may be refused within `ms` of such turns. */
  function limits(ms: number, { cpuMs, idleMs = 0, queued = 0 }: Partial<Turn> & { cpuMs: number }): boolean {
    const rule = createAdmissionRule();
    for (let at = cpuMs; at <= ms && !rule.limiting(); at += cpuMs + idleMs)
      rule.turned({ cpuMs, idleMs, queued, at });
    return rule.limiting();
  }

  test('two seconds of CPU time in long turns, not less', () => {
    expect(limits(1900, { cpuMs: 100 })).toBe(false);
    expect(limits(2000, { cpuMs: 100 })).toBe(true);
  });

  test('turns may be as short as they like where connections wait for each of them', () => {
    expect(limits(60_000, { cpuMs: 1, queued: 255 })).toBe(false);
    expect(limits(1900, { cpuMs: 1, queued: 256 })).toBe(false);
    expect(limits(2001, { cpuMs: 1, queued: 256 })).toBe(true);
  });

  test('a loop that waits in between is not busy', () => {
    expect(limits(60_000, { cpuMs: 200, idleMs: 20 })).toBe(false);
    expect(limits(60_000, { cpuMs: 200, idleMs: 9 })).toBe(true);
    expect(limits(60_000, { cpuMs: 1, idleMs: 0.1, queued: 500 })).toBe(false);
  });

  test('one pause is none of them, however long', () => {
    const rule = createAdmissionRule();
    rule.turned({ cpuMs: 60_000, idleMs: 0, queued: 0, at: 60_000 });
    rule.turned({ cpuMs: 400, idleMs: 0, queued: 0, at: 60_400 });
    expect(rule.limiting()).toBe(false);
  });
});

test('a loop that has waited for a second takes everything again', () => {
  const rule = createAdmissionRule();
  let at = 0;
  for (; !rule.limiting(); at += 150) rule.turned({ cpuMs: 150, idleMs: 0, queued: 0, at });
  expect(rule.admits(at, () => 0)).toBe(false);
  expect(rule.admits(at + 1000, () => 1000)).toBe(true);
  expect(rule.limiting()).toBe(false);
  for (let request = 0; request < 1000; request++) expect(rule.admits(at + 1000, () => 0)).toBe(true);
});
