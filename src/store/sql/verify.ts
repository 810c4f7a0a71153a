// What checking the ledger asks of a database besides the rows: counters, nodes, and where the sums per hour differ from the
// rows they are sums of, found by the database itself so that nothing has to fit into memory here.
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { ClosedHour, HourDifference, StoredCounter, StoredNode } from '../../core/ledger-snapshot.ts';
import { hourMs, latencySteps } from '../../core/usage-hours.ts';
import type { LimitCountersTable, NodesTable, Schema } from './schema.ts';

export function selectCounters(db: Kysely<Schema>) {
  return db.selectFrom('limit_counters').selectAll();
}

export function counterFromRow(row: Selectable<LimitCountersTable>): StoredCounter {
  return {
    limitId: row.limit_id,
    subject: row.subject,
    windowStart: Number(row.window_start),
    settled: row.settled,
    held: row.held,
    ...(row.slots === null ? undefined : { slots: row.slots }),
  };
}

export function selectNodes(db: Kysely<Schema>) {
  return db.selectFrom('nodes').select(['epoch', 'id', 'stopped_at']);
}

export function nodeFromRow(row: Pick<Selectable<NodesTable>, 'epoch' | 'id' | 'stopped_at'>): StoredNode {
  return {
    epoch: Number(row.epoch),
    id: row.id,
    ...(row.stopped_at === null ? undefined : { stoppedAt: Number(row.stopped_at) }),
  };
}

export function selectOrganizations(db: Kysely<Schema>) {
  return db.selectFrom('projects').select(['id', 'organization_id']);
}

export function selectClosedHours(db: Kysely<Schema>, horizon: number) {
  const total = (column: string) => sql<bigint>`cast(sum(${sql.ref(column)}) as bigint)`;
  return db
    .selectFrom('usage_hours')
    .select(['hour', 'key_id', 'model', 'project_id'])
    .select([
      total('cost_nanousd').as('cost'),
      total('charged_tokens').as('tokens'),
      total('requests').as('requests'),
    ])
    .where('hour', '<', BigInt(horizon))
    .groupBy(['hour', 'key_id', 'model', 'project_id']);
}

export function closedHourFromRow(row: {
  hour: bigint;
  key_id: string;
  model: string;
  project_id: string;
  cost: bigint;
  tokens: bigint;
  requests: bigint;
}): ClosedHour {
  const { cost, tokens, requests } = row;
  return {
    hour: Number(row.hour),
    keyId: row.key_id,
    model: row.model,
    projectId: row.project_id,
    cost,
    tokens,
    requests,
  };
}

const used = sql`(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))`;

/** What one closed row adds to each column of its hour. The histograms are compared by their sums. */
const ofRow: Readonly<Record<string, RawBuilder<unknown>>> = {
  requests: sql`case when state = 'settled' then 1 else 0 end`,
  errors: sql`case when error is null then 0 else 1 end`,
  partials: sql`partial`,
  input_tokens: sql`coalesce(input_tokens, 0)`,
  output_tokens: sql`coalesce(output_tokens, 0)`,
  cached_input_tokens: sql`coalesce(cached_input_tokens, 0)`,
  cache_write_tokens: sql`coalesce(cache_write_tokens, 0)`,
  reasoning_tokens: sql`coalesce(reasoning_tokens, 0)`,
  charged_tokens: sql`case when state <> 'settled' then 0 when ${used} < hold_tokens then ${used} else hold_tokens end`,
  cost_nanousd: sql`coalesce(cost_nanousd, 0)`,
  durations: sql`case when duration_ms is null then 0 else 1 end`,
  first_tokens: sql`case when first_token_ms is null then 0 else 1 end`,
};
const columns = Object.keys(ofRow);

function ofHour(column: string): RawBuilder<unknown> {
  const histogram = { durations: 'duration', first_tokens: 'first_token' }[column];
  if (histogram === undefined) return sql.ref(column);
  const steps = Array.from({ length: latencySteps.length + 1 }, (_, step) => sql.ref(`${histogram}_${step}`));
  return sql.join(steps, sql` + `);
}

/** Both sides as rows of one list, added up by hour: what does not come out equal differs. */
export function selectHourDifferences(db: Kysely<Schema>, horizon: number, most: number) {
  const zero = sql`cast(0 as bigint)`;
  const side = (value: (column: string) => RawBuilder<unknown>, found: boolean) =>
    sql.join(
      columns.flatMap((column) => [
        sql`${found ? value(column) : zero} as ${sql.ref(`found_${column}`)}`,
        sql`${found ? zero : value(column)} as ${sql.ref(`expected_${column}`)}`,
      ]),
    );
  const both = sql`select hour, key_id, model, provider, project_id, ${side(ofHour, true)}
    from usage_hours where hour >= ${BigInt(horizon)}
    union all
    select started_at - started_at % ${sql.lit(hourMs)} as hour, key_id, model, provider, project_id,
    ${side((column) => ofRow[column] ?? zero, false)}
    from requests where state <> 'held' and started_at >= ${BigInt(horizon)}`;
  const total = (name: string) => sql`cast(sum(${sql.ref(name)}) as bigint)`;
  const totals = columns.flatMap((column) =>
    [`found_${column}`, `expected_${column}`].map((name) => sql`${total(name)} as ${sql.ref(name)}`),
  );
  const differs = columns.map(
    (column) => sql`sum(${sql.ref(`found_${column}`)}) <> sum(${sql.ref(`expected_${column}`)})`,
  );
  return sql<Record<string, unknown>>`select hour, key_id, model, provider, project_id, ${sql.join(totals)}
    from (${both}) as sides
    group by hour, key_id, model, provider, project_id
    having ${sql.join(differs, sql` or `)}
    order by hour, key_id, model, provider, project_id limit ${sql.lit(most)}`.compile(db);
}

export function hourDifferenceFromRow(row: Record<string, unknown>): HourDifference {
  return {
    hour: Number(row.hour),
    keyId: String(row.key_id),
    model: String(row.model),
    provider: String(row.provider),
    projectId: String(row.project_id),
    columns: columns.flatMap((name) => {
      const [expected, found] = [row[`expected_${name}`] as bigint, row[`found_${name}`] as bigint];
      return expected === found ? [] : [{ name, expected, found }];
    }),
  };
}
