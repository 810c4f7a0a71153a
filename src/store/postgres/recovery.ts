// Closes what a run that is over left held, at the last checkpoints, and ends the run: one transaction, so it happens once
// whichever node does it, and together with the counters.
import type { Client } from 'pg';
import { createClosings, lockHeldRows, openRow } from './closings.ts';
import { commit, pipeline } from './connect.ts';
import { addNeeded, beginLedger, lockCounters, type NeededCounters } from './counters.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { databaseNow, lockSilentRun } from './nodes.ts';

/**
 * How many rows were closed; `undefined` when the run was ended before, is being ended by another node, or has been heard of
 * within `silentMs` (absent: it is known to be over).
 */
export async function endRun(
  client: Client,
  epoch: number,
  parts: LedgerParts,
  silentMs?: number,
): Promise<number | undefined> {
  try {
    const [, runs, found] = await pipeline(client, [
      beginLedger,
      lockSilentRun(epoch, silentMs ?? null),
      lockHeldRows(epoch),
    ]);
    const run = runs?.rows[0];
    if (!run) {
      await client.query('rollback');
      return undefined;
    }
    const book = await parts.limits.refresh(client, run.limits);
    const rows = (found?.rows ?? []).flatMap((row) => openRow(row, parts.seconds) ?? []);
    const needed: NeededCounters = new Map();
    for (const { counted } of rows)
      addNeeded(needed, book, parts.windowOf, counted.payers, counted.startedAt);
    const closings = createClosings(parts, book, await lockCounters(client, needed));
    for (const row of rows) closings.recover(row);
    await commit(
      client,
      [
        ...closings.writes(),
        {
          text: `update requests set state = 'settled', cost_nanousd = coalesce(cost_nanousd, 0), recovered = 1
where node_epoch = $1 and state = 'held'`,
          values: [epoch],
        },
        {
          text: `update nodes set stopped_at = ${databaseNow} where epoch = $1`,
          values: [epoch],
        },
      ],
      String(run.transaction),
    );
    return rows.length;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
