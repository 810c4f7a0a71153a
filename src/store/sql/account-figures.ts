// What lists of accounts show beside their rows, for all rows of a page at once: what keys and projects spent, and names of ids.
import { type Kysely, sql } from 'kysely';
import type { AccountNames, KeyActivity, ProjectFigures } from '../../core/accounts.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import type { Schema } from './schema.ts';

/** Both by the index on key and hour: as much work as the keys have hours. */
export async function keyActivity(
  db: Kysely<Schema>,
  runner: QueryRunner,
  ids: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, KeyActivity>> {
  if (ids.length === 0) return new Map();
  const spent = db
    .selectFrom('usage_hours')
    .select(['key_id', spentSum, requestSum])
    .where('key_id', 'in', ids)
    .where('hour', '>=', BigInt(since))
    .groupBy('key_id');
  const last = db
    .selectFrom('api_keys')
    .select((eb) => [
      'id as key_id',
      eb
        .selectFrom('usage_hours')
        .select('last_started_at')
        .whereRef('usage_hours.key_id', '=', 'api_keys.id')
        .orderBy('hour', 'desc')
        .orderBy('last_started_at', 'desc')
        .limit(1)
        .as('last_used_at'),
    ])
    .where('id', 'in', ids);
  const [sums = [], used = []] = await runAll(runner, [spent, last]);
  const found = new Map<string, KeyActivity>();
  for (const row of used) {
    if (row.last_used_at === null) continue;
    found.set(String(row.key_id), { spent: 0n, requests: 0, lastUsedAt: Number(row.last_used_at) });
  }
  for (const row of sums) {
    const id = String(row.key_id);
    found.set(id, { ...found.get(id), spent: BigInt(row.spent as bigint), requests: Number(row.requests) });
  }
  return found;
}

/** By the hours since then: as much work as all projects have hours. */
export async function projectFigures(
  db: Kysely<Schema>,
  runner: QueryRunner,
  ids: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, ProjectFigures>> {
  if (ids.length === 0) return new Map();
  const spent = db
    .selectFrom('usage_hours')
    .select(['project_id', spentSum, requestSum])
    .where('hour', '>=', BigInt(since))
    .where('project_id', 'in', ids)
    .groupBy('project_id');
  const keys = db
    .selectFrom('api_keys')
    .select(['project_id', sql<bigint>`cast(count(*) as bigint)`.as('keys')])
    .where('project_id', 'in', ids)
    .where('status', '!=', 'revoked')
    .groupBy('project_id');
  const [sums = [], counts = []] = await runAll(runner, [spent, keys]);
  const found = new Map<string, ProjectFigures>();
  for (const row of counts) {
    found.set(String(row.project_id), { spent: 0n, requests: 0, keys: Number(row.keys) });
  }
  for (const row of sums) {
    const id = String(row.project_id);
    const { keys: count = 0 } = found.get(id) ?? {};
    found.set(id, { spent: BigInt(row.spent as bigint), requests: Number(row.requests), keys: count });
  }
  return found;
}

export async function accountNames(
  db: Kysely<Schema>,
  runner: QueryRunner,
  ids: Readonly<Record<keyof AccountNames, readonly string[]>>,
): Promise<AccountNames> {
  const tables = { organization: 'organizations', project: 'projects', key: 'api_keys' } as const;
  const kinds = (['organization', 'project', 'key'] as const).filter((kind) => ids[kind].length > 0);
  const names = { organization: new Map(), project: new Map(), key: new Map() };
  if (kinds.length === 0) return names;
  const queries = kinds.map((kind) =>
    db.selectFrom(tables[kind]).select(['id', 'name']).where('id', 'in', ids[kind]),
  );
  for (const [index, rows] of (await runAll(runner, queries)).entries()) {
    for (const { id, name } of rows) names[kinds[index] ?? 'key'].set(String(id), String(name));
  }
  return names;
}

const spentSum = sql<bigint>`cast(sum(cost_nanousd) as bigint)`.as('spent');
const requestSum = sql<bigint>`cast(sum(requests) as bigint)`.as('requests');
