// Sums over usage_days, usage_hours and their counts of errors, by any of their dimensions: ranges of their primary keys, or
// of the index by key. core/usage-plan.ts says which days and hours make up what was asked for.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { dayMs, hourMs, latencySteps } from '../../core/usage-hours.ts';
import { type MovedHours, planUsage, type UsagePlan } from '../../core/usage-plan.ts';
import type { UsageGrouping, UsageQuery, UsageReader } from '../../core/usage-report.ts';
import { addSum, emptySum, isEmptySum, type UsageSum } from '../../core/usage-sum.ts';
import { type CompiledQuery, type Parameter, type QueryRunner, runAll } from './query-runner.ts';
import type { Schema } from './schema.ts';
import { readEndUsers } from './usage-end-users.ts';
import { filterConditions } from './usage-filter.ts';
import { readLatencies } from './usage-latencies.ts';

const columnOf: Readonly<Record<Exclude<UsageGrouping, 'bucket'>, string>> = {
  hour: 'hour',
  model: 'model',
  key: 'key_id',
  project: 'project_id',
  provider: 'provider',
  error: 'code',
};
const counts = [
  'requests',
  'errors',
  'partials',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'cost_nanousd',
] as const;
const steps = [...latencySteps.keys(), latencySteps.length];

export function createUsageReader(db: Kysely<Schema>, runner: QueryRunner): UsageReader {
  return {
    usage: (query) => readUsage(db, runner, query),
    countGroups: (query, most) => countGroups(db, runner, query, most),
    endUsers: (query) => readEndUsers(db, runner, query),
    latencies: (query) => readLatencies(db, runner, query),
    async names(keys, projects) {
      const [ofKeys = [], ofProjects = []] = await runAll(runner, [
        db.selectFrom('api_keys').select(['id', 'name']).where('id', 'in', some(keys)),
        db.selectFrom('projects').select(['id', 'name']).where('id', 'in', some(projects)),
      ]);
      const byId = (rows: readonly Record<string, unknown>[]) =>
        new Map(rows.map((row) => [String(row.id), String(row.name)]));
      return { keys: byId(ofKeys), projects: byId(ofProjects) };
    },
  };
}

/** An empty list is no SQL; nothing has the empty id. */
const some = (ids: readonly string[]): readonly string[] => (ids.length === 0 ? [''] : ids);

/** One statement: a list of times and the piece each counts to, or a range of times that all count to one. */
interface Part {
  readonly table: 'hours' | 'days';
  readonly times: readonly { readonly at: number; readonly piece: number }[] | Range;
}
interface Range {
  readonly from: number;
  readonly to: number;
}

async function readUsage(
  db: Kysely<Schema>,
  runner: QueryRunner,
  query: UsageQuery,
): Promise<readonly UsageSum[]> {
  const { from, to, groupBy } = query;
  if (from >= to) return groupBy.length === 0 ? [emptySum] : [];
  if (groupBy.includes('hour')) {
    const [rows = []] = await runner.query([partQuery(db, query, { table: 'hours', times: { from, to } })]);
    return rows.map((row) => sumFromRow(row, query));
  }
  const starts = groupBy.includes('bucket') ? (query.buckets ?? [from]) : [from];
  const plan = planUsage(from, to, starts);
  const parts = [
    ...(plan.days.length > 0 ? [daysPart(plan, starts.length)] : []),
    ...(plan.moved.length > 0 ? [hoursPart(plan.moved)] : []),
  ];
  const answers = await runner.query(parts.map((part) => partQuery(db, query, part)));
  const found = createPiles(query, starts);
  for (const [index, part] of parts.entries()) {
    for (const row of answers[index] ?? []) {
      const sum = sumFromRow(row, query);
      const piece = Number(row.piece ?? 0n);
      if (part.table === 'days') found.add(piece, sum, 1);
      else {
        const moved = plan.moved[piece];
        if (moved?.from !== undefined) found.add(moved.from, sum, -1);
        if (moved?.to !== undefined) found.add(moved.to, sum, 1);
      }
    }
  }
  const sums = found.sums();
  return groupBy.length === 0 && sums.length === 0 ? [emptySum] : sums;
}

