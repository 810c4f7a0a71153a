import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIdSource } from './clock.ts';
import { firstIdOf, requestIdPrefix, timeOfId } from './request-ids.ts';

const moment = fc.integer({ min: 0, max: 8_000_000_000_000 });

it('puts ids made at a moment or later above its first id, and earlier ones below', () => {
  fc.assert(
    fc.property(moment, moment, (made, asked) => {
      const id = createIdSource(requestIdPrefix, { now: () => made, monotonic: () => 0 })();
      return id >= firstIdOf(asked) === made >= asked && timeOfId(id) === made;
    }),
  );
});

it('knows no time of other ids', () => {
  expect(timeOfId('chatcmpl-1')).toBe(undefined);
  expect(timeOfId('req_-----------')).toBe(undefined);
  expect(timeOfId(firstIdOf(1_700_000_000_000))).toBe(1_700_000_000_000);
});
