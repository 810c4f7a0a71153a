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
  const rows = createRowTable();
  return {
    find: (id) => {
      const known = rows.get(id);
      if (known) return known;
      const row = heldRow.get(id);
      return row && countedRow(row);
    },
    remember: rows.set,
    forget: rows.delete,
  };
}

interface RowTable {
  get(id: string): CountedRow | undefined;
  set(id: string, row: CountedRow): void;
  delete(id: string): void;
}

interface Entry {
  readonly id: string;
  row: CountedRow;
  next: Entry | undefined;
}

/**
 * By id. A `Map` would do; but V8 keeps each text that is a key of one in a table of all such texts, which costs half a microsecond a row
 * where every id comes from another thread, and is seen once. Numbers it takes as they are.
 */
export function createRowTable(hashOf: (id: string) => number = endOf): RowTable {
  const chains = new Map<number, Entry>();

  function entryOf(id: string): Entry | undefined {
    let entry = chains.get(hashOf(id));
    while (entry && entry.id !== id) entry = entry.next;
    return entry;
  }

  return {
    get: (id) => entryOf(id)?.row,
    set(id, row) {
      const known = entryOf(id);
      if (known) known.row = row;
      else {
        const hash = hashOf(id);
        chains.set(hash, { id, row, next: chains.get(hash) });
      }
    },
    delete(id) {
      const hash = hashOf(id);
      const first = chains.get(hash);
      if (first?.id === id) {
        if (first.next) chains.set(hash, first.next);
        else chains.delete(hash);
        return;
      }
      for (let entry = first; entry; entry = entry.next) {
        if (entry.next?.id === id) entry.next = entry.next.next;
      }
    },
  };
}

/** Characters at the end of an id that its number is made of: five random ones of base 62 are 916 million. */
const lastCharacters = 5;

/** A number below 2^30 for the end of an id, which is random. */
function endOf(id: string): number {
  let hash = 0;
  for (let at = Math.max(0, id.length - lastCharacters); at < id.length; at++) {
    hash = (hash * 63 + id.charCodeAt(at)) & 0x3fff_ffff;
  }
  return hash;
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
