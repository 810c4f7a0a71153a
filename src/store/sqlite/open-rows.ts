// Rows that are held, as their counters will need them when they are closed: those of this run are remembered, others (the
// thread was started anew, or an earlier run held them) are read.
import type { DatabaseSync } from 'node:sqlite';
import type { CountedRow } from '../../budgets/books.ts';
import type { LedgerStatements } from '../sql/ledger.ts';

export interface OpenRows {
  /** `undefined`: there is no such row, or it is closed. */
  find(id: string): CountedRow | undefined;
  remember(id: string, row: CountedRow): void;
  forget(id: string): void;
}

export function createOpenRows(database: DatabaseSync, statements: LedgerStatements): OpenRows {
  const heldRow = database.prepare(statements.heldRow.sql);
  heldRow.setReadBigInts(true);
  const rows = new Map<string, CountedRow>();
  return {
    find: (id) => {
      const known = rows.get(id);
      if (known) return known;
      const row = heldRow.get(id);
      return row && countedRow(row);
    },
    remember: (id, row) => rows.set(id, row),
    forget: (id) => rows.delete(id),
  };
}

/** From the columns of `heldRows`, 64-bit integers as bigint. */
export function countedRow(row: Record<string, unknown>): CountedRow {
  return {
    payers: {
      organization: row.organization_id as string,
      project: row.project_id as string,
      key: row.key_id as string,
      end_user: (row.end_user as string | null) ?? undefined,
      model: row.model as string,
    },
    startedAt: Number(row.started_at),
    cost: row.hold_nanousd as bigint,
    tokens: Number(row.hold_tokens),
  };
}
