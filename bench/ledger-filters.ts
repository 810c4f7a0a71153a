// How long each filter of the console's list of requests takes on a ledger of millions: one look, and a search to its end, for what
// many rows match and for what hardly any does. `node bench/ledger-filters.ts [--rows N] [--only sqlite,postgres]`.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import type { RequestFilter, RequestReader } from '../src/core/request-search.ts';
import { latencySteps } from '../src/core/usage-hours.ts';
import { openPostgresGatewayStore } from '../src/store/postgres/open.ts';
import { openSqliteGatewayStore } from '../src/store/sqlite/open.ts';
import { runSql, startPostgres } from '../tests/support/postgres.ts';
import { addKeys, fillLedger, postgresDialect, type RunSql, sqliteDialect } from './fill-ledger.ts';
import { makeFolder } from './gateway.ts';
import { machine } from './machine.ts';
import { spread } from './statistics.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string' }, only: { type: 'string', default: 'sqlite,postgres' } },
});
const rows = Number(values.rows ?? 5_000_000);
const rounds = 5;
const hourMs = 3_600_000;

/** Odd ones among the rows that are all alike; their sums per hour are made anew. */
async function vary(run: RunSql): Promise<void> {
  const some = (every: number, set: string, place = 0) =>
    run(
      `update requests set ${set} where input_tokens is not null and (started_at / 10) % ${every} = ${place}`,
    );
  await some(2_003, `error = 'client_aborted', partial = 1`);
  await some(500_009, `error = 'upstream_timeout', partial = 1`, 7);
  await some(500_009, `recovered = 1`, 11);
  await some(500_009, `state = 'released', error = 'upstream_rate_limited', cost_nanousd = 0`, 13);
  await some(500_009, `cost_nanousd = 987654321000`, 17);
  await some(500_009, `duration_ms = 900000, first_token_ms = 30000`, 19);
  await some(500_009, `end_user = 'rare'`, 23);
  await some(1_009, `end_user = 'ada'`, 29);
  await some(500_009, `stream = 0`, 31);
  const steps = [...latencySteps, 1e15];
  const columns = ['duration', 'first_token'].flatMap((name) =>
    steps.map((step, index) => [
      `${name}_${index}`,
      `sum(case when ${name}_ms > ${steps[index - 1] ?? -1} and ${name}_ms <= ${step} then 1 else 0 end)`,
    ]),
  );
  await run('delete from usage_hours');
  await run(`insert into usage_hours (hour, key_id, model, provider, project_id, requests, errors, partials, input_tokens,
    output_tokens, charged_tokens, cost_nanousd, last_started_at, ${columns.map(([name]) => name).join(', ')})
  select started_at - started_at % ${hourMs}, key_id, model, provider, project_id, count(*), count(error), sum(partial),
    sum(input_tokens), sum(output_tokens), sum(input_tokens + output_tokens), sum(cost_nanousd), max(started_at),
    ${columns.map(([, sum]) => sum).join(', ')}
  from requests group by started_at - started_at % ${hourMs}, key_id, model, provider, project_id`);
}

const day = 86_400_000;
const filters: readonly (readonly [string, RequestFilter])[] = [
  ['none', {}],
  ['key', { keyId: 'key_fill7' }],
  ['key that has no row', { keyId: 'key_none' }],
  ['model', { model: 'model-3' }],
  ['model that has no row', { model: 'gone' }],
  ['provider that has no row', { provider: 'gone' }],
  ['project', { projectId: 'proj_bench' }],
  ['state held (none)', { state: 'held' }],
  ['state released (rare)', { state: 'released' }],
  ['recovered (rare)', { recovered: true }],
  ['any error', { error: 'any' }],
  ['error code (rare)', { error: 'upstream_timeout' }],
  ['two error codes (rare)', { error: 'upstream_timeout,upstream_rate_limited' }],
  ['error code that no row has', { error: 'gone' }],
  ['error and key', { error: 'any', keyId: 'key_fill7' }],
  ['partial', { partial: true }],
  ['cost ≥ $900 (rare)', { minCost: 900_000_000_000n }],
  ['cost ≥ $0.001', { minCost: 1_000_000n }],
  ['cost ≤ $0 (rare)', { maxCost: 0n }],
  ['duration ≥ 10 min (rare)', { minDurationMs: 600_000 }],
  ['first token ≥ 20 s (rare)', { minFirstTokenMs: 20_000 }],
  ['end user', { endUser: 'ada' }],
  ['end user (rare)', { endUser: 'rare' }],
  ['not streams (rare)', { stream: false }],
  ['how the id begins', { text: 'req_0V' }],
  ['text in the id that none has', { text: 'zzzzzzzz' }],
  ['one day, 30 days ago', { from: Date.now() - 31 * day, to: Date.now() - 30 * day }],
  [
    'one day and an end user (rare)',
    { from: Date.now() - 31 * day, to: Date.now() - 30 * day, endUser: 'rare' },
  ],
];

