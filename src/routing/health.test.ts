import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTargetHealth, type TargetHealth } from './health.ts';
import type { Target } from './target.ts';

const target: Target = { provider: 'p', model: 'm', weight: 1 };
const settings = { failures: 3, openMs: 1_000, longestOpenMs: 4_000 };

function start(): { health: TargetHealth; at(ms: number): void; fail(times?: number): void; answer(): void } {
  let now = 0;
  const health = createTargetHealth(
    () => now,
    () => settings,
  );
  const run = (say: (visit: ReturnType<TargetHealth['visit']>) => void) => {
    const visit = health.visit(target);
    say(visit);
    visit.ended();
  };
  return {
    health,
    at: (ms) => {
      now = ms;
    },
    fail: (times = 1) => {
      for (let count = 0; count < times; count++) run((visit) => visit.failed({ counts: true }));
    },
    answer: () => run((visit) => visit.succeeded(100)),
  };
}

describe('settings that change', () => {
  const changing = () => {
    let now = 0;
    let current = settings;
    const health = createTargetHealth(
      () => now,
      () => current,
    );
    return {
      health,
      wait: (ms: number) => {
        now += ms;
      },
      change: (members: Partial<typeof settings>) => {
        current = { ...current, ...members };
      },
      fail(times: number) {
        for (let count = 0; count < times; count++) {
          const visit = health.visit(target);
          visit.failed({ counts: true });
          visit.ended();
        }
      },
    };
  };

  test('are those of the next failure', () => {
    const { health, change, fail } = changing();
    fail(2);
    change({ failures: 5, openMs: 200 });
    fail(2);
    expect(health.admits(target)).toBe(true);
    fail(1);
    expect(health.condition(target)).toMatchObject({ circuit: 'open', waitMs: 200 });
  });

  test('switched off, nothing is left alone any more; switched on again, what was learnt counts', () => {
    const { health, change, fail, wait } = changing();
    fail(3);
    expect(health.admits(target)).toBe(false);
    change({ failures: Number.POSITIVE_INFINITY });
    expect(health.admits(target)).toBe(true);
    expect(health.condition(target)).toMatchObject({ circuit: 'closed', waitMs: 0, cooling: false });
    fail(10);
    expect(health.admits(target)).toBe(true);
    change({ failures: 3 });
    wait(1_000);
    expect(health.condition(target).circuit).toBe('half-open');
  });
});

describe('answers that break off', () => {
  function breaking(health: TargetHealth, times: number, counts = true): void {
    for (let count = 0; count < times; count++) {
      const visit = health.visit(target);
      visit.succeeded(10);
      visit.broke({ counts });
      visit.ended();
    }
  }

  test('count like failures before the first token: in a row they open the circuit', () => {
    const { health } = start();
    breaking(health, 2);
    expect(health.admits(target)).toBe(true);
    breaking(health, 1);
    expect(health.condition(target)).toMatchObject({ circuit: 'open', waitMs: 1_000 });
  });

  test('many at once, too', () => {
    const { health } = start();
    const visits = Array.from({ length: 3 }, () => health.visit(target));
    for (const visit of visits) visit.succeeded(10);
    for (const visit of visits) visit.broke({ counts: true });
    expect(health.admits(target)).toBe(false);
  });

  test('one that is whole between them begins the count anew', () => {
    const { health, answer } = start();
    for (let round = 0; round < 4; round++) {
      breaking(health, 2);
      answer();
    }
    expect(health.admits(target)).toBe(true);
  });

  test('more than half of the last twenty open it, however they lie', () => {
    const { health, answer } = start();
    for (let round = 0; round < 9; round++) {
      answer();
      breaking(health, 1);
    }
    answer();
    expect(health.admits(target)).toBe(true);
    breaking(health, 2);
    expect(health.admits(target)).toBe(false);
  });

  test('a probe that breaks off opens it again, for twice as long', () => {
    const { health, fail, at } = start();
    fail(3);
    at(1_000);
    const probe = health.visit(target);
    probe.succeeded(10);
    expect(health.condition(target).circuit).toBe('closed');
    probe.broke({ counts: true });
    expect(health.condition(target)).toMatchObject({ circuit: 'open', waitMs: 2_000 });
    probe.ended();
    expect(health.condition(target).inFlight).toBe(0);
  });

  test('say nothing where it was not the fault of the target; a wait that was asked for is kept to', () => {
    const { health } = start();
    breaking(health, 10, false);
    expect(health.condition(target)).toMatchObject({ circuit: 'closed', cooling: false });
    const visit = health.visit(target);
    visit.succeeded(10);
    visit.broke({ counts: false, retryAfterMs: 700 });
    expect(health.condition(target)).toMatchObject({ circuit: 'closed', cooling: true, waitMs: 700 });
  });

  test('are told once, and only of an answer that began and is not over', () => {
    const { health } = start();
    const never = health.visit(target);
    never.broke({ counts: true });
    never.succeeded(10);
    for (let count = 0; count < 9; count++) never.broke({ counts: true });
    never.ended();
    never.broke({ counts: true });
    expect(health.admits(target)).toBe(true);
  });
});

