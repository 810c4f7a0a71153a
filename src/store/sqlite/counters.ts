// The books of budgets/ over this connection: definitions and counters are read when they are first needed, kept between
// batches, and read again when a limit has changed. Nobody else writes counters: one gateway is alone on its folder.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Books, type CounterSource, createBooks } from '../../budgets/books.ts';
import { slotsFromText, slotsToText } from '../../budgets/counter.ts';
import { createLimitBook, type LimitBook } from '../../budgets/limit-book.ts';
import { createWindowOf } from '../../budgets/window.ts';
import type { Cell } from '../sql/ledger.ts';
import { type LimitRow, type LimitStatements, limitFromRow, sumQueries } from '../sql/limits-in-force.ts';
import { createSqliteCompiler } from './compile.ts';

export interface Counters {
  /** To be called in each transaction, first. */
  refresh(): Books;
  readonly metersContent: boolean;
  /** Writes the counters that changed. */
  save(): void;
}

export function createCounters(database: DatabaseSync, statements: LimitStatements): Counters {
  const db = createSqliteCompiler();
  const generation = database.prepare(statements.limitsGeneration.sql);
  const selectLimits = withBigInts(database.prepare(statements.selectLimits.sql));
  const readCounter = withBigInts(database.prepare(statements.readCounter.sql));
  const writeCounter = database.prepare(statements.writeCounter.sql);
  const windowOf = createWindowOf();
  let known: unknown;
  let book: LimitBook = createLimitBook([]);

  const source: CounterSource = {
    read({ limitId, subject, windowStart }) {
      const row = readCounter.get(limitId, subject, windowStart);
      if (!row) return undefined;
      return {
        settled: row.settled as bigint,
        held: row.held as bigint,
        slots: row.slots === null ? undefined : slotsFromText(String(row.slots)),
      };
    },
    sum(applied, scope, span) {
      const { closed, held } = sumQueries(db, applied, scope, span);
      const totalOf = (query: { compile(): { sql: string; parameters: readonly unknown[] } }) => {
        const { sql, parameters } = query.compile();
        const row = withBigInts(database.prepare(sql)).get(...(parameters as Cell[]));
        return row?.total as bigint;
      };
      return { settled: closed.reduce((sum, query) => sum + totalOf(query), 0n), held: totalOf(held) };
    },
  };
  let books = createBooks(book, source, windowOf);

  return {
    refresh() {
      const value = generation.get()?.value;
      if (value !== known) {
        const limits = selectLimits.all().map((row) => limitFromRow(row as unknown as LimitRow));
        book = createLimitBook(limits);
        books = createBooks(book, source, windowOf);
        known = value;
      }
      return books;
    },
    get metersContent() {
      return book.metersContent;
    },
    save() {
      for (const { limitId, subject, windowStart, settled, held, slots } of books.changed()) {
        const text = slots ? slotsToText(slots) : null;
        writeCounter.run(limitId, subject, windowStart, settled, held, text);
      }
    },
  };
}

function withBigInts(statement: StatementSync): StatementSync {
  statement.setReadBigInts(true);
  return statement;
}
