// Looking through the ledger, newest first, whatever the filter and however long the ledger: a look reads slices of rows by
// the primary key, leaves out hours that the sums per hour say nothing matches in, and ends after a bounded number of rows.
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { firstIdOf, timeOfId } from '../../core/request-ids.ts';
import type { RequestFilter, RequestPage, RequestReader, RequestRow } from '../../core/request-search.ts';
import { ledgerRowFromRow } from './from-row.ts';
import { firstHeld, hoursTell, nextMatchingHour, slackMs } from './matching-hours.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import { isNarrow, matching, narrowed } from './request-filter.ts';
import type { RequestsTable, Schema } from './schema.ts';

/** Rows one query looks at. */
const sliceRows = 5_000;
/** Slices in one look: what a page may cost at most. */
const slicesPerLook = 20;

export function createRequestReader(db: Kysely<Schema>, runner: QueryRunner): RequestReader {
  return {
    search: (filter, page) => search(db, runner, filter, page),
    request: async (id) => {
      const neighbour = (query: SelectQueryBuilder<Schema, 'requests', object>) =>
        query.select('id').limit(1);
      const [rows = [], older = [], newer = []] = await runAll(runner, [
        withNames(db, db.selectFrom('requests').selectAll().where('id', '=', id)),
        neighbour(db.selectFrom('requests').where('id', '<', id).orderBy('id', 'desc')),
        neighbour(db.selectFrom('requests').where('id', '>', id).orderBy('id')),
      ]);
      const [row] = rows as unknown as NamedRow[];
      if (!row) return undefined;
      const idOf = (found: readonly Record<string, unknown>[]) => found[0]?.id as string | undefined;
      return { row: requestFromRow(row), older: idOf(older), newer: idOf(newer) };
    },
    recent: async ({ from, ids, most }) => {
      const rows = () => db.selectFrom('requests').selectAll();
      const newest = rows().orderBy('id', 'desc').limit(most);
      const found = await runAll(runner, [
        withNames(db, newest.where('id', '>=', from)),
        withNames(db, heldBelow(db, from, most)),
        ...(ids.length === 0 ? [] : [withNames(db, rows().where('id', 'in', [...ids]))]),
      ]);
      const byId = new Map((found.flat() as unknown as NamedRow[]).map((row) => [row.id, row]));
      return {
        rows: [...byId.values()].map(requestFromRow),
        more: found[0]?.length === most,
      };
    },
  };
}

async function search(
  db: Kysely<Schema>,
  runner: QueryRunner,
  filter: RequestFilter,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<RequestPage> {
  const found: RequestRow[] = [];
  const newest = filter.to === undefined ? undefined : firstIdOf(filter.to + slackMs);
  const oldest = filter.from === undefined ? undefined : firstIdOf(filter.from - slackMs);
  let below = [cursor, newest].filter((id) => id !== undefined).sort()[0];
  const skipping = hoursTell(filter) && !isNarrow(filter) ? await firstHeld(db, runner) : undefined;
  for (let slice = 0; slice < slicesPerLook; slice++) {
    if (skipping) {
      const jumped = await nextMatchingHour(db, runner, filter, below, skipping.id);
      if (jumped === 'none') return { items: found };
      below = jumped;
    }
    const bounded = narrowed(between(db.selectFrom('requests'), below, oldest), filter).orderBy('id', 'desc');
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
    const [ends = [], matches = []] = await runAll(runner, [end, withNames(db, rows)]);
    found.push(...(matches as unknown as NamedRow[]).map(requestFromRow));
    if (found.length > limit) return pageUpTo(found.slice(0, limit), found[limit - 1]?.id);
    const endOfSlice = ends[0]?.id;
    if (typeof endOfSlice !== 'string') return { items: found };
    below = endOfSlice;
  }
  return pageUpTo(found, below);
}

/**
 * Not of the bare column: by the primary key the whole ledger below would be read for the few rows that are held, instead of the index
 * of those.
 */
function heldBelow(db: Kysely<Schema>, from: string, most: number) {
  const id = sql<string>`id || ''`;
  return db
    .selectFrom('requests')
    .selectAll()
    .where('state', '=', sql.lit('held'))
    .where(sql<boolean>`${id} < ${from}`)
    .orderBy(id, 'desc')
    .limit(most);
}

function pageUpTo(items: readonly RequestRow[], last: string | undefined): RequestPage {
  if (last === undefined) return { items };
  const searchedTo = timeOfId(last);
  return { items, nextCursor: last, ...(searchedTo === undefined ? {} : { searchedTo }) };
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

/** Looked up for the rows of the answer alone. */
function withNames(
  db: Kysely<Schema>,
  rows: SelectQueryBuilder<Schema, 'requests', Selectable<RequestsTable>>,
) {
  return db
    .selectFrom(rows.as('requests'))
    .leftJoin('api_keys', 'api_keys.id', 'requests.key_id')
    .leftJoin('projects', 'projects.id', 'requests.project_id')
    .selectAll('requests')
    .select(['api_keys.name as key_name', 'api_keys.member_id', 'projects.name as project_name'])
    .orderBy('requests.id', 'desc');
}

type NamedRow = Selectable<RequestsTable> & {
  readonly key_name: string | null;
  readonly member_id: string | null;
  readonly project_name: string | null;
};

function requestFromRow(row: NamedRow): RequestRow {
  return {
    ...ledgerRowFromRow(row),
    holdTokens: Number(row.hold_tokens),
    uncharged: row.uncharged_nanousd,
    ...(row.end_user === null ? {} : { endUser: row.end_user }),
    ...(row.output_cap === null ? {} : { outputCap: Number(row.output_cap) }),
    ...(row.checkpoint_at === null ? {} : { checkpointAt: Number(row.checkpoint_at) }),
    ...(row.key_name === null ? {} : { keyName: row.key_name }),
    ...(row.member_id === null ? {} : { memberId: row.member_id }),
    ...(row.project_name === null ? {} : { project: row.project_name }),
  };
}
