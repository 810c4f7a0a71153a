// What lists of accounts show beside their rows, for all rows of a page at once: what keys and projects spent, and names of ids.
import { type Kysely, sql } from 'kysely';
import type { AccountNames, KeyActivity, ProjectFigures } from '../../core/accounts.ts';
import { type QueryRunner, runAll, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';
import { type Used, usedIn } from './usage-since.ts';

export async function keyActivity(
  db: Kysely<Schema>,
  runner: QueryRunner,
  ids: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, KeyActivity>> {
  if (ids.length === 0) return new Map();
  const [used = new Map<string, Used>()] = await usedIn(db, runner, 'key_id', [
    { stretch: { start: since, end: Number.POSITIVE_INFINITY }, ids },
  ]);
  const last = db
    .selectFrom('api_keys')
    .select((eb) => [
      'id',
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
  const found = new Map<string, KeyActivity>();
  for (const { id, last_used_at: at } of await runOne(runner, last)) {
    const { cost = 0n, requests = 0n } = used.get(id) ?? {};
    const sum = { spent: cost, requests: Number(requests) };
    if (at !== null) found.set(id, { ...sum, lastUsedAt: Number(at) });
    else if (requests > 0n) found.set(id, sum);
  }
  return found;
}

export async function projectFigures(
  db: Kysely<Schema>,
  runner: QueryRunner,
  ids: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, ProjectFigures>> {
  if (ids.length === 0) return new Map();
  const [used = new Map<string, Used>()] = await usedIn(db, runner, 'project_id', [
    { stretch: { start: since, end: Number.POSITIVE_INFINITY }, ids },
  ]);
  const counts = await runOne(
    runner,
    db
      .selectFrom('api_keys')
      .select(['project_id', sql<bigint>`cast(count(*) as bigint)`.as('keys')])
      .where('project_id', 'in', ids)
      .where('status', '!=', 'revoked')
      .where('kind', 'is', null)
      .groupBy('project_id'),
  );
  const keys = new Map(counts.map((row) => [row.project_id, Number(row.keys)]));
  return new Map(
    ids.map((id) => {
      const { cost = 0n, requests = 0n } = used.get(id) ?? {};
      return [id, { spent: cost, requests: Number(requests), keys: keys.get(id) ?? 0 }];
    }),
  );
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
