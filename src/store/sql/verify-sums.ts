// Where the sums that are made of other sums differ from them: days from their hours, and counts of errors from the rows and
// from each other. Found by the database itself, so that nothing has to fit into memory here.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { SumDifference } from '../../core/ledger-snapshot.ts';
import { dayMs, hourMs } from '../../core/usage-hours.ts';
import type { CompiledQuery, Parameter } from './query-runner.ts';
import type { Schema } from './schema.ts';
import { usageSumColumns } from './usage-hours.ts';

const payers = ['key_id', 'model', 'provider', 'project_id'];

interface Comparison {
  readonly kind: SumDifference['kind'];
  readonly keys: readonly string[];
  readonly columns: readonly string[];
  /** Each selects `time`, the keys and the columns. */
  readonly found: RawBuilder<unknown>;
  readonly expected: RawBuilder<unknown>;
}

/** Only of hours from `horizon` on can the rows tell the errors. */
function comparisons(horizon: number): Comparison[] {
  const names = (list: readonly string[]) => sql.join(list.map((name) => sql.ref(name)));
  const errorKeys = [...payers, 'code'];
  const dayOfHour = sql`hour - hour % ${sql.lit(dayMs)}`;
  return [
    {
      kind: 'day',
      keys: payers,
      columns: usageSumColumns,
      found: sql`select day as time, ${names([...payers, ...usageSumColumns])} from usage_days`,
      expected: sql`select ${dayOfHour} as time, ${names([...payers, ...usageSumColumns])} from usage_hours`,
    },
    {
      kind: 'errors',
      keys: errorKeys,
      columns: ['requests'],
      found: sql`select hour as time, ${names([...errorKeys, 'requests'])} from usage_errors where hour >= ${BigInt(horizon)}`,
      expected: sql`select started_at - started_at % ${sql.lit(hourMs)} as time, ${names(payers)}, error as code, 1 as requests
        from requests where state <> 'held' and error is not null and started_at >= ${BigInt(horizon)}`,
    },
    {
      kind: 'error-day',
      keys: errorKeys,
      columns: ['requests'],
      found: sql`select day as time, ${names([...errorKeys, 'requests'])} from usage_error_days`,
      expected: sql`select ${dayOfHour} as time, ${names([...errorKeys, 'requests'])} from usage_errors`,
    },
  ];
}

/** One query a comparison; what it finds is read by `readSumDifferences`. */
export function sumDifferenceQueries(db: Kysely<Schema>, horizon: number, most: number) {
  return comparisons(horizon).map((comparison) => ({
    query: differenceQuery(db, comparison, most),
    read: (row: Record<string, unknown>) => differenceFromRow(row, comparison),
  }));
}

function differenceQuery(db: Kysely<Schema>, comparison: Comparison, most: number): CompiledQuery {
  const { keys, columns, found, expected } = comparison;
  const zero = sql`cast(0 as bigint)`;
  const names = sql.join(['time', ...keys].map((name) => sql.ref(name)));
  const sides = (isFound: boolean) =>
    sql.join(
      columns.flatMap((column) => [
        sql`${isFound ? sql.ref(column) : zero} as ${sql.ref(`found_${column}`)}`,
        sql`${isFound ? zero : sql.ref(column)} as ${sql.ref(`expected_${column}`)}`,
      ]),
    );
  const total = (name: string) => sql`cast(sum(${sql.ref(name)}) as bigint)`;
  const totals = columns.flatMap((column) =>
    [`found_${column}`, `expected_${column}`].map((name) => sql`${total(name)} as ${sql.ref(name)}`),
  );
  const differs = columns.map(
    (column) => sql`sum(${sql.ref(`found_${column}`)}) <> sum(${sql.ref(`expected_${column}`)})`,
  );
  const compiled = sql`select ${names}, ${sql.join(totals)} from (
      select ${names}, ${sides(true)} from (${found}) as found
      union all select ${names}, ${sides(false)} from (${expected}) as expected
    ) as sides group by ${names} having ${sql.join(differs, sql` or `)} order by ${names} limit ${sql.lit(most)}`.compile(
    db,
  );
  return { sql: compiled.sql, parameters: compiled.parameters as readonly Parameter[] };
}

function differenceFromRow(row: Record<string, unknown>, { kind, keys, columns }: Comparison): SumDifference {
  return {
    kind,
    time: Number(row.time),
    of: keys.map((name) => String(row[name])),
    columns: columns.flatMap((name) => {
      const [expected, found] = [row[`expected_${name}`] as bigint, row[`found_${name}`] as bigint];
      return expected === found ? [] : [{ name, expected, found }];
    }),
  };
}
