// Holds and settles on an empty ledger and on one of millions of rows, in turns, on SQLite and on PostgreSQL over loopback;
// then the console's pages over the full one. `node bench/holds.ts [--quick] [--rows N] [--only sqlite,postgres]`. A full run
// puts its table into docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/core/clock.ts';
import type { GatewayStore } from '../src/core/store.ts';
import { openPostgresGatewayStore } from '../src/store/postgres/open.ts';
import { openSqliteGatewayStore } from '../src/store/sqlite/open.ts';
import { runSql, startPostgres } from '../tests/support/postgres.ts';
import { addKeys, fillLedger, postgresDialect, sqliteDialect } from './fill-ledger.ts';
import { makeFolder } from './gateway.ts';
import { latency, setLimits, throughput } from './hold-rounds.ts';
import { measurePages, type PageFigures } from './ledger-pages.ts';
import { type Machine, machine } from './machine.ts';
import { root } from './spawn.ts';
import { ratios, type Spread, spread } from './statistics.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string' },
    only: { type: 'string', default: 'sqlite,postgres' },
  },
});
const rows = Number(values.rows ?? (values.quick ? 200_000 : 5_000_000));
const plan = values.quick
  ? { rounds: 3, requests: 5_000, slow: 200, pages: 5 }
  : { rounds: 7, requests: 20_000, slow: 1_000, pages: 15 };
const concurrency = 256;

interface Measured {
  readonly name: string;
  readonly limits: number;
  readonly perSecond: Spread;
  readonly holdMs: Spread;
  /** On the full ledger / on the empty one, round by round; absent where only one was measured. */
  readonly perSecondRatio?: Spread;
  readonly holdRatio?: Spread;
}

/** The empty ledger and the full one in turns. */
async function measure(name: string, empty: GatewayStore, full?: GatewayStore): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const limits of [1, 5]) {
    const series = { perSecond: [[], []], holdMs: [[], []] } as Record<'perSecond' | 'holdMs', number[][]>;
    const stores = full ? [empty, full] : [empty];
    for (const store of stores) {
      await setLimits(store, limits);
      await throughput(store, 5_000, concurrency);
    }
    for (let round = 0; round < plan.rounds; round++) {
      for (const [index, store] of stores.entries()) {
        series.perSecond[index]?.push(await throughput(store, plan.requests, concurrency));
        series.holdMs[index]?.push(await latency(store, plan.slow));
      }
    }
    const [perSecond = [], perSecondFull = []] = series.perSecond;
    const [holdMs = [], holdFull = []] = series.holdMs;
    const figures = { name, limits, perSecond: spread(perSecond), holdMs: spread(holdMs) };
    const compared = {
      perSecondRatio: ratios(perSecondFull, perSecond),
      holdRatio: ratios(holdFull, holdMs),
    };
    measured.push(full ? { ...figures, ...compared } : figures);
    console.error(`${name}, ${limits} limits: measured`);
  }
  return measured;
}

interface StoreFigures {
  readonly measured: readonly Measured[];
  readonly pages: PageFigures;
  readonly fillSeconds: number;
}

const until = () => Date.now() - 3_600_000;
const report = (problem: unknown) => console.error(problem);

async function timed(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}

async function sqlite(): Promise<StoreFigures> {
  using emptyFolder = makeFolder();
  using fullFolder = makeFolder();
  using normalFolder = makeFolder();
  const open = async (folder: string, synchronous: 'FULL' | 'NORMAL') =>
    openSqliteGatewayStore({ folder, clock: systemClock, synchronous, report });
  {
    await using store = await open(fullFolder.path, 'NORMAL');
    await addKeys(store);
  }
  const fillSeconds = await timed(async () => {
    using database = new DatabaseSync(join(fullFolder.path, 'tollgate.sqlite'));
    database.exec('pragma synchronous = off; pragma cache_size = -400000');
    await fillLedger(async (sql) => database.exec(sql), sqliteDialect, rows, until());
    database.exec('pragma wal_checkpoint(truncate)');
  });
  console.error(`SQLite: ${rows} rows in ${fillSeconds.toFixed(0)} s`);
  const measured: Measured[] = [];
  {
    await using empty = await open(emptyFolder.path, 'FULL');
    await using full = await open(fullFolder.path, 'FULL');
    await addKeys(empty);
    measured.push(...(await measure('SQLite, synchronous=FULL', empty, full)));
  }
  {
    await using normal = await open(normalFolder.path, 'NORMAL');
    await addKeys(normal);
    measured.push(...(await measure('SQLite, synchronous=NORMAL', normal)));
  }
  return { measured, pages: await measurePages(fullFolder.path, undefined, plan.pages), fillSeconds };
}

