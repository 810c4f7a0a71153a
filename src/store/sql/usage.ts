// Sums over usage_hours by any of its dimensions: one range of its primary key, or of the index by key.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { latencySteps } from '../../core/usage-hours.ts';
import type { UsageDimension, UsageQuery, UsageReader, UsageSum } from '../../core/usage-report.ts';
import { type QueryRunner, runOne } from './query-runner.ts';
import type { Schema } from './schema.ts';

const columnOf: Readonly<Record<UsageDimension, 'hour' | 'model' | 'key_id' | 'project_id' | 'provider'>> = {
  hour: 'hour',
  model: 'model',
  key: 'key_id',
  project: 'project_id',
  provider: 'provider',
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
    usage: async (query) =>
      (await runOne(runner, usageQuery(db, query))).map((row) => sumFromRow(row, query)),
  };
}

function usageQuery(db: Kysely<Schema>, { from, to, groupBy, histograms, ...filter }: UsageQuery) {
  const groups = groupBy.map((dimension) => columnOf[dimension]);
  let query = db
    .selectFrom('usage_hours')
    .select([
      ...groups.map((column) => sql<unknown>`${sql.ref(column)}`.as(column)),
      ...counts.map((column) => total(sql.ref(column)).as(column)),
      ...(histograms ? steps : []).flatMap((step) =>
        (['duration', 'first_token'] as const).map((name) =>
          total(sql.ref(`${name}_${step}`)).as(`${name}_${step}`),
        ),
      ),
    ])
    .where('hour', '>=', BigInt(from))
    .where('hour', '<', BigInt(to));
  const { keyId, projectId, model, provider } = filter;
  if (keyId !== undefined) query = query.where('key_id', '=', keyId);
  if (projectId !== undefined) query = query.where('project_id', '=', projectId);
  if (model !== undefined) query = query.where('model', '=', model);
  if (provider !== undefined) query = query.where('provider', '=', provider);
  return groups.length === 0 ? query : query.groupBy(groups);
}

/** PostgreSQL makes a numeric of a sum of bigint. */
function total(column: RawBuilder<unknown>): RawBuilder<bigint> {
  return sql<bigint>`cast(coalesce(sum(${column}), 0) as bigint)`;
}

function sumFromRow(row: object, { groupBy, histograms }: UsageQuery): UsageSum {
  const cells = row as Readonly<Record<string, bigint | string>>;
  const count = (name: string) => Number(cells[name] ?? 0n);
  return {
    group: Object.fromEntries(
      groupBy.map((dimension) => {
        const value = cells[columnOf[dimension]] ?? '';
        return [dimension, typeof value === 'bigint' ? Number(value) : value];
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
    cost: BigInt(cells.cost_nanousd ?? 0n),
    duration: steps.map((step) => (histograms ? count(`duration_${step}`) : 0)),
    firstToken: steps.map((step) => (histograms ? count(`first_token_${step}`) : 0)),
  };
}
