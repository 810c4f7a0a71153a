import { expect, test } from 'vitest';
import { createTargetHealth } from '../../routing/health.ts';
import { createHealthReport, createSharedHealth } from './shared-health.ts';

const target = { provider: 'p', model: 'u', weight: 1 };

function setUp() {
  let now = 0;
  const monotonic = () => now;
  const [own, first, second] = [monotonic, monotonic, monotonic].map((clock) => createTargetHealth(clock));
  if (!own || !first || !second) throw new Error('three');
  const shared = createSharedHealth(own, monotonic);
  const reports = [first, second].map((health) => createHealthReport(health, () => [target]));
  const tell = () => {
    for (const [index, report] of reports.entries()) {
      const conditions = report();
      if (conditions) shared.told(index + 1, conditions);
    }
  };
  const advance = (ms: number) => {
    now += ms;
  };
  return { shared, own, first, second, reports, tell, advance };
}

test('the worst circuit, all that is under way, the newest failure', () => {
  const { shared, first, second, tell, advance } = setUp();
  for (let failure = 0; failure < 5; failure++) {
    first.visit(target).failed({ counts: true, why: { code: 'upstream_error', message: 'It broke.' } });
  }
  second.visit(target).succeeded(120);
  tell();
  expect(shared.condition(target)).toMatchObject({
    circuit: 'open',
    waitMs: 5000,
    inFlight: 6,
    latencyMs: 120,
    lastFailure: { code: 'upstream_error', agoMs: 0 },
  });
  advance(2000);
  expect(shared.condition(target)).toMatchObject({
    circuit: 'open',
    waitMs: 3000,
    lastFailure: { agoMs: 2000 },
  });
  advance(3000);
  expect(shared.condition(target)).toMatchObject({ circuit: 'half-open', waitMs: 0 });
  shared.forget(1);
  expect(shared.condition(target)).toMatchObject({ circuit: 'closed', inFlight: 1 });
  // What others meet is shown, and decides nothing here.
  expect(shared.admits(target)).toBe(true);
});

test('is told when it has changed, and not because time passes', () => {
  const { first, reports, advance } = setUp();
  const [report] = reports;
  expect(report?.()).toBe(undefined);
  const visit = first.visit(target);
  expect(report?.()).toHaveLength(1);
  visit.failed({ counts: false, retryAfterMs: 4000 });
  visit.ended();
  expect(report?.()).toHaveLength(1);
  advance(1000);
  expect(report?.()).toBe(undefined);
});
