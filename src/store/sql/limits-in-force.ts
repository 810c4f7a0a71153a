// Limits as the batch needs them: the definitions in force, their counters, and the sums of the ledger a counter is made
// from. The rules that use them are in budgets/; changing limits is somebody else's business.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AppliedLimit } from '../../budgets/limit-book.ts';
import type { Span } from '../../budgets/window.ts';
import type { Limit, LimitMetric, LimitScope, LimitWindow } from '../../core/limits.ts';
import type { LedgerState } from '../../core/store.ts';
import { hourMs } from '../../core/usage-hours.ts';
import type { Schema } from './schema.ts';
import { type Statement, slot, statement } from './statement.ts';

export interface LimitStatements {
  /** Grows with every change of a limit. Returns `value`. */
  readonly limitsGeneration: Statement;
  readonly selectLimits: Statement;
  /** Cells: limit id, subject, window start. */
  readonly readCounter: Statement;
  /** Cells: limit id, subject, window start, settled, held, slots. */
  readonly writeCounter: Statement;
}

export function limitStatements(db: Kysely<Schema>): LimitStatements {
  return {
    limitsGeneration: statement(
      db.selectFrom('generations').select('value').where('name', '=', sql.lit('limits')),
      [],
    ),
    selectLimits: statement(db.selectFrom('limits').selectAll().where('deleted_at', 'is', null), []),
    readCounter: statement(
      db
        .selectFrom('limit_counters')
        .select(['settled', 'held', 'slots'])
        .where('limit_id', '=', slot('limitId'))
        .where('subject', '=', slot('subject'))
        .where('window_start', '=', slot<bigint>('windowStart')),
      ['limitId', 'subject', 'windowStart'],
    ),
    writeCounter: statement(
      db
        .insertInto('limit_counters')
        .values({
          limit_id: slot('limitId'),
          subject: slot('subject'),
          window_start: slot<bigint>('windowStart'),
          settled: slot<bigint>('settled'),
          held: slot<bigint>('held'),
          slots: slot('slots'),
        })
        .onConflict((conflict) =>
          conflict.columns(['limit_id', 'subject', 'window_start']).doUpdateSet((eb) => ({
            settled: eb.ref('excluded.settled'),
            held: eb.ref('excluded.held'),
            slots: eb.ref('excluded.slots'),
          })),
        ),
      ['limitId', 'subject', 'windowStart', 'settled', 'held', 'slots'],
    ),
  };
}

/** A row of `limits`, whatever the driver makes of 64-bit integers. */
export interface LimitRow {
  readonly id: string;
  readonly scope: string;
  readonly metric: string;
  readonly period: string;
  readonly amount: bigint | number | string;
  readonly time_zone: string;
  readonly source: string;
}

export function limitFromRow(row: LimitRow): Limit {
  return {
    id: row.id,
    scope: JSON.parse(row.scope) as LimitScope,
    metric: row.metric as LimitMetric,
    window: row.period as LimitWindow,
    amount: BigInt(row.amount),
    timeZone: row.time_zone,
    source: row.source as Limit['source'],
  };
}

/**
 * The sums a new counter is made of, as queries whose rows `counterFromSums` adds up: closed rows by whole hours where
 * the span is made of them, by the rows themselves at its edges and for end users; then the rows that are held.
 */
export function sumQueries(db: Kysely<Schema>, { limit }: AppliedLimit, scope: LimitScope, span: Span) {
  const held = heldSum(db, limit.metric, scope, span);
  if (limit.metric === 'concurrent') return { closed: [], held };
  if (scope.end_user !== undefined) return { closed: [rowSum(db, limit.metric, scope, span)], held };
  const first = Math.ceil(span.start / hourMs) * hourMs;
  const last = Number.isFinite(span.end) ? Math.floor(span.end / hourMs) * hourMs : span.end;
  const edges = [
    { start: span.start, end: Math.min(first, span.end) },
    { start: Math.max(last, first), end: span.end },
  ].filter(({ start, end }) => start < end);
  return {
    closed: [
      ...(first < last ? [hourSum(db, limit.metric, scope, { start: first, end: last })] : []),
      ...edges.map((edge) => rowSum(db, limit.metric, scope, edge)),
    ],
    held,
  };
}

function hourSum(db: Kysely<Schema>, metric: LimitMetric, scope: LimitScope, span: Span) {
  const column = metric === 'cost' ? 'cost_nanousd' : metric === 'tokens' ? 'charged_tokens' : 'requests';
  let query = db
    .selectFrom('usage_hours')
    .select(total(sql.ref(column)))
    .where('hour', '>=', BigInt(span.start));
  if (Number.isFinite(span.end)) query = query.where('hour', '<', BigInt(span.end));
  for (const condition of conditions(db, scope)) query = query.where(condition);
  return query;
}

function rowSum(db: Kysely<Schema>, metric: LimitMetric, scope: LimitScope, span: Span) {
  const value =
    metric === 'cost'
      ? sql`cost_nanousd`
      : metric === 'tokens'
        ? sql`case when coalesce(input_tokens, 0) + coalesce(output_tokens, 0) < hold_tokens then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) else hold_tokens end`
        : sql`1`;
  let query = db
    .selectFrom('requests')
    .select(total(value))
    .where('state', '=', sql.lit<LedgerState>('settled'))
    .where('started_at', '>=', BigInt(span.start));
  if (Number.isFinite(span.end)) query = query.where('started_at', '<', BigInt(span.end));
  for (const condition of conditions(db, scope)) query = query.where(condition);
  return query;
}

function heldSum(db: Kysely<Schema>, metric: LimitMetric, scope: LimitScope, span: Span) {
  const value = metric === 'cost' ? sql`hold_nanousd` : metric === 'tokens' ? sql`hold_tokens` : sql`1`;
  let query = db
    .selectFrom('requests')
    .select(total(value))
    .where('state', '=', sql.lit<LedgerState>('held'));
  if (metric !== 'concurrent') {
    query = query.where('started_at', '>=', BigInt(span.start));
    if (Number.isFinite(span.end)) query = query.where('started_at', '<', BigInt(span.end));
  }
  for (const condition of conditions(db, scope)) query = query.where(condition);
  return query;
}

function total(value: RawBuilder<unknown>) {
  return sql<bigint>`cast(coalesce(sum(${value}), 0) as bigint)`.as('total');
}

/** Columns of that name are in both tables. */
function conditions(db: Kysely<Schema>, scope: LimitScope): RawBuilder<boolean>[] {
  const found: RawBuilder<boolean>[] = [];
  if (scope.key !== undefined) found.push(sql<boolean>`key_id = ${scope.key}`);
  if (scope.project !== undefined) found.push(sql<boolean>`project_id = ${scope.project}`);
  if (scope.model !== undefined) found.push(sql<boolean>`model = ${scope.model}`);
  if (scope.end_user !== undefined) found.push(sql<boolean>`end_user = ${scope.end_user}`);
  if (scope.organization !== undefined) {
    const projects = db.selectFrom('projects').select('id').where('organization_id', '=', scope.organization);
    found.push(sql<boolean>`project_id in (${projects})`);
  }
  return found;
}
