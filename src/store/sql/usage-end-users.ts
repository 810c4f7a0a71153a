// Sums by end user. They are in no table of sums, which would have as many rows as the ledger: they are read from the newest
// rows of the range, up to a bounded number, and the answer says how far back that went.
import { type Kysely, sql } from 'kysely';
import { firstIdOf } from '../../core/request-ids.ts';
import { hourMs } from '../../core/usage-hours.ts';
import type { EndUserLook, EndUserQuery } from '../../core/usage-report.ts';
import { emptySum } from '../../core/usage-sum.ts';
import type { CompiledQuery, Parameter, QueryRunner } from './query-runner.ts';
import type { Schema } from './schema.ts';
import { filterConditions } from './usage-filter.ts';

/** The id is made a moment before the time that counts. */
const slackMs = 60_000;

export async function readEndUsers(
  db: Kysely<Schema>,
  runner: QueryRunner,
  query: EndUserQuery,
): Promise<EndUserLook> {
  const { most, byHour } = query;
  const compiled = (text: ReturnType<typeof sql>): CompiledQuery => {
    const { sql: statement, parameters } = text.compile(db);
    return { sql: statement, parameters: parameters as readonly Parameter[] };
  };
  const [extent = [], rows = []] = await runner.query([
    compiled(sql`select cast(count(*) as bigint) as looked, cast(min(started_at) as bigint) as oldest
      from (${newestRows(query)}) as newest`),
    compiled(sumsOf(query)),
  ]);
  const looked = Number(extent[0]?.looked ?? 0);
  const count = (value: unknown) => Number(value ?? 0);
  return {
    rows: looked,
    ...(looked === most ? { endedAt: count(extent[0]?.oldest) } : {}),
    sums: rows.map((row) => ({
      ...emptySum,
      group: {
        ...(row.who === null ? {} : { end_user: String(row.who) }),
        ...(byHour ? { hour: count(row.hour) } : {}),
      },
      requests: count(row.requests),
      errors: count(row.errors),
      partials: count(row.partials),
      input: count(row.input),
      output: count(row.output),
      cachedInput: count(row.cached),
      cacheWrite: count(row.cache_write),
      reasoning: count(row.reasoning),
      cost: BigInt((row.cost as bigint | null) ?? 0n),
    })),
  };
}

function newestRows({ from, to, endUser, most }: EndUserQuery) {
  const one = endUser === undefined ? sql`` : sql` and end_user = ${endUser}`;
  return sql`select * from requests where id >= ${firstIdOf(Math.max(0, from - slackMs))}
    and id < ${firstIdOf(to + slackMs)}${one} order by id desc limit ${sql.lit(most)}`;
}

function sumsOf(query: EndUserQuery) {
  const { from, to, top, byHour } = query;
  const who =
    top === undefined
      ? sql`end_user`
      : sql`case when end_user in (${sql.join(top.length === 0 ? [''] : top)}) then end_user end`;
  const total = (column: string) => sql`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;
  const conditions = [
    sql`end_user is not null`,
    sql`state <> 'held'`,
    sql`started_at >= ${BigInt(from)}`,
    sql`started_at < ${BigInt(to)}`,
    ...filterConditions(query),
  ];
  return sql`select ${who} as who${byHour ? sql`, started_at - started_at % ${sql.lit(hourMs)} as hour` : sql``},
    cast(count(case when state = 'settled' then 1 end) as bigint) as requests,
    cast(count(error) as bigint) as errors, ${total('partial')} as partials,
    ${total('input_tokens')} as input, ${total('output_tokens')} as output,
    ${total('cached_input_tokens')} as cached, ${total('cache_write_tokens')} as cache_write,
    ${total('reasoning_tokens')} as reasoning, ${total('cost_nanousd')} as cost
    from (${newestRows(query)}) as newest
    where ${sql.join(conditions, sql` and `)} group by ${byHour ? sql`1, 2` : sql`1`}`;
}
