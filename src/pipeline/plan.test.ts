import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TollgateError } from '../core/errors.ts';
import type { PublicModel, RouteReader } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import { orderTargets, type Route } from '../routing/route.ts';
import { plan } from './plan.ts';

const target = (model: string, weight = 1) => ({ provider: 'p', model, weight });

describe('orderTargets', () => {
  const route: fc.Arbitrary<Route> = fc
    .array(
      fc.array(fc.tuple(fc.string(), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), {
        minLength: 1,
        maxLength: 6,
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((groups) => groups.map((group) => group.map(([model, weight]) => target(model, weight))));

  test('every target once, groups in their order', () => {
    fc.assert(
      fc.property(
        route,
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (groups, numbers) => {
          const ordered = orderTargets(groups, () => numbers.next().value as number);
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

  test('the first of a group is drawn by weight', () => {
    let state = 1;
    // A fixed generator (Park-Miller), so that the draw is the same every time.
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const counts: Record<string, number> = {};
    for (let count = 0; count < 20_000; count++) {
      const [first] = orderTargets([[target('a', 3), target('b', 1), target('c', 6)]], random);
      counts[first?.model ?? ''] = (counts[first?.model ?? ''] ?? 0) + 1;
    }
    expect((counts.a ?? 0) / 20_000).toBeCloseTo(0.3, 1);
    expect((counts.b ?? 0) / 20_000).toBeCloseTo(0.1, 1);
    expect((counts.c ?? 0) / 20_000).toBeCloseTo(0.6, 1);
  });
});

describe('plan', () => {
  const price = { version: 'v', input: 1n, output: 1n };
  const base = { timeouts: { connectMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 }, created: 0 };
  const models: PublicModel[] = [
    { ...base, name: 'good', price, route: [[target('a')], [target('b')]] },
    { ...base, name: 'unpriced', price: undefined, route: [[target('a')]] },
    { ...base, name: 'nowhere', price, route: [] },
  ];
  const routes: RouteReader = {
    model: (name) => models.find((model) => model.name === name),
    models: () => models,
  };
  const principal = { keyId: 'k', projectName: 'default' } as Principal;
  const codeOf = (name: string, who: Principal = principal) => {
    try {
      plan(name, who, routes, () => 0);
      return undefined;
    } catch (error) {
      return error instanceof TollgateError ? [error.code, error.status, error.wireCode, error.param] : error;
    }
  };

  test('targets in order', () => {
    expect(plan('good', principal, routes, () => 0).targets.map(({ model }) => model)).toEqual(['a', 'b']);
  });

  test.each([
    ['none', principal, ['model_not_found', 404, 'model_not_found', 'model']],
    ['good', { ...principal, models: ['other'] }, ['model_not_allowed', 403, 'model_not_found', 'model']],
    ['unpriced', principal, ['price_unknown', 503, 'price_unknown', null]],
    ['nowhere', principal, ['no_available_upstream', 503, 'no_available_upstream', null]],
  ])('%s', (name, who, expected) => {
    expect(codeOf(name, who)).toEqual(expected);
  });

  test('a model list of a key is exact', () => {
    expect(codeOf('good', { ...principal, models: ['good'] })).toBeUndefined();
    expect(codeOf('good', { ...principal, models: [] })).toContain('model_not_allowed');
  });
});
