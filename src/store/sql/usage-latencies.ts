// The times that single requests took, where a range has few rows: one bounded range of the primary key, whatever the filter.
import type { Kysely } from 'kysely';
import { firstIdOf } from '../../core/request-ids.ts';
import type { LatencyQuery, LatencyRow } from '../../core/usage-report.ts';
import { type QueryRunner, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';

/** The id is made a moment before the time that counts. */
const slackMs = 60_000;

export async function readLatencies(
  db: Kysely<Schema>,
  runner: QueryRunner,
  { from, to, most, ...filter }: LatencyQuery,
): Promise<readonly LatencyRow[] | undefined> {
  const rows = await runOne(
    runner,
    db
      .selectFrom('requests')
      .select([
        'key_id',
        'project_id',
        'model',
        'provider',
        'state',
        'started_at',
        'duration_ms',
        'first_token_ms',
      ])
      .where('id', '>=', firstIdOf(Math.max(0, from - slackMs)))
      .where('id', '<', firstIdOf(to + slackMs))
      .orderBy('id', 'desc')
      .limit(most + 1),
  );
  if (rows.length > most) return undefined;
  return rows
    .filter(
      ({ state, started_at }) => state !== 'held' && Number(started_at) >= from && Number(started_at) < to,
    )
    .map((row) => ({
      key: row.key_id,
      project: row.project_id,
      model: row.model,
      provider: row.provider,
      startedAt: Number(row.started_at),
      ...(row.duration_ms === null ? {} : { durationMs: Number(row.duration_ms) }),
      ...(row.first_token_ms === null ? {} : { firstTokenMs: Number(row.first_token_ms) }),
    }))
    .filter(
      (row) =>
        (filter.keyId ?? row.key) === row.key &&
        (filter.projectId ?? row.project) === row.project &&
        (filter.model ?? row.model) === row.model &&
        (filter.provider ?? row.provider) === row.provider,
    );
}
