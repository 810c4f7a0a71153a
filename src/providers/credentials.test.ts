import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TollgateError } from '../core/errors.ts';
import type { ProviderAdapter, ProviderCredential } from '../core/ports.ts';
import { type CredentialSetAside, labelOf, withCredentials } from './credentials.ts';

const limited = (retryAfterMs?: number) =>
  new TollgateError('upstream_rate_limited', retryAfterMs === undefined ? {} : { retryAfterMs });
const refused = new TollgateError('upstream_auth_error');

/** Keys named by their place; time stands still unless it is moved, and the draw is `random`. */
function ring(weights: readonly number[], random = () => 0) {
  let now = 1_000_000;
  const events: CredentialSetAside[] = [];
  const keys = weights.map((weight, index) => ({
    label: String(index),
    weight,
    adapter: { name: 'some' } as ProviderAdapter,
  }));
  const [first, ...rest] = keys;
  if (!first) throw new Error('no keys');
  const provider = withCredentials([first, ...rest], {
    clock: { now: () => now, monotonic: () => now },
    random,
    onSetAside: (event) => events.push(event),
  });
  const choose = (model = 'm') => provider.credentials?.(model) ?? [];
  return {
    choose,
    order: (model?: string) => [...choose(model)].map(({ label }) => label),
    first: (model?: string): ProviderCredential => {
      for (const key of choose(model)) return key;
      throw new Error('no key');
    },
    wait: (ms: number) => {
      now += ms;
    },
    events,
  };
}

describe('the draw', () => {
  test('is by weight, and each key comes once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 2, maxLength: 8 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (weights, point) => {
          expect(
            ring(weights, () => point)
              .order()
              .sort(),
          ).toEqual(weights.map((_, index) => String(index)).sort());
        },
      ),
    );
  });

  test('of 3 and 1 takes the first three times in four', () => {
    const points = Array.from({ length: 400 }, (_, index) => index / 400);
    const drawn = points.map((point) => ring([3, 1], () => point).first().label);
    expect(drawn.filter((label) => label === '0')).toHaveLength(300);
  });
});

describe('a key that failed', () => {
  test.each([
    ['refused', refused, 600_000],
    ['without credit', new TollgateError('upstream_out_of_credit', { shouldRetry: false }), 600_000],
    ['limited, without a time', limited(), 30_000],
    ['limited for a time', limited(7_000), 7_000],
  ])('%s comes last until its time is over', (_, error, restMs) => {
    const keys = ring([1, 1, 1]);
    expect(keys.first().failed(error)).toBe(true);
    keys.wait(restMs - 1);
    expect(keys.order()).toEqual(['1', '2', '0']);
    keys.wait(1);
    expect(keys.order()).toEqual(['0', '1', '2']);
  });

  test.each(['upstream_error', 'upstream_rejected', 'upstream_overloaded', 'upstream_timeout'] as const)(
    '%s is not the fault of the key',
    (code) => {
      const keys = ring([1, 1]);
      expect(keys.first().failed(new TollgateError(code))).toBe(false);
      expect(keys.order()).toEqual(['0', '1']);
      expect(keys.events).toEqual([]);
    },
  );

  test('is as good as ever for another model: limits are counted by model', () => {
    const keys = ring([1, 1]);
    keys.first('m').failed(limited());
    expect(keys.order('other')).toEqual(['0', '1']);
  });

  test('when all are left alone, only the one whose time is over first is used', () => {
    const keys = ring([1, 1, 1]);
    const times = [refused, limited(5_000), limited(9_000)];
    [...keys.choose()].forEach((key, index) => {
      key.failed(times[index] as TollgateError);
    });
    expect(keys.order()).toEqual(['1']);
    // It answers again: it is back at once.
    keys.first().succeeded();
    expect(keys.order()).toEqual(['1', '2']);
  });

  test('an answer that was under way when the key failed does not bring it back', () => {
    const keys = ring([1, 1]);
    const early = keys.first();
    keys.first().failed(limited());
    early.succeeded();
    expect(keys.first().label).toBe('1');
  });

  test('a shorter time does not replace a longer one', () => {
    const keys = ring([1, 1]);
    const [one, two] = [keys.first(), keys.first()];
    one.failed(limited(60_000));
    two.failed(limited(1_000));
    keys.wait(30_000);
    expect(keys.first().label).toBe('1');
  });

  test('is told once, until its time is over', () => {
    const keys = ring([1, 1]);
    const [one, two] = [keys.first(), keys.first()];
    one.failed(limited(1_000));
    two.failed(limited(1_000));
    expect(keys.events).toEqual([
      { provider: 'some', credential: '0', model: 'm', reason: 'upstream_rate_limited', forMs: 1_000 },
    ]);
    keys.wait(1_000);
    keys.first().failed(refused);
    expect(keys.events.map(({ reason }) => reason)).toEqual(['upstream_rate_limited', 'upstream_auth_error']);
  });
});

test('a label has the end of long keys only', () => {
  expect(labelOf(2, 'sk-0123456789abcdefwxyz')).toBe('api_keys[2] …wxyz');
  expect(labelOf(0, 'short-key')).toBe('api_keys[0]');
});
