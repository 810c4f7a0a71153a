// What keys or projects used in a stretch of whole hours: by the sums per day of UTC where whole days lie in it, by those per
// hour at its edges. Each part is a query of its own; their rows add up.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { dayMs } from '../../core/usage-hours.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import type { Schema } from './schema.ts';

/** Unix ms, whole hours; `end` is left out and may be Infinity. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Used {
  readonly cost: bigint;
  readonly tokens: bigint;
  readonly requests: bigint;
}

interface Part {
  readonly table: 'usage_days' | 'usage_hours';
  readonly time: 'day' | 'hour';
  readonly stretch: Stretch;
}

/** For many stretches at once: of each what its ids used; those without any are not in it. */
export async function usedIn(
  db: Kysely<Schema>,
  runner: QueryRunner,
  by: 'key_id' | 'project_id',
  wanted: readonly { readonly stretch: Stretch; readonly ids: readonly string[] }[],
): Promise<readonly ReadonlyMap<string, Used>[]> {
  const parts = wanted.flatMap(({ stretch, ids }, index) =>
    ids.length === 0 ? [] : partsOf(stretch).map((part) => ({ index, query: sums(db, by, part, ids) })),
  );
  const found = wanted.map(() => new Map<string, Used>());
  if (parts.length === 0) return found;
  const results = await runAll(
    runner,
    parts.map(({ query }) => query),
  );
  for (const [place, rows] of results.entries()) {
    const sum = found[parts[place]?.index ?? -1];
    for (const row of rows) {
      const id = String(row.id);
      const before = sum?.get(id) ?? nothing;
      sum?.set(id, {
        cost: before.cost + BigInt(row.cost as bigint),
        tokens: before.tokens + BigInt(row.tokens as bigint),
        requests: before.requests + BigInt(row.requests as bigint),
      });
    }
  }
  return found;
}

/** Nano-USD of a key since then, as a value of SQL. */
export function spentSince(key: RawBuilder<unknown>, since: number): RawBuilder<bigint> {
  const terms = partsOf({ start: since, end: Number.POSITIVE_INFINITY }).map(
    ({ table, time, stretch }) =>
      sql`coalesce((select cast(sum(cost_nanousd) as bigint) from ${sql.table(table)} where key_id = ${key} and ${within(time, stretch)}), 0)`,
  );
  return sql<bigint>`(${sql.join(terms, sql` + `)})`;
}

function partsOf({ start, end }: Stretch): Part[] {
  const first = Math.ceil(start / dayMs) * dayMs;
  const last = Number.isFinite(end) ? Math.floor(end / dayMs) * dayMs : end;
  const hours = (from: number, to: number): Part[] =>
    from < to ? [{ table: 'usage_hours', time: 'hour', stretch: { start: from, end: to } }] : [];
  if (first >= last) return hours(start, end);
  return [
    { table: 'usage_days', time: 'day', stretch: { start: first, end: last } },
    ...hours(start, first),
    ...(Number.isFinite(end) ? hours(last, end) : []),
  ];
}

function sums(
  db: Kysely<Schema>,
  by: 'key_id' | 'project_id',
  { table, time, stretch }: Part,
  ids: readonly string[],
) {
  const total = (column: string) => sql<bigint>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;
  return db
    .selectFrom(table)
    .select([
      sql<string>`${sql.ref(by)}`.as('id'),
      total('cost_nanousd').as('cost'),
      total('charged_tokens').as('tokens'),
      total('requests').as('requests'),
    ])
    .where(by, 'in', ids)
    .where(within(time, stretch))
    .groupBy(by);
}

function within(time: 'day' | 'hour', { start, end }: Stretch): RawBuilder<boolean> {
  const from = sql`${sql.ref(time)} >= ${BigInt(start)}`;
  return Number.isFinite(end)
    ? sql<boolean>`${from} and ${sql.ref(time)} < ${BigInt(end)}`
    : sql<boolean>`${from}`;
}

const nothing: Used = { cost: 0n, tokens: 0n, requests: 0n };