async function postgres(): Promise<StoreFigures> {
  await using server = await startPostgres({ fsync: true });
  using emptyFolder = makeFolder();
  using fullFolder = makeFolder();
  using pageFolder = makeFolder();
  const [emptyUrl, fullUrl] = [await server.createDatabase(), await server.createDatabase()];
  const open = (folder: string, url: string) =>
    openPostgresGatewayStore({ url, folder, clock: systemClock, report });
  await using empty = await open(emptyFolder.path, emptyUrl);
  await using full = await open(fullFolder.path, fullUrl);
  await addKeys(empty);
  await addKeys(full);
  const fillSeconds = await timed(async () => {
    await fillLedger((sql) => runSql(fullUrl, sql), postgresDialect, rows, until());
    // As autovacuum would have, had the rows come one by one.
    await runSql(fullUrl, 'vacuum analyze');
    await runSql(fullUrl, 'checkpoint');
  });
  console.error(`PostgreSQL: ${rows} rows in ${fillSeconds.toFixed(0)} s`);
  const measured = await measure('PostgreSQL, fsync=on', empty, full);
  return { measured, pages: await measurePages(pageFolder.path, fullUrl, plan.pages), fillSeconds };
}

const number = (value: number, digits: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
function show({ median, min, max }: Spread, unit: string, digits = 0): string {
  return `${number(median, digits)}${unit} (${number(min, digits)} – ${number(max, digits)})`;
}

function tableOf(figures: Machine, stores: readonly StoreFigures[]): string {
  const lines = stores.flatMap(({ measured, pages }) => [
    ...measured.flatMap(({ name, limits, perSecond, holdMs, perSecondRatio, holdRatio }) => {
      const isPostgres = name.startsWith('PostgreSQL');
      const what = `${name}, ${limits} ${limits === 1 ? 'limit' : 'limits'}`;
      return [
        [`${what}: holds + settles per second`, show(perSecond, ''), isPostgres ? '≥ 2,000' : '≥ 5,000'],
        [`${what}: one hold at a time, p50`, show(holdMs, ' ms', 2), isPostgres ? '< 3 ms' : '< 0.4 ms'],
        ...(perSecondRatio
          ? [[`… per second, ${number(rows, 0)} rows / empty`, show(perSecondRatio, ' ×', 2), '≥ 0.90 ×']]
          : []),
        ...(holdRatio
          ? [[`… one hold, ${number(rows, 0)} rows / empty`, show(holdRatio, ' ×', 2), '≤ 1.10 ×']]
          : []),
      ];
    }),
    ...pageLines(measured[0]?.name.split(',')[0] ?? '', pages),
  ]);
  return [
    `${figures.date} · \`node bench/holds.ts\` · Tollgate ${figures.tollgate} · Node ${figures.node}`,
    `${figures.processor}, ${figures.cores} cores, ${figures.memoryGigabytes} GB, ${figures.system}; load before the run ${figures.loadBefore}; no pinning`,
    '',
    '| What | Median (min – max) | Target |',
    '| --- | --- | --- |',
    ...lines.map((line) => `| ${line.join(' | ')} |`),
  ].join('\n');
}

function pageLines(name: string, { usageByModel, firstPage, firstPageOfKey }: PageFigures): string[][] {
  const over = `${name}, ${number(rows, 0)} rows`;
  return [
    [`${over}: \`/admin/v1/usage?group_by=model\`, 30 days`, show(usageByModel, ' ms', 1), '< 100 ms'],
    [`${over}: \`/admin/v1/requests\`, first page`, show(firstPage, ' ms', 1), '< 100 ms'],
    [`${over}: … of one key`, show(firstPageOfKey, ' ms', 1), '< 100 ms'],
  ];
}

function writeTable(table: string): void {
  const [begin, end] = ['<!-- holds:begin -->', '<!-- holds:end -->'];
  const path = join(root, 'docs', 'benchmarks.md');
  const text = readFileSync(path, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${path} has lost its markers ${begin} and ${end}`);
  writeFileSync(path, `${text.slice(0, before)}${begin}\n\n${table}\n\n${text.slice(after)}`);
}

const about = machine();
const parts = values.only.split(',');
const stores = [
  ...(parts.includes('sqlite') ? [await sqlite()] : []),
  ...(parts.includes('postgres') ? [await postgres()] : []),
];
const table = tableOf(about, stores);
console.log(table);
console.log(JSON.stringify({ bench: 'holds', ...about, rows, plan, stores }));
if (!values.quick && stores.length === 2) writeTable(table);
