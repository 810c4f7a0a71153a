// Sums per hour and per day and their counts of errors, added to as rows are closed, in the transaction that closes them: one
// addition for all rows of a batch that share an hour, key, model, provider and project.
import { type Kysely, sql } from 'kysely';
import { dayOf, hourMs, hourOf, latencySteps, stepOf } from '../../core/usage-hours.ts';
import type { Cell } from './ledger.ts';
import type { Schema } from './schema.ts';
import { type Statement, slot, statement } from './statement.ts';

const payerColumns = ['key_id', 'model', 'provider', 'project_id'] as const;
const steps = Array.from({ length: latencySteps.length + 1 }, (_, index) => index);
export const usageSumColumns = [
  'requests',
  'errors',
  'partials',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'charged_tokens',
  'cost_nanousd',
  ...steps.map((step) => `duration_${step}` as const),
  ...steps.map((step) => `first_token_${step}` as const),
] as const;

/** A row that was closed, as its hour counts it. */
export interface ClosedRow {
  readonly keyId: string;
  readonly model: string;
  readonly provider: string;
  readonly projectId: string;
  /** Unix ms. */
  readonly startedAt: number;
  /** It reached a model. */
  readonly settled: boolean;
  /** Catalogue code; `undefined` = none. */
  readonly error: string | undefined;
  readonly partial: boolean;
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  readonly chargedTokens: number;
  readonly cost: bigint;
  readonly durationMs?: number | undefined;
  readonly firstTokenMs?: number | undefined;
}

export interface UsageHourStatements {
  /** Cells: those of `Addition`. */
  readonly addToHour: Statement;
  readonly addToDay: Statement;
  readonly addErrors: Statement;
  readonly addDayErrors: Statement;
}

export function usageHourStatements(db: Kysely<Schema>): UsageHourStatements {
  return {
    addToHour: addition(db, 'usage_hours', ['hour', ...payerColumns], usageSumColumns, 'last_started_at'),
    addToDay: addition(db, 'usage_days', ['day', ...payerColumns], usageSumColumns),
    addErrors: addition(db, 'usage_errors', ['hour', ...payerColumns, 'code'], ['requests']),
    addDayErrors: addition(db, 'usage_error_days', ['day', ...payerColumns, 'code'], ['requests']),
  };
}

function addition(
  db: Kysely<Schema>,
  table: 'usage_hours' | 'usage_days' | 'usage_errors' | 'usage_error_days',
  keys: readonly string[],
  sums: readonly string[],
  newest?: string,
): Statement {
  const cells = [...keys, ...sums, ...(newest === undefined ? [] : [newest])];
  const given = (name: string) => sql.ref(`excluded.${name}`);
  const known = (name: string) => sql.ref(`${table}.${name}`);
  const changes = {
    ...Object.fromEntries(sums.map((name) => [name, sql`${known(name)} + ${given(name)}`])),
    ...(newest === undefined
      ? {}
      : {
          [newest]: sql`case when ${given(newest)} > ${known(newest)} then ${given(newest)} else ${known(newest)} end`,
        }),
  };
  return statement(
    db
      .insertInto(table)
      .values(Object.fromEntries(cells.map((name) => [name, slot(name)])) as never)
      .onConflict((conflict) => conflict.columns(keys as never).doUpdateSet(changes as never)),
    cells,
  );
}

/** One row of sums that grows: the statement that does it and what is bound. */
export interface Addition {
  readonly to: keyof UsageHourStatements;
  readonly cells: readonly Cell[];
}

/** Collects what a batch adds. */
export interface HourSums {
  add(row: ClosedRow): void;
  /**
   * In one order of tables and primary keys, so that batches which share rows wait for each other and not in a circle. With
   * -1 to take away; the moment of the last request is only ever moved forward.
   */
  additions(sign?: 1 | -1): Addition[];
}

interface Sums {
  readonly payers: readonly string[];
  readonly time: number;
  readonly counts: number[];
  cost: bigint;
  lastStartedAt: number;
  /** By catalogue code. */
  readonly errors: Map<string, number>;
}

const costAt = usageSumColumns.indexOf('cost_nanousd');
const durationAt = usageSumColumns.indexOf('duration_0');
const firstTokenAt = usageSumColumns.indexOf('first_token_0');

