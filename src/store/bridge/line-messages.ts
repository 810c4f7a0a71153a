// What a worker and the thread that writes the ledger say to each other without the primary in between, as bytes. One batch of a worker is under way at
// a time, so no answer has a number.
import { deserialize, serialize } from 'node:v8';
import type { LimitStanding } from '../../core/limits.ts';
import { type Cell, checkpointCells, settleCells } from '../sql/ledger.ts';
import { entryWidth } from '../sql/to-cells.ts';
import type { Batch, BatchOutcome, HoldGrant } from '../sqlite/messages.ts';
import { closeFrame, frameHead } from './frames.ts';
import { type ByteReader, createByteReader, createByteWriter } from './pack-cells.ts';

/** The first message of a worker. */
export interface Greeting {
  /** What it was given for this, so that nobody else is taken for it. */
  readonly token: string;
  /** Rows it has open, where it had a line before. */
  readonly open: readonly string[];
}

const greets = 1;
const hands = 2;

export interface LineWriter {
  greeting(greeting: Greeting): Buffer;
  /** Without its moment, which is for the ledger's clock to say. */
  batch(batch: Batch): Buffer;
  /** `metersContent`: as it is now. */
  outcome(outcome: BatchOutcome, metersContent: boolean): Buffer;
}

/** Messages with their heads, ready to be sent. */
export function createLineWriter(): LineWriter {
  const writer = createByteWriter(frameHead);
  return {
    greeting({ token, open }) {
      writer.byte(greets);
      writer.cells([token], 1);
      writer.count(open.length);
      writer.cells(open, 1);
      return closeFrame(writer.take());
    },
    batch({ holds, settles, checkpoints }) {
      writer.byte(hands);
      writer.count(holds.length);
      writer.count(settles.length);
      writer.count(checkpoints.length);
      writer.cells(holds, entryWidth);
      writer.cells(settles, settleCells.length);
      writer.cells(checkpoints, checkpointCells.length);
      return closeFrame(writer.take());
    },
    outcome({ grants = [], metersContent: _, ...rest }, metersContent) {
      writer.byte(metersContent ? 1 : 0);
      const width = widthOf(grants[0]);
      const cells = cellsOf(grants);
      writer.byte(width);
      writer.count(cells.length);
      writer.cells(cells, width);
      // Refusals and failures are rare.
      if (Object.keys(rest).length > 0) writer.bytes(serialize(rest));
      return closeFrame(writer.take());
    },
  };
}

const grantHead = 3;
const standingCells = 5;

/** Of all grants as of the first: what is the same in the next one is a byte. */
function widthOf(grant: HoldGrant | undefined): number {
  return Math.min(grantHead + standingCells * (grant?.standings.length ?? 0), 255);
}

/** For each: index, cap, how many standings, and theirs. */
function cellsOf(grants: readonly HoldGrant[]): Cell[] {
  const cells: Cell[] = [];
  for (const { index, outputCap, standings } of grants) {
    cells.push(index, outputCap, standings.length);
    for (const { metric, window, amount, remaining, resetMs } of standings) {
      cells.push(metric, window, amount, remaining, resetMs);
    }
  }
  return cells;
}

/** What `cellsOf` was given. */
function grantsOf(cells: readonly Cell[]): HoldGrant[] {
  const grants: HoldGrant[] = [];
  for (let at = 0; at < cells.length; ) {
    const [index, outputCap, count] = cells.slice(at, at + grantHead) as number[];
    const end = at + grantHead + standingCells * (count ?? 0);
    const standings: LimitStanding[] = [];
    for (at += grantHead; at < end; at += standingCells) {
      standings.push({
        metric: cells[at] as LimitStanding['metric'],
        window: cells[at + 1] as LimitStanding['window'],
        amount: cells[at + 2] as bigint,
        remaining: cells[at + 3] as bigint,
        resetMs: cells[at + 4] as number,
      });
    }
    grants.push({ index: index as number, outputCap: outputCap as number, standings });
  }
  return grants;
}

/** Throws where the bytes are no message of a worker. */
export function readFromWorker(message: Buffer): Greeting | Batch {
  const reader = createByteReader(message);
  const kind = reader.byte();
  if (kind === greets) {
    const [token] = reader.cells(1, 1);
    return { token: String(token), open: reader.cells(reader.count(), 1) as string[] };
  }
  if (kind === hands) return readBatch(reader);
  throw new RangeError(`no message of a worker is of kind ${kind}`);
}

function readBatch(reader: ByteReader): Batch {
  const [holds, settles, checkpoints] = [reader.count(), reader.count(), reader.count()];
  return {
    holds: reader.cells(holds, entryWidth),
    settles: reader.cells(settles, settleCells.length),
    checkpoints: reader.cells(checkpoints, checkpointCells.length),
    now: 0,
  };
}

/** What `outcome` was given; `metersContent` is always said. */
export function readOutcome(message: Buffer): BatchOutcome {
  const reader = createByteReader(message);
  const metersContent = reader.byte() === 1;
  const width = reader.byte();
  const grants = grantsOf(reader.cells(reader.count(), width));
  const rest = reader.rest();
  return {
    ...(rest.length > 0 ? (deserialize(rest) as BatchOutcome) : undefined),
    ...(grants.length > 0 ? { grants } : undefined),
    metersContent,
  };
}
