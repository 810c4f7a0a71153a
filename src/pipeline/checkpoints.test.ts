import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { outlivedBytes } from '../../tests/support/old-space.ts';
import { createCheckpoints } from './checkpoints.ts';

/** A clock to move by hand, and checkpoints that look at it every few ms. */
function make() {
  let now = 0;
  const notes: number[] = [];
  const checkpoints = createCheckpoints(() => now, 2);
  const until = async (count: number) => {
    while (notes.length < count) await delay(2);
  };
  return {
    notes,
    until,
    watch: (note?: () => Promise<void>) =>
      checkpoints.watch({
        note: async () => {
          notes.push(now);
          await note?.();
        },
      }),
    advance: (ms: number) => {
      now += ms;
    },
  };
}

test('a request is noted every five seconds until it ends', async () => {
  const { notes, until, watch, advance } = make();
  const unwatch = watch();
  advance(4_999);
  await delay(30);
  expect(notes).toEqual([]);
  advance(1);
  await until(1);
  advance(5_000);
  await until(2);
  unwatch();
  advance(50_000);
  await delay(30);
  expect(notes).toEqual([5_000, 10_000]);
});

test('a request that begins later is noted later; a note under way is not doubled; one that fails is made again', async () => {
  const { notes, until, watch, advance } = make();
  let release: () => void = () => undefined;
  watch(() => new Promise((_resolve, reject) => (release = () => reject(new Error('no')))));
  advance(5_000);
  await until(1);
  advance(5_000);
  await delay(30);
  expect(notes).toHaveLength(1);
  release();
  await until(2);
  const other = watch();
  await delay(30);
  expect(notes).toHaveLength(2);
  advance(5_000);
  await until(3);
  other();
});

test('a request is not kept by those that were noted before it', () => {
  const { watch } = createCheckpoints(() => 0);
  const outlived = outlivedBytes((own) => watch({ note: async () => void own }));
  // With a Set in the place of the list: 15 to 19 MB.
  expect(outlived).toBeLessThan(5_000_000);
});
