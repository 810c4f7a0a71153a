// Several batches as one, and the outcome of that one as theirs. Pure: places in the whole become places in the part.
import { checkpointCells, settleCells } from '../sql/ledger.ts';
import { entryWidth } from '../sql/to-cells.ts';
import type { Batch, BatchOutcome } from '../sqlite/messages.ts';

/** In their order. `now`: of the whole, in Unix ms. */
export function mergeBatches(batches: readonly Batch[], now: number): Batch {
  const [first] = batches;
  if (first && batches.length === 1) return { ...first, now };
  return {
    holds: batches.flatMap(({ holds }) => holds),
    settles: batches.flatMap(({ settles }) => settles),
    checkpoints: batches.flatMap(({ checkpoints }) => checkpoints),
    now,
  };
}

/** What each of the batches came to. `metersContent` is not among it: that concerns all, also those without a batch. */
export function splitOutcome(batches: readonly Batch[], outcome: BatchOutcome): BatchOutcome[] {
  const { failed, doubtful, holds, grants, settles } = outcome;
  if (failed !== undefined) return batches.map(() => ({ failed, ...(doubtful ? { doubtful } : undefined) }));
  const ofHolds = batches.map((batch) => holdsIn(batch));
  const ofSettles = batches.map((batch) => settlesIn(batch));
  const [refusedHolds, granted] = [parts(ofHolds, holds), parts(ofHolds, grants)];
  const refusedSettles = parts(ofSettles, settles);
  return batches.map((_, index) => ({
    ...named('holds', refusedHolds[index]),
    ...named('grants', granted[index]),
    ...named('settles', refusedSettles[index]),
  }));
}

export function holdsIn({ holds }: Batch): number {
  return holds.length / entryWidth;
}

function settlesIn({ settles }: Batch): number {
  return settles.length / settleCells.length;
}

/** How many rows a batch is about. */
export function itemsIn(batch: Batch): number {
  return holdsIn(batch) + settlesIn(batch) + batch.checkpoints.length / checkpointCells.length;
}

/** `counts`: how many places each part has. */
function parts<Item extends { readonly index: number }>(
  counts: readonly number[],
  items: readonly Item[] | undefined,
): Item[][] {
  const found: Item[][] = counts.map(() => []);
  if (!items) return found;
  const starts: number[] = [];
  let start = 0;
  for (const count of counts) {
    starts.push(start);
    start += count;
  }
  for (const item of items) {
    let part = counts.length - 1;
    while (part > 0 && item.index < (starts[part] as number)) part--;
    found[part]?.push({ ...item, index: item.index - (starts[part] as number) });
  }
  return found;
}

function named<Name extends string, Item>(name: Name, items: readonly Item[] | undefined) {
  return items && items.length > 0 ? ({ [name]: items } as { readonly [name in Name]: Item[] }) : undefined;
}
