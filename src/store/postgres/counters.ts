// The counters of a transaction on a database that several nodes share: locked in one order, made under a lock that
// keeps every batch out, handed to the books of budgets/, written back in one statement.
import type { Kysely } from 'kysely';
import type { Client, QueryConfig } from 'pg';
import type { CounterKey, CounterValue } from '../../budgets/books.ts';
import { type Counter, isSliding, slotsFromText, slotsToText } from '../../budgets/counter.ts';
import { type AppliedLimit, type LimitBook, payersOf } from '../../budgets/limit-book.ts';
import type { Span, WindowOf } from '../../budgets/window.ts';
import type { Payers } from '../../core/limits.ts';
import { sumQueries } from '../sql/limits-in-force.ts';
import type { Schema } from '../sql/schema.ts';
import { pipeline } from './connect.ts';

/** Of our own choice; the number means nothing. */
const barrier = 7_460_911_220_002n;

/**
 * Whatever opens or closes rows of the ledger begins with this, and holds it until it commits: so a counter that is made
 * under the other half is made of rows that stand still. What is read afterwards is read behind it.
 */
export const beginLedger: QueryConfig = {
  text: `begin; select pg_advisory_xact_lock_shared(${barrier})`,
};

/** A limit that applies to a request, with the counter it counts in. */
export interface NeededCounter {
  readonly key: CounterKey;
  readonly applied: AppliedLimit;
  readonly span: Span;
}

export class CountersMissing extends Error {
  override readonly name = 'CountersMissing';
  readonly needed: readonly NeededCounter[];

  constructor(needed: readonly NeededCounter[]) {
    super('counters are to be made first');
    this.needed = needed;
  }
}

export function nameOf({ limitId, subject, windowStart }: CounterKey): string {
  return `${limitId} ${windowStart} ${subject}`;
}

/** By name, each once. */
export type NeededCounters = Map<string, NeededCounter>;

export function addNeeded(
  needed: NeededCounters,
  book: LimitBook,
  windowOf: WindowOf,
  payers: Payers,
  startedAt: number,
): void {
  for (const applied of book.applying(payers)) {
    const { id, metric, window, timeZone } = applied.limit;
    const span = windowOf(metric === 'concurrent' ? 'lifetime' : window, timeZone, startedAt);
    const key = { limitId: id, subject: applied.subject, windowStart: span.start };
    const name = nameOf(key);
    if (!needed.has(name)) needed.set(name, { key, applied, span });
  }
}

/** Those that are there, by name, locked until the transaction ends. */
export async function lockCounters(
  client: Client,
  needed: NeededCounters,
): Promise<Map<string, CounterValue>> {
  const found = new Map<string, CounterValue>();
  if (needed.size === 0) return found;
  const keys = [...needed.values()].map(({ key }) => key);
  const { rows } = await client.query({
    name: 'tollgate_lock_counters',
    // Sorted before they are locked: two transactions that need the same ones never wait for each other in a circle.
    text: `select c.limit_id, c.subject, c.window_start, c.settled, c.held, c.slots
from limit_counters c
join unnest($1::text[], $2::text[], $3::bigint[]) as given (limit_id, subject, window_start)
  on c.limit_id = given.limit_id and c.subject = given.subject and c.window_start = given.window_start
order by c.limit_id, c.subject, c.window_start for update of c`,
    values: [
      keys.map(({ limitId }) => limitId),
      keys.map(({ subject }) => subject),
      keys.map(({ windowStart }) => windowStart),
    ],
  });
  for (const row of rows) {
    const key = {
      limitId: row.limit_id as string,
      subject: row.subject as string,
      windowStart: Number(row.window_start),
    };
    found.set(nameOf(key), {
      settled: row.settled as bigint,
      held: row.held as bigint,
      slots: row.slots === null ? undefined : slotsFromText(String(row.slots)),
    });
  }
  return found;
}

export function writeCounters(counters: readonly Omit<Counter, 'dirty'>[]): QueryConfig {
  return {
    name: 'tollgate_write_counters',
    text: `update limit_counters c set settled = given.settled, held = given.held, slots = given.slots
from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
  as given (limit_id, subject, window_start, settled, held, slots)
where c.limit_id = given.limit_id and c.subject = given.subject and c.window_start = given.window_start`,
    values: [
      counters.map(({ limitId }) => limitId),
      counters.map(({ subject }) => subject),
      counters.map(({ windowStart }) => windowStart),
      counters.map(({ settled }) => settled),
      counters.map(({ held }) => held),
      counters.map(({ slots }) => (slots ? slotsToText(slots) : null)),
    ],
  };
}

/** Makes counters from what the ledger says, in a transaction of its own, while no batch of any node is under way. */
export async function createCounters(
  client: Client,
  db: Kysely<Schema>,
  needed: readonly NeededCounter[],
): Promise<void> {
  await pipeline(client, [{ text: 'begin' }, { text: `select pg_advisory_xact_lock(${barrier})` }]);
  try {
    for (const { key, applied, span } of needed) {
      const value = await sumOf(client, db, applied, span);
      await client.query({
        // The limit may be gone since this node read it.
        text: `insert into limit_counters (limit_id, subject, window_start, settled, held, slots)
select $1::text, $2::text, $3::bigint, $4::bigint, $5::bigint, $6::text
where exists (select from limits where id = $1 and deleted_at is null) on conflict do nothing`,
        values: [
          key.limitId,
          key.subject,
          key.windowStart,
          value.settled,
          value.held,
          isSliding(applied.limit) ? '[]' : null,
        ],
      });
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function sumOf(
  client: Client,
  db: Kysely<Schema>,
  applied: AppliedLimit,
  span: Span,
): Promise<CounterValue> {
  if (isSliding(applied.limit)) return { settled: 0n, held: 0n };
  const { closed, held } = sumQueries(db, applied, payersOf(applied.limit, applied.subject), span);
  const results = await pipeline(
    client,
    [held, ...closed].map((query) => {
      const { sql, parameters } = query.compile();
      return { text: sql, values: parameters };
    }),
  );
  const totals = results.map(({ rows }) => rows[0]?.total as bigint);
  return { held: totals[0] ?? 0n, settled: totals.slice(1).reduce((sum, total) => sum + total, 0n) };
}
