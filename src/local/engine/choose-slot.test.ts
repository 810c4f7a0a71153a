import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseSlot, commonPrefixLength } from './choose-slot.ts';

const slot = (cached: number[], lastUsed: number) => ({ cached, lastUsed });
const conversation = Array.from({ length: 200 }, (_, index) => index);

test('the next turn goes where the last one was', () => {
  const mine = slot(conversation, 1);
  const other = slot([500, 501], 0);
  expect(chooseSlot([other, mine], [...conversation, 7, 8])).toBe(mine);
});

test('a long conversation is not thrown away for a short common beginning', () => {
  const long = slot(conversation, 1);
  const empty = slot([], 2);
  expect(chooseSlot([long, empty], [...conversation.slice(0, 20), 900])).toBe(empty);
});

test('without anything in common, the slot unused for longest is taken', () => {
  const old = slot([1, 2, 3], 1);
  const recent = slot([4, 5, 6], 2);
  expect(chooseSlot([recent, old], [9])).toBe(old);
});

test('there is a choice as long as there is a slot', () => {
  expect(chooseSlot([], [1])).toBeUndefined();
  const candidates = fc.array(fc.tuple(fc.array(fc.nat(3)), fc.nat()), { minLength: 1 });
  fc.assert(
    fc.property(candidates, fc.array(fc.nat(3)), (slots, prompt) => {
      const made = slots.map(([cached, lastUsed]) => slot(cached, lastUsed));
      expect(made).toContain(chooseSlot(made, prompt));
    }),
  );
});

test('the common prefix is common, and the longest', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2)), fc.array(fc.nat(2)), (a, b) => {
      const length = commonPrefixLength(a, b);
      expect(a.slice(0, length)).toEqual(b.slice(0, length));
      expect(length === a.length || length === b.length || a[length] !== b[length]).toBe(true);
    }),
  );
});