describe('circuit', () => {
  test('opens after failures in a row, not before; an answer between begins the count anew', () => {
    const { health, fail, answer } = start();
    fail(2);
    answer();
    fail(2);
    expect(health.admits(target)).toBe(true);
    fail();
    expect(health.admits(target)).toBe(false);
    expect(health.condition(target)).toMatchObject({ circuit: 'open', waitMs: 1_000 });
  });

  test('after its time one probe goes through, no more; its answer closes the circuit', () => {
    const { health, fail, at } = start();
    fail(3);
    at(999);
    expect(health.admits(target)).toBe(false);
    at(1_000);
    expect(health.condition(target).circuit).toBe('half-open');
    const probe = health.visit(target);
    expect(health.admits(target)).toBe(false);
    probe.succeeded(50);
    probe.ended();
    expect(health.condition(target)).toMatchObject({ circuit: 'closed', waitMs: 0, inFlight: 0 });
  });

  test('a probe that fails opens it for twice as long, up to the longest', () => {
    const { health, fail, at } = start();
    fail(3);
    let now = 0;
    const waits = [];
    for (let probe = 0; probe < 4; probe++) {
      now += health.condition(target).waitMs;
      at(now);
      fail();
      waits.push(health.condition(target).waitMs);
    }
    expect(waits).toEqual([2_000, 4_000, 4_000, 4_000]);
  });

  test('a probe whose client leaves frees the place for the next', () => {
    const { health, fail, at } = start();
    fail(3);
    at(1_000);
    const probe = health.visit(target);
    probe.ended();
    expect(health.condition(target).circuit).toBe('half-open');
    expect(health.admits(target)).toBe(true);
  });

  test('more than half of the last twenty failing opens it too', () => {
    const { health, fail, answer } = start();
    for (let pair = 0; pair < 10; pair++) {
      fail();
      answer();
    }
    fail();
    expect(health.admits(target)).toBe(true);
    fail();
    expect(health.admits(target)).toBe(false);
  });

  test('refusals, rate limits and clients that leave do not open it', () => {
    const { health } = start();
    for (let count = 0; count < 50; count++) {
      const visit = health.visit(target);
      if (count % 2) visit.failed({ counts: false, retryAfterMs: 10 });
      else visit.left();
      visit.ended();
    }
    expect(health.condition(target)).toMatchObject({ circuit: 'closed', inFlight: 0 });
  });

  test('the longest cool-down is bounded', () => {
    const { health } = start();
    health.visit(target).failed({ counts: false, retryAfterMs: 86_400_000 });
    expect(health.condition(target)).toMatchObject({ cooling: true, waitMs: 60_000 });
  });
});

test('latency: worse is believed at once, better as time goes by', () => {
  const { health, at } = start();
  const answer = (ms: number) => {
    const visit = health.visit(target);
    visit.succeeded(ms);
    visit.ended();
  };
  answer(100);
  answer(2_000);
  expect(health.condition(target).latencyMs).toBe(2_000);
  at(1_000);
  answer(100);
  const soon = health.condition(target).latencyMs ?? 0;
  expect(soon).toBeGreaterThan(1_500);
  at(60_000);
  answer(100);
  expect(health.condition(target).latencyMs).toBeLessThan(120);
});

test('whatever happens in whatever order, nothing stays in flight and a probe is one at a time', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('visit' as const) }),
    fc.record({ kind: fc.constantFrom('succeeded', 'failed', 'left', 'ended'), which: fc.nat(20) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(3_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let now = 0;
      const health = createTargetHealth(
        () => now,
        () => settings,
      );
      const visits: ReturnType<TargetHealth['visit']>[] = [];
      for (const one of steps) {
        if (one.kind === 'wait' && 'ms' in one) now += one.ms;
        else if (one.kind === 'visit') {
          if (!health.admits(target)) continue;
          const halfOpen = health.condition(target).circuit === 'half-open';
          visits.push(health.visit(target));
          if (halfOpen) expect(health.admits(target)).toBe(false);
        } else if ('which' in one) {
          const visit = visits[one.which % Math.max(1, visits.length)];
          if (one.kind === 'failed') visit?.failed({ counts: true });
          else if (one.kind === 'succeeded') visit?.succeeded(10);
          else if (one.kind === 'left') visit?.left();
          else visit?.ended();
        }
        expect(health.condition(target).inFlight).toBeGreaterThanOrEqual(0);
      }
      for (const visit of visits) visit.ended();
      expect(health.condition(target).inFlight).toBe(0);
      now += settings.longestOpenMs;
      expect(health.admits(target)).toBe(true);
    }),
  );
});
