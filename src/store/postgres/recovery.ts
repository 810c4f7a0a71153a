// Closes what a run that is over left held, at the last checkpoints, and ends the run: one transaction, so it happens once
// whichever node does it, and together with the counters.
import type { Client } from 'pg';
import type { LedgerParts } from './batch.ts';
import { momentOfLedger } from './batch.ts';
import { createClosings, lockHeldRows, openRow } from './closings.ts';
import { commit, pipeline } from './connect.ts';
import { addNeeded, joinLedger, lockCounters, type NeededCounters } from './counters.ts';
import { databaseNow } from './nodes.ts';

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
    const [, , run, moment, found] = await pipeline(client, [
      { text: 'begin' },
      joinLedger,
      {
        text: `select epoch from nodes where epoch = $1 and stopped_at is null
and ($2::bigint is null or heartbeat_at < ${databaseNow} - $2::bigint) for update skip locked`,
        values: [epoch, silentMs ?? null],
      },
      momentOfLedger,
      lockHeldRows(epoch),
    ]);
    if (run?.rows.length !== 1) {
      await client.query('rollback');
      return undefined;
    }
    const book = await parts.limits.refresh(client, moment?.rows[0]?.limits);
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
      String(moment?.rows[0]?.transaction),
    );
    return rows.length;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
