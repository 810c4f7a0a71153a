// Looking through the ledger, newest first, whatever the filter and however long the ledger: a look reads slices of rows by
// the primary key, leaves out hours that the sums per hour say nothing matches in, and ends after a bounded number of rows.
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { firstIdOf, timeOfId } from '../../core/request-ids.ts';
import type { EndUserSum, RequestFilter, RequestReader, RequestRow } from '../../core/request-search.ts';
import { hourMs } from '../../core/usage-hours.ts';
import { ledgerRowFromRow } from './from-row.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { RequestsTable, Schema } from './schema.ts';

/** Rows one query looks at. */
const sliceRows = 5_000;
/** Slices in one look: what a page may cost at most. */
const slicesPerLook = 20;
/** The id is made a moment before the time that the hour counts. */
const slackMs = 60_000;

export function createRequestReader(db: Kysely<Schema>, runner: QueryRunner): RequestReader {
  return {
    search: (filter, page) => search(db, runner, filter, page),
    request: async (id) =>
      (await runOne(runner, db.selectFrom('requests').selectAll().where('id', '=', id))).map(
        requestFromRow,
      )[0],
    endUsers: async ({ from, to, filter }, limit) => {
      const count = (what: ReturnType<typeof sql>) => sql<bigint>`cast(coalesce(sum(${what}), 0) as bigint)`;
      const cost = count(sql`cost_nanousd`);
      const query = matching(
        db
          .selectFrom('requests')
          .select([
            'end_user',
            sql<bigint>`cast(count(*) as bigint)`.as('requests'),
            sql<bigint>`cast(count(error) as bigint)`.as('errors'),
            count(sql`input_tokens`).as('input'),
            count(sql`output_tokens`).as('output'),
            cost.as('cost'),
          ])
          .where('end_user', 'is not', null)
          .where('id', '>=', firstIdOf(from - slackMs))
          .where('id', '<', firstIdOf(to + slackMs)),
        { ...filter, from, to },
      )
        .groupBy('end_user')
        .orderBy(cost, 'desc')
        .orderBy('end_user')
        .limit(limit);
      return (await runOne(runner, query)).map(
        (row): EndUserSum => ({
          endUser: row.end_user ?? '',
          requests: Number(row.requests),
          errors: Number(row.errors),
          input: Number(row.input),
          output: Number(row.output),
          cost: row.cost,
        }),
      );
    },
  };
}

async function search(
  db: Kysely<Schema>,
  runner: QueryRunner,
  filter: RequestFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
) {
  const found: RequestRow[] = [];
  const newest = filter.to === undefined ? undefined : firstIdOf(filter.to + slackMs);
  const oldest = filter.from === undefined ? undefined : firstIdOf(filter.from - slackMs);
  let below = [cursor, newest].filter((id) => id !== undefined).sort()[0];
  const skipping = canSkip(filter) ? await firstHeld(db, runner) : undefined;
  for (let slice = 0; slice < slicesPerLook; slice++) {
    if (skipping) {
      const jumped = await nextMatchingHour(db, runner, filter, below, skipping.id);
      if (jumped === 'none') return { items: found };
      below = jumped;
    }
    const bounded = between(db.selectFrom('requests'), below, oldest).orderBy('id', 'desc');
    // The last row of the slice is asked for by itself: what matches may lie anywhere before it.
    const end = bounded
      .select('id')
      .limit(1)
      .offset(sliceRows - 1);
    const rows = matching(
      db.selectFrom(bounded.selectAll().limit(sliceRows).as('requests')).selectAll(),
      filter,
    )
      .orderBy('id', 'desc')
      .limit(limit + 1 - found.length);
    const [ends = [], matches = []] = await runAll(runner, [end, rows]);
    found.push(...(matches as unknown as Selectable<RequestsTable>[]).map(requestFromRow));
    if (found.length > limit) {
      const items = found.slice(0, limit);
      const last = items.at(-1)?.id;
      return last === undefined ? { items } : { items, nextCursor: last };
    }
    const endOfSlice = ends[0]?.id;
    if (typeof endOfSlice !== 'string') return { items: found };
    below = endOfSlice;
  }
  return below === undefined ? { items: found } : { items: found, nextCursor: below };
}

function between<Output>(
  query: SelectQueryBuilder<Schema, 'requests', Output>,
  below: string | undefined,
  oldest: string | undefined,
) {
  let bounded = query;
  if (below !== undefined) bounded = bounded.where('id', '<', below);
  if (oldest !== undefined) bounded = bounded.where('id', '>=', oldest);
  return bounded;
}

