// Keys as an administrator lists them: filtered, searched and in an order of choice, page by page. The cursor of a page is the
// place of its last row in that order.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { KeyFilter, KeyOrder } from '../../core/accounts.ts';
import type { Page, PageRequest } from '../../core/paging.ts';
import type { StoredKey } from '../../core/stored-key.ts';
import { type KeyRow, keyFromRow, pageOf } from './from-row.ts';
import { selectKeys } from './keys.ts';
import { type QueryRunner, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';
import { spentSince } from './usage-since.ts';

export async function listKeys(
  db: Kysely<Schema>,
  runner: QueryRunner,
  filter: KeyFilter,
  { limit, cursor }: PageRequest,
  now: number,
  order?: KeyOrder,
): Promise<Page<StoredKey>> {
  const query = filtered(db, filter, now).limit(limit + 1);
  if (order === undefined) {
    if (cursor !== undefined && placeFrom(cursor).length > 0) throw otherOrder();
    const newest = query.orderBy('api_keys.id', 'desc');
    const page = cursor === undefined ? newest : newest.where('api_keys.id', '<', cursor);
    return pageOf((await runOne(runner, page)).map(keyFromRow), limit);
  }
  const value = sortValue(order);
  const direction = order.descending ? 'desc' : 'asc';
  let ordered = query.select(value.as('place')).orderBy('place', direction).orderBy('api_keys.id', direction);
  if (cursor !== undefined) {
    const after = readPlace(order, cursor);
    const beyond = order.descending ? sql.raw('<') : sql.raw('>');
    ordered = ordered.where(
      sql<boolean>`(${value} ${beyond} ${after.value} or (${value} = ${after.value} and api_keys.id ${beyond} ${after.id}))`,
    );
  }
  const rows = (await runOne(runner, ordered)) as (KeyRow & { place: bigint | string })[];
  const { items } = pageOf(rows.map(keyFromRow), limit);
  const last = rows[items.length - 1];
  return rows.length > limit && last ? { items, nextCursor: writePlace(order, last) } : { items };
}

/** Both databases order by it, and compare by it where a page ends. */
function sortValue({ by, since }: KeyOrder): RawBuilder<bigint | string> {
  switch (by) {
    case 'created':
      return sql<bigint>`api_keys.created_at`;
    case 'name':
      return sql<string>`lower(api_keys.name)`;
    case 'expires':
      return sql<bigint>`coalesce(api_keys.expires_at, ${sql.lit(Number.MAX_SAFE_INTEGER)})`;
    case 'last_used':
      return sql<bigint>`coalesce((select last_started_at from usage_hours where usage_hours.key_id = api_keys.id order by hour desc, last_started_at desc limit 1), 0)`;
    case 'spend':
      return spentSince(sql`api_keys.id`, since);
  }
}

function writePlace({ by, descending }: KeyOrder, row: { id: string; place: bigint | string }): string {
  return JSON.stringify([by, descending, String(row.place), row.id]);
}

/** Throws RangeError for a cursor of another order. */
function readPlace({ by, descending }: KeyOrder, cursor: string): { value: bigint | string; id: string } {
  const [sort, down, value, id] = placeFrom(cursor);
  if (sort !== by || down !== descending || typeof value !== 'string' || typeof id !== 'string') {
    throw otherOrder();
  }
  if (by === 'name') return { value, id };
  if (!/^\d{1,19}$/.test(value)) throw otherOrder();
  return { value: BigInt(value), id };
}

const otherOrder = () => new RangeError('the cursor belongs to another order');

function placeFrom(cursor: string): readonly unknown[] {
  try {
    const place: unknown = JSON.parse(cursor);
    return Array.isArray(place) ? place : [];
  } catch {
    return [];
  }
}

function filtered(db: Kysely<Schema>, filter: KeyFilter, now: number) {
  let query = selectKeys(db);
  if (filter.projectId !== undefined) query = query.where('api_keys.project_id', '=', filter.projectId);
  if (filter.organizationId !== undefined) {
    query = query.where('projects.organization_id', '=', filter.organizationId);
  }
  if (filter.memberId === null) query = query.where('api_keys.member_id', 'is', null);
  else if (filter.memberId !== undefined) query = query.where('api_keys.member_id', '=', filter.memberId);
  if (filter.kind === 'api') query = query.where('api_keys.kind', 'is', null);
  else if (filter.kind !== undefined) query = query.where('api_keys.kind', '=', filter.kind);
  if (filter.name !== undefined) {
    query = query.where(sql<boolean>`lower(api_keys.name) like ${partOf(filter.name)} escape '!'`);
  }
  if (filter.search !== undefined) {
    const part = partOf(filter.search);
    query = query.where(
      sql<boolean>`(lower(api_keys.name) like ${part} escape '!' or lower(api_keys.preview) like ${part} escape '!' or api_keys.id = ${filter.search})`,
    );
  }
  const { status } = filter;
  if (status === undefined) return query;
  if (status !== 'expired' && status !== 'active') return query.where('api_keys.status', '=', status);
  const passed = sql<boolean>`coalesce(api_keys.expires_at <= ${BigInt(now)}, false)`;
  return query
    .where('api_keys.status', '=', 'active')
    .where(status === 'expired' ? passed : sql<boolean>`not ${passed}`);
}

/** For `like` with `escape '!'`: anywhere in a text that is in lower case. */
export const partOf = (text: string) => `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`;
