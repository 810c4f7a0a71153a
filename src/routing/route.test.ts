import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTargetHealth, type TargetHealth } from './health.ts';
import { orderTargets, type Route, type Target } from './route.ts';
import { type Strategy, strategies } from './strategies.ts';

const target = (model: string, weight = 1, cost?: number): Target => ({
  provider: 'p',
  model,
  weight,
  ...(cost === undefined ? {} : { cost }),
});

/** A fixed generator (Park-Miller), so that a draw is the same every time. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function orderer(health: TargetHealth = createTargetHealth(() => 0)) {
  const random = createRandom();
  return (route: Route, strategy: Strategy = 'weighted', conversation = '') =>
    orderTargets(route, strategy, { health, random, conversation: () => conversation });
}

const firstOf = (targets: readonly Target[]) => targets[0]?.model ?? '';

/** How often each target comes first. */
function share(draw: (index: number) => readonly Target[], rounds = 20_000): (model: string) => number {
  const counts = new Map<string, number>();
  for (let index = 0; index < rounds; index++) {
    const first = firstOf(draw(index));
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return (model) => (counts.get(model) ?? 0) / rounds;
}

describe('every strategy', () => {
  const route: fc.Arbitrary<Route> = fc
    .array(
      fc.array(fc.tuple(fc.string(), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), {
        minLength: 1,
        maxLength: 6,
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((groups) => groups.map((group) => group.map(([model, weight]) => target(model, weight))));

  test.each(strategies)('%s gives every target once, groups in their order', (strategy) => {
    fc.assert(
      fc.property(
        route,
        fc.string(),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (groups, conversation, numbers) => {
          const ordered = orderTargets(groups, strategy, {
            health: createTargetHealth(() => 0),
            random: () => numbers.next().value as number,
            conversation: () => conversation,
          });
          expect(ordered).toHaveLength(groups.flat().length);
          let start = 0;
          for (const group of groups) {
            expect(new Set(ordered.slice(start, start + group.length))).toEqual(new Set(group));
            start += group.length;
          }
        },
      ),
    );
  });
});

test('weighted: the first of a group is drawn by weight', () => {
  const order = orderer();
  const of = share(() => order([[target('a', 3), target('b', 1), target('c', 6)]]));
  expect(of('a')).toBeCloseTo(0.3, 1);
  expect(of('b')).toBeCloseTo(0.1, 1);
  expect(of('c')).toBeCloseTo(0.6, 1);
});

describe('least-latency', () => {
  const answered = (health: TargetHealth, at: Target, latencyMs: number) => {
    const visit = health.visit(at);
    visit.succeeded(latencyMs);
    visit.ended();
  };

  test('of two, the faster one; a busy fast one counts as slow', () => {
    const health = createTargetHealth(() => 0);
    const order = orderer(health);
    const route = [[target('slow'), target('fast')]];
    answered(health, target('slow'), 900);
    answered(health, target('fast'), 100);
    expect(share(() => order(route, 'least-latency'), 200)('fast')).toBe(1);
    const visits = Array.from({ length: 9 }, () => health.visit(target('fast')));
    expect(share(() => order(route, 'least-latency'), 200)('slow')).toBe(1);
    for (const visit of visits) visit.ended();
    expect(share(() => order(route, 'least-latency'), 200)('fast')).toBe(1);
  });

  test('a target that never answered is tried, but not flooded before it has answered', () => {
    const health = createTargetHealth(() => 0);
    const order = orderer(health);
    const route = [[target('known'), target('new')]];
    answered(health, target('known'), 100);
    expect(firstOf(order(route, 'least-latency'))).toBe('new');
    health.visit(target('new'));
    expect(firstOf(order(route, 'least-latency'))).toBe('known');
  });

  test('of many, the slowest is never drawn before the others', () => {
    const health = createTargetHealth(() => 0);
    const order = orderer(health);
    const group = [target('a'), target('b'), target('c'), target('worst')];
    for (const [index, at] of group.entries()) answered(health, at, 100 * (index + 1));
    expect(share(() => order([group], 'least-latency'), 500)('worst')).toBe(0);
  });
});

test('lowest-cost: cheapest first, equals by weight, unknown last', () => {
  const order = orderer();
  const group = [target('unknown'), target('dear', 1, 9), target('cheap', 3, 1), target('cheap too', 1, 1)];
  const of = share(() => order([group], 'lowest-cost'), 4_000);
  expect(of('cheap')).toBeCloseTo(0.75, 1);
  expect(of('cheap too')).toBeCloseTo(0.25, 1);
  expect(
    order([group], 'lowest-cost')
      .slice(2)
      .map(({ model }) => model),
  ).toEqual(['dear', 'unknown']);
});

describe('prefix-affinity', () => {
  const group = [target('a'), target('b'), target('c')];

  test('a conversation stays where it is, conversations spread by weight', () => {
    const order = orderer();
    expect(
      new Set(Array.from({ length: 50 }, () => firstOf(order([group], 'prefix-affinity', 'x')))).size,
    ).toBe(1);
    const weighted = [target('a', 1), target('b', 3)];
    const of = share((index) => order([weighted], 'prefix-affinity', `conversation ${index}`), 8_000);
    expect(of('b')).toBeCloseTo(0.75, 1);
  });

  test('when a target leaves, only its own conversations move', () => {
    const order = orderer();
    for (let index = 0; index < 500; index++) {
      const before = firstOf(order([group], 'prefix-affinity', `${index}`));
      const after = firstOf(order([group.slice(0, 2)], 'prefix-affinity', `${index}`));
      if (before !== 'c') expect(after).toBe(before);
    }
  });

  test('a target with more than its share of the load steps back', () => {
    const health = createTargetHealth(() => 0);
    const order = orderer(health);
    const home = firstOf(order([group], 'prefix-affinity', 'x'));
    for (let count = 0; count < 6; count++) health.visit(target(home));
    expect(firstOf(order([group], 'prefix-affinity', 'x'))).not.toBe(home);
  });
});

test('a target that asked for time comes last, behind later groups', () => {
  let now = 0;
  const health = createTargetHealth(() => now);
  const order = orderer(health);
  const route = [[target('first')], [target('fallback')]];
  health.visit(target('first')).failed({ counts: false, retryAfterMs: 3_000 });
  expect(firstOf(order(route))).toBe('fallback');
  expect(order(route)).toHaveLength(2);
  now = 3_000;
  expect(firstOf(order(route))).toBe('first');
});
