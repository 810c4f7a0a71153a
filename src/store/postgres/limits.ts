// The limits in force, read again when their generation has changed.
import type { Client } from 'pg';
import { createLimitBook, type LimitBook } from '../../budgets/limit-book.ts';
import { type LimitRow, type LimitStatements, limitFromRow } from '../sql/limits-in-force.ts';

export interface LimitsInForce {
  readonly book: LimitBook;
  /** `generation`: as read on this connection just now. */
  refresh(client: Client, generation: unknown): Promise<LimitBook>;
}

export function createLimitsInForce(statements: LimitStatements): LimitsInForce {
  let known: unknown;
  let book = createLimitBook([]);
  return {
    get book() {
      return book;
    },
    async refresh(client, generation) {
      if (generation === known) return book;
      const { rows } = await client.query(statements.selectLimits.sql);
      book = createLimitBook(rows.map((row) => limitFromRow(row as unknown as LimitRow)));
      known = generation;
      return book;
    },
  };
}