/** Of days alone, where whole days make up the buckets: the hours at their edges have hardly any group of their own. */
async function countGroups(
  db: Kysely<Schema>,
  runner: QueryRunner,
  query: UsageQuery,
  most: number,
): Promise<number> {
  const { from, to, groupBy } = query;
  if (from >= to || groupBy.length === 0) return groupBy.length === 0 ? 1 : 0;
  const starts = groupBy.includes('bucket') ? (query.buckets ?? [from]) : [from];
  const plan = planUsage(from, to, starts);
  const part: Part =
    groupBy.includes('hour') || plan.days.length === 0
      ? { table: 'hours', times: { from, to } }
      : daysPart(plan, starts.length);
  const [[row] = []] = await runner.query([partQuery(db, query, part, most)]);
  return Number(row?.groups ?? 0);
}

function daysPart({ days }: UsagePlan, buckets: number): Part {
  const sorted = days.toSorted((a, b) => a.from - b.from);
  // One stretch has its days in one piece.
  if (buckets === 1)
    return { table: 'days', times: { from: sorted[0]?.from ?? 0, to: sorted.at(-1)?.to ?? 0 } };
  return {
    table: 'days',
    times: sorted.flatMap(({ from, to, bucket }) =>
      Array.from({ length: (to - from) / dayMs }, (_, index) => ({
        at: from + index * dayMs,
        piece: bucket,
      })),
    ),
  };
}

function hoursPart(moved: readonly MovedHours[]): Part {
  const [only] = moved;
  const [first, last] = [only?.hours[0] ?? 0, only?.hours.at(-1) ?? 0];
  const isOneRange = moved.length === 1 && (last - first) / hourMs + 1 === only?.hours.length;
  return {
    table: 'hours',
    times: isOneRange
      ? { from: first, to: last + hourMs }
      : moved.flatMap(({ hours }, piece) => hours.map((at) => ({ at, piece }))),
  };
}

function partQuery(
  db: Kysely<Schema>,
  query: UsageQuery,
  { table, times }: Part,
  countTo?: number,
): CompiledQuery {
  const ofErrors = query.groupBy.includes('error');
  const time = table === 'days' ? 'day' : 'hour';
  const from = sql.table(
    ofErrors ? (table === 'days' ? 'usage_error_days' : 'usage_errors') : `usage_${table}`,
  );
  const groups = groupColumns(query);
  const isList = Array.isArray(times);
  const list = isList ? (times as readonly { at: number; piece: number }[]) : [];
  const range = times as Range;
  const keys = [
    ...(isList ? [sql`piece`] : []),
    ...groups.map(({ name, expression }) => sql`${expression} as ${sql.ref(name)}`),
  ];
  // By number: a group may hold parameters, and PostgreSQL does not know two places of one as the same.
  const numbers = Array.from({ length: groups.length + (isList ? 1 : 0) }, (_, index) => sql.lit(index + 1));
  const conditions = [
    ...(isList
      ? [sql`${sql.ref(`sums.${time}`)} = wanted.at`]
      : [sql`${sql.ref(time)} >= ${BigInt(range.from)}`, sql`${sql.ref(time)} < ${BigInt(range.to)}`]),
    ...filterConditions(query),
  ];
  // A cross join is one that SQLite does not turn round: the few times first, each looked up by the primary key.
  const source = isList ? sql`wanted cross join ${from} as sums` : sql`${from} as sums`;
  const wanted = isList
    ? sql`with wanted (at, piece) as (values ${sql.join(
        list.map(({ at, piece }) => sql`(cast(${sql.lit(at)} as bigint), ${sql.lit(piece)})`),
      )}) `
    : sql``;
  const rows = sql`from ${source}${conditions.length > 0 ? sql` where ${sql.join(conditions, sql` and `)}` : sql``}`;
  const groupBy = numbers.length > 0 ? sql` group by ${sql.join(numbers)}` : sql``;
  // Different values are counted as they are met, so SQLite stops at the limit.
  const answer =
    countTo === undefined
      ? sql`select ${sql.join([...keys, ...sumColumns(query, ofErrors)])} ${rows}${groupBy}`
      : sql`select cast(count(*) as bigint) as groups from (select distinct ${keys.length > 0 ? sql.join(keys) : sql`1 as one`} ${rows} limit ${sql.lit(countTo + 1)}) as found`;
  const { sql: text, parameters } = sql`${wanted}${answer}`.compile(db);
  return { sql: text, parameters: parameters as readonly Parameter[] };
}

