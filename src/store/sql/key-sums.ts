// What many keys used in windows of whole hours, as limits count it: a few looks at the sums and one at the rows that are held
// for each window, however many keys there are.
import { type Kysely, sql } from 'kysely';
import type { WantedCounter } from '../../core/limit-admin.ts';
import type { LimitMetric } from '../../core/limits.ts';
import type { LedgerState } from '../../core/store.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import type { Schema } from './schema.ts';
import { type Used, usedIn } from './usage-since.ts';

export interface WantedOfKey extends WantedCounter {
  readonly key: string;
}

export async function keySums(db: Kysely<Schema>, runner: QueryRunner, wanted: readonly WantedOfKey[]) {
  if (wanted.length === 0) return [];
  const groups = [...Map.groupBy(wanted, windowOf).values()].map((members) => ({
    members,
    keys: [...new Set(members.map(({ key }) => key))],
    // Requests under way have no window, and of them nothing is closed.
    span: members[0]?.limit.metric === 'concurrent' ? undefined : members[0]?.span,
  }));
  const closed = await usedIn(
    db,
    runner,
    'key_id',
    groups.map(({ keys, span }) => ({ stretch: span ?? { start: 0, end: 0 }, ids: span ? keys : [] })),
  );
  const held = await runAll(
    runner,
    groups.map(({ keys, span }) => heldSums(db, keys, span)),
  );
  return groups.flatMap(({ members }, index) => {
    const now = new Map(
      (held[index] as unknown as (Used & { readonly id: string })[]).map((row) => [row.id, row]),
    );
    return members.map((each) => ({
      wanted: each,
      settled: amountOf(each.limit.metric, closed[index]?.get(each.key)),
      held: amountOf(each.limit.metric, now.get(each.key)),
    }));
  });
}

function windowOf({ limit, span }: WantedOfKey): string {
  return limit.metric === 'concurrent' ? 'now' : `${span.start} ${span.end}`;
}

function heldSums(db: Kysely<Schema>, keys: readonly string[], span: WantedCounter['span'] | undefined) {
  const query = db
    .selectFrom('requests')
    .select([
      'key_id as id',
      sql<bigint>`cast(coalesce(sum(hold_nanousd), 0) as bigint)`.as('cost'),
      sql<bigint>`cast(coalesce(sum(hold_tokens), 0) as bigint)`.as('tokens'),
      sql<bigint>`cast(count(*) as bigint)`.as('requests'),
    ])
    .where('state', '=', sql.lit<LedgerState>('held'))
    .where('key_id', 'in', keys)
    .groupBy('key_id');
  if (span === undefined) return query;
  const since = query.where('started_at', '>=', BigInt(span.start));
  return Number.isFinite(span.end) ? since.where('started_at', '<', BigInt(span.end)) : since;
}

function amountOf(metric: LimitMetric, used: Used | undefined): bigint {
  if (!used) return 0n;
  if (metric === 'cost') return BigInt(used.cost);
  return BigInt(metric === 'tokens' ? used.tokens : used.requests);
}
