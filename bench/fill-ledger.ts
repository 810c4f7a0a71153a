// Fills a ledger with settled rows by SQL alone, millions of them in a minute: ids that sort by time as real ones, spread over
// 60 days or more, 20 keys and 5 models, with the sums per hour and day that go with them.
import type { Store } from '../src/core/store.ts';
import { usageDays } from '../src/store/migrations/0011-usage-days.ts';

export const filledKeys = 20;
export const filledModels = 5;
const dayMs = 86_400_000;

export type RunSql = (sql: string) => Promise<unknown>;

export interface Dialect {
  /** A table `series` with one column `n`, from 1 to `rows`. */
  series(rows: number): string;
  /** Whole division. */
  readonly divide: string;
}

export const sqliteDialect: Dialect = {
  series: (rows) =>
    `with recursive series (n) as (select 1 union all select n + 1 from series where n < ${rows})`,
  divide: '/',
};
export const postgresDialect: Dialect = {
  series: (rows) => `with series as (select n from generate_series(1::bigint, ${rows}) as of_n (n))`,
  divide: '/',
};

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** SQL for `req_`, eight base62 digits of the moment, and fourteen of the row's number. */
function idOf(at: string, row: string): string {
  const digit = (value: string, place: number) =>
    `substr('${digits}', cast(((${value}) / ${62n ** BigInt(place)}) % 62 as integer) + 1, 1)`;
  const base62 = (value: string, width: number) =>
    Array.from({ length: width }, (_, index) => digit(value, width - 1 - index)).join(' || ');
  return `'req_' || ${base62(at, 8)} || 'fillfill' || ${base62(row, 6)}`;
}

/** `until`: Unix ms of the newest row; `days`: over how many they are spread. The store has its schema and no rows. */
export async function fillLedger(
  run: RunSql,
  dialect: Dialect,
  rows: number,
  until: number,
  days = 60,
): Promise<void> {
  const step = Math.max(1, Math.floor((days * dayMs) / rows));
  const at = `(${until - step * rows} + n * ${step})`;
  await run(`insert into requests (id, state, key_id, project_id, model, provider, upstream_model, price_version,
    hold_nanousd, cost_nanousd, input_tokens, output_tokens, usage_source, stream, partial, recovered, started_at,
    first_token_ms, duration_ms, node_epoch, output_cap, hold_tokens)
  ${dialect.series(rows)}
  select ${idOf(at, 'n')}, 'settled', 'key_fill' || (n % ${filledKeys}), 'proj_bench',
    'model-' || ((n ${dialect.divide} ${filledKeys}) % ${filledModels}), 'openai', 'gpt-5.1-2025-11-13', 'config-1', 5000000, 1234567,
    1234, 567, 'reported', 1, 0, 0, ${at}, 240, 1240, 1, 4096, 5000 from series`);
  const sums = 'sum(cost_nanousd), count(*), count(*), max(started_at)';
  await run(`insert into usage_hours (hour, key_id, model, provider, project_id, requests, input_tokens, output_tokens,
    charged_tokens, cost_nanousd, duration_9, first_token_5, last_started_at)
  select started_at - started_at % 3600000, key_id, model, provider, project_id, count(*), sum(input_tokens),
    sum(output_tokens), sum(input_tokens + output_tokens), ${sums}
  from requests group by started_at - started_at % 3600000, key_id, model, provider, project_id`);
  // As an upgrade makes the days of the hours.
  for (const text of usageDays.statements) if (text.startsWith('insert')) await run(text);
}

/** The key the bench asks with, and keys for the rows that are filled in. */
export async function addKeys(store: Store): Promise<void> {
  const project = { id: 'proj_bench', name: 'bench', createdAt: 0 };
  const names = ['key_bench', ...Array.from({ length: filledKeys }, (_, index) => `key_fill${index}`)];
  for (const id of names) {
    await store.keyWriter.addKey(
      { id, name: id, hash: id, preview: 'sk-tg-00***0000', createdAt: 0 },
      project,
    );
  }
}
