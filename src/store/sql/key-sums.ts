// What many keys used in windows of whole hours, as limits count it: one look at the sums per hour and one at the rows that are
// held for each window, however many keys there are.
import { type Kysely, sql } from 'kysely';
import type { WantedCounter } from '../../core/limit-admin.ts';
import type { LimitMetric } from '../../core/limits.ts';
import type { LedgerState } from '../../core/store.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import type { Schema } from './schema.ts';

export interface WantedOfKey extends WantedCounter {
  readonly key: string;
}

interface Totals {
  readonly key_id: string;
  readonly cost: bigint | number;
  readonly tokens: bigint | number;
  readonly requests: bigint | number;
}

export async function keySums(db: Kysely<Schema>, runner: QueryRunner, wanted: readonly WantedOfKey[]) {
  const groups = [...Map.groupBy(wanted, windowOf).values()];
  const queries = groups.flatMap((group) => {
    const keys = [...new Set(group.map(({ key }) => key))];
    const [first] = group;
    const span = first && first.limit.metric !== 'concurrent' ? first.span : undefined;
    return [closedSums(db, keys, span), heldSums(db, keys, span)];
  });
  const results = queries.length === 0 ? [] : await runAll(runner, queries);
  return groups.flatMap((group, index) => {
    const closed = totalsOf(results[index * 2]);
    const held = totalsOf(results[index * 2 + 1]);
    return group.map((each) => ({
      wanted: each,
      settled: each.limit.metric === 'concurrent' ? 0n : amountOf(each.limit.metric, closed.get(each.key)),
      held: amountOf(each.limit.metric, held.get(each.key)),
    }));
  });
}

/** Requests under way have no window: all that is held. */
function windowOf({ limit, span }: WantedOfKey): string {
  return limit.metric === 'concurrent' ? 'now' : `${span.start} ${span.end}`;
}

function closedSums(db: Kysely<Schema>, keys: readonly string[], span: WantedCounter['span'] | undefined) {
  const query = db
    .selectFrom('usage_hours')
    .select([
      'key_id',
      total('cost_nanousd').as('cost'),
      total('charged_tokens').as('tokens'),
      total('requests').as('requests'),
    ])
    .where('key_id', 'in', keys)
    .groupBy('key_id');
  // Of requests under way nothing is closed.
  if (span === undefined) return query.where(sql<boolean>`1 = 0`);
  const since = query.where('hour', '>=', BigInt(span.start));
  return Number.isFinite(span.end) ? since.where('hour', '<', BigInt(span.end)) : since;
}

function heldSums(db: Kysely<Schema>, keys: readonly string[], span: WantedCounter['span'] | undefined) {
  const query = db
    .selectFrom('requests')
    .select([
      'key_id',
      total('hold_nanousd').as('cost'),
      total('hold_tokens').as('tokens'),
      sql<bigint>`cast(count(*) as bigint)`.as('requests'),
    ])
    .where('state', '=', sql.lit<LedgerState>('held'))
    .where('key_id', 'in', keys)
    .groupBy('key_id');
  if (span === undefined) return query;
  const since = query.where('started_at', '>=', BigInt(span.start));
  return Number.isFinite(span.end) ? since.where('started_at', '<', BigInt(span.end)) : since;
}

function total(column: string) {
  return sql<bigint>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;
}

function totalsOf(rows: readonly Record<string, unknown>[] = []): ReadonlyMap<string, Totals> {
  return new Map((rows as unknown as Totals[]).map((row) => [row.key_id, row]));
}

function amountOf(metric: LimitMetric, totals: Totals | undefined): bigint {
  if (!totals) return 0n;
  if (metric === 'cost') return BigInt(totals.cost);
  return BigInt(metric === 'tokens' ? totals.tokens : totals.requests);
}
