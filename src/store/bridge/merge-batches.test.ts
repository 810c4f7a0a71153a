import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkpointCells, settleCells } from '../sql/ledger.ts';
import { entryWidth } from '../sql/to-cells.ts';
import type { Batch, BatchOutcome } from '../sqlite/messages.ts';
import { mergeBatches, splitOutcome } from './merge-batches.ts';

const counts = fc.array(fc.record({ holds: fc.nat(4), settles: fc.nat(4), checkpoints: fc.nat(2) }), {
  minLength: 1,
  maxLength: 5,
});

function batchOf(name: number, count: { holds: number; settles: number; checkpoints: number }): Batch {
  const cells = (kind: string, rows: number, width: number) =>
    Array.from({ length: rows * width }, (_, index) => `${name} ${kind} ${Math.floor(index / width)}`);
  return {
    holds: cells('hold', count.holds, entryWidth),
    settles: cells('settle', count.settles, settleCells.length),
    checkpoints: cells('checkpoint', count.checkpoints, checkpointCells.length),
    now: name,
  };
}

test('what is said of a place in the whole is said of the row that stood there in its part', () => {
  fc.assert(
    fc.property(counts, (sizes) => {
      const batches = sizes.map((size, index) => batchOf(index, size));
      const whole = mergeBatches(batches, 7);
      expect(whole.now).toBe(7);
      const holds = whole.holds.filter((_, index) => index % entryWidth === 0) as string[];
      const settles = whole.settles.filter((_, index) => index % settleCells.length === 0) as string[];
      const outcome: BatchOutcome = {
        holds: holds.flatMap((detail, index) =>
          index % 2 === 0 ? [{ index, reason: 'refused' as const, detail }] : [],
        ),
        grants: holds.flatMap((detail, index) =>
          index % 2 === 1 ? [{ index, outputCap: 1, standings: [], detail }] : [],
        ),
        settles: settles.map((detail, index) => ({ index, reason: 'failed' as const, detail })),
      };
      for (const [part, split] of splitOutcome(batches, outcome).entries()) {
        const said = [...(split.holds ?? []), ...(split.grants ?? [])] as {
          index: number;
          detail?: string;
        }[];
        expect(said.map(({ detail }) => detail).sort()).toEqual(
          Array.from({ length: sizes[part]?.holds ?? 0 }, (_, index) => `${part} hold ${index}`),
        );
        for (const { index, detail } of said) expect(detail).toBe(`${part} hold ${index}`);
        expect((split.settles ?? []).map(({ index, detail }) => [index, detail])).toEqual(
          Array.from({ length: sizes[part]?.settles ?? 0 }, (_, index) => [index, `${part} settle ${index}`]),
        );
      }
    }),
  );
});

test('a whole that failed has failed for each', () => {
  const batches = [
    batchOf(0, { holds: 1, settles: 0, checkpoints: 0 }),
    batchOf(1, { holds: 0, settles: 1, checkpoints: 0 }),
  ];
  expect(splitOutcome(batches, { failed: 'full', doubtful: true, metersContent: true })).toEqual([
    { failed: 'full', doubtful: true },
    { failed: 'full', doubtful: true },
  ]);
  expect(splitOutcome(batches, {})).toEqual([{}, {}]);
});
