// Sums per hour, added to as rows are closed: one addition for all rows of a batch that share an hour, key, model, provider
// and project.
import { type Kysely, sql } from 'kysely';
import { hourOf, latencySteps, stepOf } from '../../core/usage-hours.ts';
import type { Cell } from './ledger.ts';
import type { Schema } from './schema.ts';
import { type Statement, slot, statement } from './statement.ts';

const keyColumns = ['hour', 'key_id', 'model', 'provider', 'project_id'] as const;
const steps = Array.from({ length: latencySteps.length + 1 }, (_, index) => index);
const sumColumns = [
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
  readonly error: boolean;
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
  /** Cells: those of `HourSums.cells`. */
  readonly addToHour: Statement;
}

export function usageHourStatements(db: Kysely<Schema>): UsageHourStatements {
  const cells = [...keyColumns, ...sumColumns, 'last_started_at'] as const;
  const values = Object.fromEntries(cells.map((name) => [name, slot(name)]));
  return {
    addToHour: statement(
      db
        .insertInto('usage_hours')
        .values(values as never)
        .onConflict((conflict) =>
          conflict.columns(keyColumns).doUpdateSet({
            ...Object.fromEntries(
              sumColumns.map((name) => [
                name,
                sql`${sql.ref(`usage_hours.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
              ]),
            ),
            last_started_at: sql<bigint>`case when excluded.last_started_at > usage_hours.last_started_at then excluded.last_started_at else usage_hours.last_started_at end`,
          }),
        ),
      cells,
    ),
  };
}

/** Collects what a batch adds. */
export interface HourSums {
  add(row: ClosedRow): void;
  /** One list of cells for each row of `usage_hours`, in the order of its primary key. */
  cells(): Cell[][];
}

interface Sums {
  readonly key: readonly Cell[];
  readonly counts: number[];
  cost: bigint;
  lastStartedAt: number;
}

const costAt = sumColumns.indexOf('cost_nanousd');
const durationAt = sumColumns.indexOf('duration_0');
const firstTokenAt = sumColumns.indexOf('first_token_0');

export function createHourSums(): HourSums {
  const byKey = new Map<string, Sums>();
  return {
    add(row) {
      const hour = hourOf(row.startedAt);
      const name = `${hour} ${row.keyId} ${row.model} ${row.provider} ${row.projectId}`;
      let sums = byKey.get(name);
      if (!sums) {
        const key = [hour, row.keyId, row.model, row.provider, row.projectId];
        sums = { key, counts: new Array<number>(sumColumns.length).fill(0), cost: 0n, lastStartedAt: 0 };
        byKey.set(name, sums);
      }
      addTo(sums, row);
    },
    cells: () =>
      [...byKey]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { key, counts, cost, lastStartedAt }]) => {
          const cells: Cell[] = [...key, ...counts, lastStartedAt];
          cells[keyColumns.length + costAt] = cost;
          return cells;
        }),
  };
}

/** In the order of `sumColumns`. */
function addTo(sums: Sums, row: ClosedRow): void {
  const { counts } = sums;
  const add = (index: number, value: number) => {
    counts[index] = (counts[index] ?? 0) + value;
  };
  add(0, row.settled ? 1 : 0);
  add(1, row.error ? 1 : 0);
  add(2, row.partial ? 1 : 0);
  add(3, row.input);
  add(4, row.output);
  add(5, row.cachedInput);
  add(6, row.cacheWrite);
  add(7, row.reasoning);
  add(8, row.chargedTokens);
  sums.cost += row.cost;
  if (row.durationMs !== undefined) add(durationAt + stepOf(row.durationMs), 1);
  if (row.firstTokenMs !== undefined) add(firstTokenAt + stepOf(row.firstTokenMs), 1);
  sums.lastStartedAt = Math.max(sums.lastStartedAt, row.startedAt);
}
