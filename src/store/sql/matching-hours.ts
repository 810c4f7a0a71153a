// Which hours of the ledger may have a row that a filter is about, by the sums per hour: a look leaves out the others. Rows that
// are held are in no hour yet.
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { firstIdOf, timeOfId } from '../../core/request-ids.ts';
import type { RequestFilter } from '../../core/request-search.ts';
import { hourMs, latencySteps, stepOf } from '../../core/usage-hours.ts';
import { type QueryRunner, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';

/** The id is made a moment before the time that the hour counts. */
export const slackMs = 60_000;

type Hours = SelectQueryBuilder<Schema, 'usage_hours', { hour: bigint }>;

/** Whether sums per hour say anything about the filter. */
export function hoursTell(filter: RequestFilter): boolean {
  const { keyId, projectId, model, provider, minCost, partial, error } = filter;
  const { minDurationMs, maxDurationMs, minFirstTokenMs, maxFirstTokenMs } = filter;
  const told = [keyId, projectId, model, provider, minDurationMs, maxDurationMs];
  return (
    [...told, minFirstTokenMs, maxFirstTokenMs].some((value) => value !== undefined) ||
    (minCost ?? 0n) > 0n ||
    partial === true ||
    (error !== undefined && error !== 'none')
  );
}

/**
 * Nothing above the oldest row that is held is left out. Not of the bare column: SQLite would look for its least value along
 * the primary key, through the whole ledger, instead of in the index of what is held.
 */
export async function firstHeld(db: Kysely<Schema>, runner: QueryRunner): Promise<{ readonly id?: string }> {
  const [row] = await runOne(
    runner,
    db
      .selectFrom('requests')
      .select(sql<string | null>`min(id || '')`.as('id'))
      .where('state', '=', sql.lit('held')),
  );
  return row?.id ? { id: row.id } : {};
}

/** Where to go on below `below`: at the end of the next hour that may have a row of this filter. */
export async function nextMatchingHour(
  db: Kysely<Schema>,
  runner: QueryRunner,
  filter: RequestFilter,
  below: string | undefined,
  held: string | undefined,
): Promise<string | undefined | 'none'> {
  if (held !== undefined && (below === undefined || below > held)) return below;
  let query = db.selectFrom('usage_hours').select('hour').orderBy('hour', 'desc').limit(1);
  if (below !== undefined) query = query.where(sql<boolean>`hour <= ${latestHourOf(below)}`);
  if (filter.from !== undefined) query = query.where('hour', '>=', BigInt(filter.from - hourMs - slackMs));
  const [next] = await runOne(runner, ofFilter(query, filter));
  if (!next) return 'none';
  const end = firstIdOf(Number(next.hour) + hourMs + slackMs);
  return below === undefined || end < below ? end : below;
}

function ofFilter(hours: Hours, filter: RequestFilter): Hours {
  const { keyId, projectId, model, provider, minCost, partial, error } = filter;
  let query = hours;
  if (keyId !== undefined) query = query.where('key_id', '=', keyId);
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (model !== undefined) query = query.where('model', '=', model);
  if (provider !== undefined) query = query.where('provider', '=', provider);
  // No row costs more than its hour.
  if (minCost !== undefined && minCost > 0n) query = query.where('cost_nanousd', '>=', minCost);
  if (partial === true) query = query.where('partials', '>', 0n);
  if (error !== undefined && error !== 'none') query = query.where('errors', '>', 0n);
  query = withStep(query, 'duration', filter.minDurationMs, filter.maxDurationMs);
  return withStep(query, 'first_token', filter.minFirstTokenMs, filter.maxFirstTokenMs);
}

/** A step of the histogram between the two has a request. */
function withStep(query: Hours, name: 'duration' | 'first_token', least?: number, most?: number): Hours {
  if (least === undefined && most === undefined) return query;
  const first = least === undefined ? 0 : stepOf(least);
  const last = most === undefined ? latencySteps.length : stepOf(most);
  const steps = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
  if (steps.length === 0) return query.where(sql<boolean>`1 = 0`);
  return query.where((eb) => eb.or(steps.map((step) => eb(`${name}_${step}`, '>', 0n))));
}

/** Unix ms: rows below the id are of this moment or earlier. */
function latestHourOf(below: string): bigint {
  const at = timeOfId(below);
  return BigInt(at === undefined ? Number.MAX_SAFE_INTEGER : at + slackMs);
}
