// Where counters of limits stand, many at once: those that are stored, and for the others what the first request under them
// would find: sums of the ledger. A page of limits or keys costs as many queries as it has windows, not rows.
import type { Compilable, Kysely, Selectable } from 'kysely';
import { payersOf } from '../../budgets/limit-book.ts';
import type { CounterRow, WantedCounter } from '../../core/limit-admin.ts';
import { hourMs } from '../../core/usage-hours.ts';
import { keySums } from './key-sums.ts';
import { sumQueries } from './limits-in-force.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import type { LimitCountersTable, Schema } from './schema.ts';

/** In the order asked for. */
export async function countersOf(
  db: Kysely<Schema>,
  runner: QueryRunner,
  wanted: readonly WantedCounter[],
): Promise<readonly CounterRow[]> {
  const found = await storedCounters(db, runner, wanted);
  const missing = wanted.filter((each) => !found.has(nameOf(each)) && !slides(each));
  const byKey = missing.filter(isOfOneKey);
  const others = missing.filter((each) => !isOfOneKey(each));
  const sums = [
    ...(await keySums(
      db,
      runner,
      byKey.map((each) => ({ ...each, key: payersOf(each.limit, each.subject).key ?? '' })),
    )),
    ...(await ledgerSums(db, runner, others)),
  ];
  for (const { wanted: each, settled, held } of sums) {
    found.set(nameOf(each), { subject: each.subject, windowStart: each.span.start, settled, held });
  }
  // A sliding minute begins with the first request under it.
  return wanted.map(
    (each) =>
      found.get(nameOf(each)) ?? {
        subject: each.subject,
        windowStart: each.span.start,
        settled: 0n,
        held: 0n,
      },
  );
}

export function counterFromRow(row: Selectable<LimitCountersTable>): CounterRow {
  return {
    subject: row.subject,
    windowStart: Number(row.window_start),
    settled: row.settled,
    held: row.held,
    ...(row.slots === null ? {} : { slots: row.slots }),
  };
}

const nameOf = ({ limit, subject, span }: WantedCounter) => `${limit.id} ${span.start} ${subject}`;
const slides = ({ limit }: WantedCounter) => limit.window === 'minute' && limit.metric !== 'concurrent';

/** Its rows are those of one key, in whole hours: such counters are summed up together. */
function isOfOneKey({ limit, subject, span }: WantedCounter): boolean {
  const payers = payersOf(limit, subject);
  const whole = limit.metric === 'concurrent' || (span.start % hourMs === 0 && wholeEnd(span.end));
  return whole && payers.key !== undefined && Object.keys(payers).length === 1;
}

const wholeEnd = (end: number) => !Number.isFinite(end) || end % hourMs === 0;

/** Those of limits with one counter by the limit; those of limits with many by the subject too. */
async function storedCounters(
  db: Kysely<Schema>,
  runner: QueryRunner,
  wanted: readonly WantedCounter[],
): Promise<Map<string, CounterRow>> {
  const single = wanted.filter(({ subject }) => subject === '');
  const many = wanted.filter(({ subject }) => subject !== '');
  const queries = [single, many]
    .filter((some) => some.length > 0)
    .map((some) =>
      db
        .selectFrom('limit_counters')
        .selectAll()
        .where('limit_id', 'in', distinct(some.map(({ limit }) => limit.id)))
        .where('subject', 'in', distinct(some.map(({ subject }) => subject)))
        .where('window_start', 'in', distinct(some.map(({ span }) => span.start)).map(BigInt)),
    );
  const found = new Map<string, CounterRow>();
  if (queries.length === 0) return found;
  for (const rows of await runAll(runner, queries)) {
    for (const row of rows as unknown as Selectable<LimitCountersTable>[]) {
      found.set(`${row.limit_id} ${row.window_start} ${row.subject}`, counterFromRow(row));
    }
  }
  return found;
}

interface Sum {
  readonly wanted: WantedCounter;
  readonly settled: bigint;
  readonly held: bigint;
}

/** One after the other, in one transaction. */
async function ledgerSums(
  db: Kysely<Schema>,
  runner: QueryRunner,
  wanted: readonly WantedCounter[],
): Promise<Sum[]> {
  if (wanted.length === 0) return [];
  const queries = wanted.map(({ limit, subject, span }) =>
    sumQueries(db, { limit, subject }, payersOf(limit, subject), span),
  );
  const flat: Compilable[] = queries.flatMap(({ closed, held }) => [...closed, held]);
  const totals = (await runAll(runner, flat)).map((rows) => BigInt((rows[0]?.total ?? 0) as bigint));
  let next = 0;
  return wanted.map((each, index) => {
    const parts = queries[index]?.closed.length ?? 0;
    const settled = totals.slice(next, next + parts).reduce((sum, part) => sum + part, 0n);
    const held = totals[next + parts] ?? 0n;
    next += parts + 1;
    return { wanted: each, settled, held };
  });
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
