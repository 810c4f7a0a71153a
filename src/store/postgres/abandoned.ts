// Closes rows of this run whose process is gone, at their last checkpoints: what `endRun` does for a whole run, for some of its
// rows, while the run goes on.
import type { Client } from 'pg';
import { createClosings, lockRows, openRow } from './closings.ts';
import { commit, pipeline } from './connect.ts';
import { addNeeded, beginLedger, lockCounters, type NeededCounters } from './counters.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { lockRun } from './nodes.ts';

/** Closed already is as well. Rejects as `commitBatch`. */
export async function closeAbandoned(
  client: Client,
  ids: readonly string[],
  epoch: number,
  parts: LedgerParts,
): Promise<void> {
  const [, runs, found] = await pipeline(client, [beginLedger, lockRun(epoch), lockRows(ids)]);
  const run = runs?.rows[0];
  const book = await parts.limits.refresh(client, run?.limits);
  const rows = (found?.rows ?? []).flatMap((row) => openRow(row, parts.seconds) ?? []);
  const held = rows.filter((row) => !row.recovered);
  const needed: NeededCounters = new Map();
  for (const { counted } of held) addNeeded(needed, book, parts.windowOf, counted.payers, counted.startedAt);
  const closings = createClosings(parts, book, await lockCounters(client, needed));
  for (const row of held) closings.recover(row);
  await commit(
    client,
    [
      ...closings.writes(),
      {
        name: 'tollgate_close_abandoned',
        text: `update requests set state = 'settled', cost_nanousd = coalesce(cost_nanousd, 0), recovered = 1
where id = any($1::text[]) and state = 'held'`,
        values: [ids],
      },
    ],
    String(run?.transaction),
  );
  for (const id of ids) parts.seconds.delete(id);
}
