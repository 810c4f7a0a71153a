// How long the console waits for its charts over five million rows of a whole year, on SQLite and on PostgreSQL, through the
// admin API of a gateway as users start it. `node bench/usage.ts [--rows N] [--rounds N] [--only sqlite,postgres]`.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import { openPostgresGatewayStore } from '../src/store/postgres/open.ts';
import { openSqliteGatewayStore } from '../src/store/sqlite/open.ts';
import { runSql, startPostgres } from '../tests/support/postgres.ts';
import { addKeys, fillLedger, postgresDialect, sqliteDialect } from './fill-ledger.ts';
import { makeFolder } from './gateway.ts';
import { machine } from './machine.ts';
import { start } from './spawn.ts';
import { type Spread, spread } from './statistics.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    rounds: { type: 'string', default: '9' },
    only: { type: 'string', default: 'sqlite,postgres' },
  },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const days = 366;
const warmUp = 2;
const adminToken = 'bench-admin-token-0123456789abcdef';

/** What the pages ask for: a name, and the query of `/usage`. */
const charts = {
  'overview: 24 hours by model, first token, compared':
    'range=24h&group_by=hour,model&top=5&order_by=requests&compare=previous&percentiles=first_token',
  'overview: month by key, compared': 'range=month&group_by=day,key&top=5&compare=previous&percentiles=false',
  '30 days by model': 'range=30d&group_by=day,model&top=7&percentiles=false',
  '30 days of hours by key': 'range=30d&group_by=hour,key&top=7&percentiles=false',
  '90 days by key, compared': 'range=90d&group_by=day,key&top=7&percentiles=false&compare=previous',
  'a year of weeks by model': 'range=12m&group_by=week,model&top=7&percentiles=false',
  'a year of days by key': 'range=12m&group_by=day,key&top=7&percentiles=false',
  'a year of weeks by key, compared': 'range=12m&group_by=week,key&top=7&percentiles=false&compare=previous',
  'a year of weeks, duration': 'range=12m&group_by=week&percentiles=duration',
  'a year of weeks, duration by model': 'range=12m&group_by=week,model&top=7&percentiles=duration',
  'a year of errors by code': 'range=12m&group_by=week,error&top=7&percentiles=false',
  'a year of weeks by model, New York':
    'range=12m&group_by=week,model&top=7&percentiles=false&time_zone=America/New_York',
  'a year of days by model, New York':
    'range=12m&group_by=day,model&top=7&percentiles=false&time_zone=America/New_York',
  'a year of one key, by model': 'range=12m&group_by=week,model&top=7&percentiles=false&key=key_fill3',
  'end users of 30 days': 'range=30d&group_by=day,end_user&top=7&percentiles=false',
} as const;

async function measure(dataFolder: string, databaseUrl: string | undefined): Promise<Map<string, Spread>> {
  await using gateway = await start({
    args: ['src/main.ts', 'serve'],
    place: 'anywhere',
    environment: {
      TOLLGATE_PORT: '0',
      TOLLGATE_DATA: dataFolder,
      TOLLGATE_ADMIN_TOKEN: adminToken,
      TOLLGATE_LOCAL_MODEL: 'off',
      ...(databaseUrl === undefined ? {} : { TOLLGATE_DATABASE_URL: databaseUrl }),
    },
    until: /listens on (http:\S+)/,
  });
  const measured = new Map<string, Spread>();
  for (const [name, query] of Object.entries(charts)) {
    const times: number[] = [];
    for (let round = 0; round < rounds + warmUp; round++) {
      const before = performance.now();
      const answer = await fetch(`${gateway.found}/admin/v1/usage?${query}`, {
        headers: { authorization: `Bearer ${adminToken}` },
      });
      const body = (await answer.json()) as { buckets?: unknown[] };
      if (!answer.ok || !body.buckets?.length)
        throw new Error(`${query}: ${answer.status} ${JSON.stringify(body)}`);
      if (round >= warmUp) times.push(performance.now() - before);
    }
    measured.set(name, spread(times));
    console.error(`${name}: ${times.map((ms) => ms.toFixed(0)).join(' ')} ms`);
  }
  return measured;
}

const until = Date.now() - 3_600_000;
const report = (problem: unknown) => console.error(problem);

async function sqlite(): Promise<Map<string, Spread>> {
  using folder = makeFolder();
  {
    await using store = await openSqliteGatewayStore({
      folder: folder.path,
      clock: systemClock,
      synchronous: 'NORMAL',
      report,
    });
    await addKeys(store);
  }
  {
    using database = new DatabaseSync(join(folder.path, 'tollgate.sqlite'));
    database.exec('pragma synchronous = off; pragma cache_size = -400000');
    await fillLedger(async (sql) => database.exec(sql), sqliteDialect, rows, until, days);
    database.exec('pragma wal_checkpoint(truncate)');
  }
  return await measure(folder.path, undefined);
}

async function postgres(): Promise<Map<string, Spread>> {
  await using server = await startPostgres({ fsync: true });
  using folder = makeFolder();
  const url = await server.createDatabase();
  {
    await using store = await openPostgresGatewayStore({
      url,
      folder: folder.path,
      clock: systemClock,
      report,
    });
    await addKeys(store);
  }
  await fillLedger((sql) => runSql(url, sql), postgresDialect, rows, until, days);
  // As autovacuum would have, had the rows come one by one.
  await runSql(url, 'vacuum analyze');
  return await measure(folder.path, url);
}

const about = machine();
const only = values.only.split(',');
const measured: [string, Map<string, Spread>][] = [];
if (only.includes('sqlite')) measured.push(['SQLite', await sqlite()]);
if (only.includes('postgres')) measured.push(['PostgreSQL', await postgres()]);

const ms = (figures: Spread | undefined) =>
  figures ? `${figures.median.toFixed(0)} ms (${figures.min.toFixed(0)} – ${figures.max.toFixed(0)})` : '';
console.log(
  `${about.date} · \`node bench/usage.ts\` · ${rows.toLocaleString('en-US')} rows over ${days} days · Node ${about.node}`,
);
console.log(`${about.processor}, ${about.cores} cores, load before the run ${about.loadBefore}`);
console.log(
  `\n| Chart | ${measured.map(([name]) => name).join(' | ')} |\n| --- |${' --- |'.repeat(measured.length)}`,
);
for (const name of Object.keys(charts)) {
  console.log(`| ${name} | ${measured.map(([, figures]) => ms(figures.get(name))).join(' | ')} |`);
}