interface Measured {
  readonly name: string;
  readonly found: number;
  readonly firstMs: string;
  /** To the first 100 rows, or to the end of the ledger. */
  readonly wholeMs: number;
  readonly looks: number;
}

async function measure(reader: RequestReader): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const [name, filter] of filters) {
    const first: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const before = performance.now();
      await reader.search(filter, { limit: 100 });
      // The first warms the cache.
      if (round > 0) first.push(performance.now() - before);
    }
    let found = 0;
    let looks = 0;
    let cursor: string | undefined;
    const before = performance.now();
    do {
      const page = await reader.search(filter, { limit: 100 - found, ...(cursor ? { cursor } : {}) });
      found += page.items.length;
      cursor = page.nextCursor;
      looks++;
    } while (cursor !== undefined && found < 100);
    const { median, max } = spread(first);
    const row = {
      name,
      found,
      firstMs: `${median.toFixed(0)} (${max.toFixed(0)})`,
      wholeMs: performance.now() - before,
      looks,
    };
    console.error(
      `${name}: ${row.firstMs} ms, to ${found} rows ${row.wholeMs.toFixed(0)} ms in ${looks} looks`,
    );
    measured.push(row);
  }
  return measured;
}

const until = () => Date.now() - hourMs;

async function sqlite(): Promise<Measured[]> {
  using folder = makeFolder();
  const open = () =>
    openSqliteGatewayStore({
      folder: folder.path,
      clock: systemClock,
      report: console.error,
      synchronous: 'NORMAL',
    });
  {
    await using store = await open();
    await addKeys(store);
  }
  {
    using database = new DatabaseSync(join(folder.path, 'tollgate.sqlite'));
    database.exec('pragma synchronous = off; pragma cache_size = -400000');
    const run: RunSql = async (sql) => database.exec(sql);
    await fillLedger(run, sqliteDialect, rows, until());
    await vary(run);
    database.exec('pragma wal_checkpoint(truncate)');
  }
  console.error(`SQLite: ${rows} rows`);
  await using store = await open();
  return await measure(store.admin.requestReader);
}

async function postgres(): Promise<Measured[]> {
  await using server = await startPostgres({ fsync: true });
  using folder = makeFolder();
  const url = await server.createDatabase();
  await using store = await openPostgresGatewayStore({
    url,
    folder: folder.path,
    clock: systemClock,
    report: console.error,
  });
  await addKeys(store);
  const run: RunSql = (sql) => runSql(url, sql);
  await fillLedger(run, postgresDialect, rows, until());
  await vary(run);
  // As autovacuum would have, had the rows come one by one.
  await run('vacuum analyze');
  console.error(`PostgreSQL: ${rows} rows`);
  return await measure(store.admin.requestReader);
}

const parts = values.only.split(',');
const about = machine();
const figures = {
  ...(parts.includes('sqlite') ? { SQLite: await sqlite() } : {}),
  ...(parts.includes('postgres') ? { PostgreSQL: await postgres() } : {}),
};
const names = Object.keys(figures) as (keyof typeof figures)[];
console.log(
  `${about.date} · \`node bench/ledger-filters.ts\` · ${rows.toLocaleString('en-US')} rows · ${about.processor}, ${about.cores} cores`,
);
console.log(
  `\n| Filter | ${names.map((name) => `${name}: one look, ms: median (max) | … to 100 rows or the end, ms (looks)`).join(' | ')} |`,
);
console.log(`| --- |${names.map(() => ' --- | --- |').join('')}`);
for (const [index, [name]] of filters.entries()) {
  const cells = names.map((database) => {
    const row = figures[database]?.[index];
    return `${row?.firstMs} | ${row?.wholeMs.toFixed(0)} (${row?.looks})`;
  });
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