function canSkip({ keyId, projectId, model, provider }: RequestFilter): boolean {
  return [keyId, projectId, model, provider].some((value) => value !== undefined);
}

/**
 * Rows that are held are in no hour yet: nothing above the oldest of them is left out. Not of the bare column: SQLite would look
 * for its least value along the primary key, through the whole ledger, instead of in the index of what is held.
 */
async function firstHeld(db: Kysely<Schema>, runner: QueryRunner): Promise<{ readonly id?: string }> {
  const [row] = await runOne(
    runner,
    db
      .selectFrom('requests')
      .select(sql<string | null>`min(id || '')`.as('id'))
      .where('state', '=', sql.lit('held')),
  );
  return row?.id ? { id: row.id } : {};
}

/** Where to go on below `below`: at the end of the next hour that has a row of this filter. */
async function nextMatchingHour(
  db: Kysely<Schema>,
  runner: QueryRunner,
  { keyId, projectId, model, provider }: RequestFilter,
  below: string | undefined,
  held: string | undefined,
): Promise<string | undefined | 'none'> {
  if (held !== undefined && (below === undefined || below > held)) return below;
  let query = db.selectFrom('usage_hours').select('hour').orderBy('hour', 'desc').limit(1);
  if (below !== undefined) query = query.where(sql<boolean>`hour <= ${latestHourOf(below)}`);
  if (keyId !== undefined) query = query.where('key_id', '=', keyId);
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (model !== undefined) query = query.where('model', '=', model);
  if (provider !== undefined) query = query.where('provider', '=', provider);
  const [next] = await runOne(runner, query);
  if (!next) return 'none';
  const end = firstIdOf(Number(next.hour) + hourMs + slackMs);
  return below === undefined || end < below ? end : below;
}

/** Unix ms: rows below the id are of this moment or earlier. */
function latestHourOf(below: string): bigint {
  const at = timeOfId(below);
  return BigInt(at === undefined ? Number.MAX_SAFE_INTEGER : at + slackMs);
}

function matching<Output>(
  query: SelectQueryBuilder<Schema, 'requests', Output>,
  filter: RequestFilter,
): SelectQueryBuilder<Schema, 'requests', Output> {
  let matched = query;
  const equal = [
    ['key_id', filter.keyId],
    ['project_id', filter.projectId],
    ['model', filter.model],
    ['provider', filter.provider],
    ['end_user', filter.endUser],
    ['state', filter.state],
  ] as const;
  for (const [column, value] of equal) if (value !== undefined) matched = matched.where(column, '=', value);
  const flags = [
    ['partial', filter.partial],
    ['recovered', filter.recovered],
    ['stream', filter.stream],
  ] as const;
  for (const [column, value] of flags) {
    if (value !== undefined) matched = matched.where(column, '=', value ? 1n : 0n);
  }
  const least = [
    ['cost_nanousd', filter.minCost],
    ['duration_ms', filter.minDurationMs],
    ['started_at', filter.from],
  ] as const;
  for (const [column, value] of least) {
    if (value !== undefined) matched = matched.where(column, '>=', BigInt(value));
  }
  const most = [
    ['cost_nanousd', filter.maxCost],
    ['duration_ms', filter.maxDurationMs],
  ] as const;
  for (const [column, value] of most) {
    if (value !== undefined) matched = matched.where(column, '<=', BigInt(value));
  }
  if (filter.to !== undefined) matched = matched.where('started_at', '<', BigInt(filter.to));
  if (filter.error === 'any') matched = matched.where('error', 'is not', null);
  else if (filter.error === 'none') matched = matched.where('error', 'is', null);
  else if (filter.error !== undefined) matched = matched.where('error', '=', filter.error);
  if (filter.text !== undefined) {
    const part = `%${filter.text.replace(/[!%_]/g, '!$&')}%`;
    matched = matched.where(sql<boolean>`id like ${part} escape '!'`);
  }
  return matched;
}

function requestFromRow(row: Selectable<RequestsTable>): RequestRow {
  return {
    ...ledgerRowFromRow(row),
    holdTokens: Number(row.hold_tokens),
    uncharged: row.uncharged_nanousd,
    ...(row.end_user === null ? {} : { endUser: row.end_user }),
    ...(row.output_cap === null ? {} : { outputCap: Number(row.output_cap) }),
    ...(row.checkpoint_at === null ? {} : { checkpointAt: Number(row.checkpoint_at) }),
  };
}
