// The runs of the nodes on one database: a row with a new epoch for each start, a heartbeat by the database's clock, and
// which of them have fallen silent.
import type { Client, QueryConfig } from 'pg';
import { pipeline } from './connect.ts';

/** Unix ms by the database's clock: the clocks of the nodes need not agree. */
export const databaseNow = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

const heartbeatLock = 7_460_911_220_003n;

/** Throws when others have closed this run's rows: whatever it holds from now on needs a new epoch. */
export class DeclaredDead extends Error {
  override readonly name = 'DeclaredDead';

  constructor(epoch: number) {
    super(`Other nodes took the run with epoch ${epoch} for dead and closed its rows.`);
  }
}

/** A new epoch; `node` names the data folder and machine it runs on. */
export async function startRun(client: Client, node: string): Promise<number> {
  const results = await pipeline(client, [
    { text: 'begin' },
    { text: `select pg_advisory_xact_lock(${heartbeatLock})` },
    {
      text: `insert into nodes (epoch, id, started_at, heartbeat_at)
select coalesce(max(epoch), 0) + 1, $1, ${databaseNow}, ${databaseNow} from nodes returning epoch`,
      values: [node],
    },
    { text: 'commit' },
  ]);
  return Number(results[2]?.rows[0]?.epoch);
}

/** `false`: the run is over. */
export async function beat(client: Client, epoch: number): Promise<boolean> {
  const { rows } = await client.query({
    name: 'tollgate_beat',
    text: `update nodes set heartbeat_at = ${databaseNow} where epoch = $1 and stopped_at is null returning epoch`,
    values: [epoch],
  });
  return rows.length === 1;
}

/** Columns: `limits`, the generation; `now`, Unix ms; `transaction`, what the database calls this one. */
const moment = `(select value from generations where name = 'limits') as limits, ${databaseNow} as now,
  pg_current_xact_id()::text as transaction`;

/** Locks the run against being declared dead until the transaction ends. Columns: `stopped_at` and those of `moment`. */
export function lockRun(epoch: number): QueryConfig {
  return {
    name: 'tollgate_lock_run',
    text: `select stopped_at, ${moment} from nodes where epoch = $1 for key share`,
    values: [epoch],
  };
}

/**
 * Locks a run that is to be ended. No row where it was ended before, is being ended by another node, or has been heard of
 * within `silentMs` (null: it is known to be over). Columns: those of `moment`.
 */
export function lockSilentRun(epoch: number, silentMs: number | null): QueryConfig {
  return {
    text: `select ${moment} from nodes where epoch = $1 and stopped_at is null
and ($2::bigint is null or heartbeat_at < ${databaseNow} - $2::bigint) for update skip locked`,
    values: [epoch, silentMs],
  };
}

/** Runs without a heartbeat for `silentMs`, oldest first. */
export async function silentRuns(client: Client, silentMs: number): Promise<number[]> {
  const { rows } = await client.query({
    name: 'tollgate_silent_runs',
    text: `select epoch from nodes where stopped_at is null and heartbeat_at < ${databaseNow} - $1::bigint order by epoch`,
    values: [silentMs],
  });
  return rows.map((row) => Number(row.epoch));
}

/** How many runs were heard of within `silentMs`. */
export async function liveRuns(client: Client, silentMs: number): Promise<number> {
  const { rows } = await client.query({
    text: `select count(*) as live from nodes where stopped_at is null and heartbeat_at >= ${databaseNow} - $1::bigint`,
    values: [silentMs],
  });
  return Number(rows[0]?.live);
}

/** Earlier runs of the same node: it is alone on its data folder, so they are over, whatever their heartbeat says. */
export async function earlierRuns(client: Client, node: string, epoch: number): Promise<number[]> {
  const { rows } = await client.query({
    text: 'select epoch from nodes where stopped_at is null and id = $1 and epoch < $2 order by epoch',
    values: [node, epoch],
  });
  return rows.map((row) => Number(row.epoch));
}