export function createHourSums(): HourSums {
  const hours = new Map<string, Sums>();
  let last: Sums | undefined;
  return {
    add(row) {
      // Most rows of a batch are like the one before.
      if (!last || !isOf(last, row)) {
        last = sumsAt(hours, hourOf(row.startedAt), [row.keyId, row.model, row.provider, row.projectId]);
      }
      addTo(last, row);
    },
    additions(sign = 1) {
      if (hours.size === 0) return [];
      const days = new Map<string, Sums>();
      for (const hour of hours.values()) merge(sumsAt(days, dayOf(hour.time), hour.payers), hour);
      return [
        ...Array.from(sorted(hours), (sums): Addition => ({ to: 'addToHour', cells: hourCells(sums, sign) })),
        ...Array.from(sorted(days), (sums): Addition => ({ to: 'addToDay', cells: sumCells(sums, sign) })),
        ...errorCells(hours, sign).map((cells): Addition => ({ to: 'addErrors', cells })),
        ...errorCells(days, sign).map((cells): Addition => ({ to: 'addDayErrors', cells })),
      ];
    },
  };
}

/** In the order of `payerColumns`. */
function isOf({ time, payers: [key, model, provider, project] }: Sums, row: ClosedRow): boolean {
  return (
    row.startedAt >= time &&
    row.startedAt < time + hourMs &&
    key === row.keyId &&
    model === row.model &&
    provider === row.provider &&
    project === row.projectId
  );
}

function sumsAt(known: Map<string, Sums>, time: number, payers: readonly string[]): Sums {
  const name = `${time} ${payers.join(' ')}`;
  let sums = known.get(name);
  if (!sums) {
    sums = {
      payers,
      time,
      counts: new Array<number>(usageSumColumns.length).fill(0),
      cost: 0n,
      lastStartedAt: 0,
      errors: new Map(),
    };
    known.set(name, sums);
  }
  return sums;
}

function sorted(known: ReadonlyMap<string, Sums>): Iterable<Sums> {
  if (known.size < 2) return known.values();
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sums]) => sums);
}

function sumCells({ time, payers, counts, cost }: Sums, sign: 1 | -1): Cell[] {
  const cells: Cell[] = [time, ...payers, ...(sign === 1 ? counts : counts.map((count) => -count))];
  cells[1 + payerColumns.length + costAt] = sign === 1 ? cost : -cost;
  return cells;
}

function hourCells(sums: Sums, sign: 1 | -1): Cell[] {
  return [...sumCells(sums, sign), sign === 1 ? sums.lastStartedAt : 0];
}

function errorCells(known: ReadonlyMap<string, Sums>, sign: 1 | -1): Cell[][] {
  return Array.from(sorted(known)).flatMap(({ time, payers, errors }) =>
    [...errors].sort().map(([code, count]) => [time, ...payers, code, sign * count]),
  );
}

function merge(into: Sums, from: Sums): void {
  const { counts } = into;
  for (let index = 0; index < counts.length; index++) {
    counts[index] = (counts[index] as number) + (from.counts[index] as number);
  }
  into.cost += from.cost;
  for (const [code, count] of from.errors) into.errors.set(code, (into.errors.get(code) ?? 0) + count);
}

/** In the order of `usageSumColumns`. */
function addTo(sums: Sums, row: ClosedRow): void {
  const { counts } = sums;
  const add = (index: number, value: number) => {
    counts[index] = (counts[index] as number) + value;
  };
  add(0, row.settled ? 1 : 0);
  add(1, row.error === undefined ? 0 : 1);
  add(2, row.partial ? 1 : 0);
  add(3, row.input);
  add(4, row.output);
  add(5, row.cachedInput);
  add(6, row.cacheWrite);
  add(7, row.reasoning);
  add(8, row.chargedTokens);
  sums.cost += row.cost;
  if (row.error !== undefined) sums.errors.set(row.error, (sums.errors.get(row.error) ?? 0) + 1);
  if (row.durationMs !== undefined) add(durationAt + stepOf(row.durationMs), 1);
  if (row.firstTokenMs !== undefined) add(firstTokenAt + stepOf(row.firstTokenMs), 1);
  sums.lastStartedAt = Math.max(sums.lastStartedAt, row.startedAt);
}