function groupColumns({ groupBy, top }: UsageQuery) {
  return groupBy.flatMap((grouping) => {
    if (grouping === 'bucket') return [];
    const column = sql.ref(columnOf[grouping]);
    const isTop = top?.dimension === grouping;
    const expression = isTop
      ? sql`case when ${column} in (${sql.join(some(top.values))}) then ${column} end`
      : column;
    return [{ name: `of_${grouping}`, expression }];
  });
}

function sumColumns({ histograms }: UsageQuery, ofErrors: boolean): RawBuilder<unknown>[] {
  if (ofErrors) return [sql`${total('requests')} as errors`];
  const read = (name: 'duration' | 'first_token') => histograms === true || histograms === name;
  return [
    ...counts,
    ...(['duration', 'first_token'] as const)
      .filter(read)
      .flatMap((name) => steps.map((step) => `${name}_${step}`)),
  ].map((column) => sql`${total(column)} as ${sql.ref(column)}`);
}

/** PostgreSQL makes a numeric of a sum of bigint. */
function total(column: string): RawBuilder<unknown> {
  return sql`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;
}

function sumFromRow(row: Readonly<Record<string, unknown>>, { groupBy }: UsageQuery): UsageSum {
  const count = (name: string) => Number(row[name] ?? 0);
  const histogram = (name: 'duration' | 'first_token', none: readonly number[]) =>
    row[`${name}_0`] === undefined ? none : steps.map((step) => count(`${name}_${step}`));
  return {
    group: Object.fromEntries(
      groupBy.flatMap((grouping) => {
        const value = row[`of_${grouping}`];
        if (value === null || value === undefined) return [];
        return [[grouping, typeof value === 'string' ? value : Number(value)]];
      }),
    ),
    requests: count('requests'),
    errors: count('errors'),
    partials: count('partials'),
    input: count('input_tokens'),
    output: count('output_tokens'),
    cachedInput: count('cached_input_tokens'),
    cacheWrite: count('cache_write_tokens'),
    reasoning: count('reasoning_tokens'),
    cost: BigInt((row.cost_nanousd as bigint | undefined) ?? 0n),
    duration: histogram('duration', emptySum.duration),
    firstToken: histogram('first_token', emptySum.firstToken),
  };
}

/** Sums by bucket and group, from days and the hours that are put right. What comes to nothing is left out. */
function createPiles({ groupBy }: UsageQuery, starts: readonly number[]) {
  const piles = new Map<string, UsageSum>();
  return {
    add(bucket: number, sum: UsageSum, sign: 1 | -1) {
      const start = starts[bucket] ?? 0;
      const group = groupBy.includes('bucket') ? { ...sum.group, bucket: start } : sum.group;
      const name = JSON.stringify([bucket, ...groupBy.map((grouping) => sum.group[grouping] ?? null)]);
      piles.set(name, addSum(piles.get(name) ?? { ...emptySum, group }, sum, sign));
    },
    sums: () => [...piles.values()].filter((sum) => !isEmptySum(sum)),
  };
}
