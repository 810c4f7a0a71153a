// The ledger of a gateway that has ended, beside what its clients and its upstream saw.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { answerCost } from '../wire.ts';
import type { Seen } from './clients.ts';

export interface Books {
  readonly rows: number;
  readonly held: number;
  /** Reached a model. */
  readonly settled: number;
  /** Whole answers, without an error. */
  readonly whole: number;
  /** Of those, how many cost something else than such an answer does. */
  readonly wrongCost: number;
  /** Broken off by their upstream. */
  readonly broken: number;
}

export function readBooks(data: string): Books {
  using database = new DatabaseSync(join(data, 'tollgate.sqlite'), { readOnly: true });
  const row = database
    .prepare(
      `select count(*) as rows, coalesce(sum(state = 'held'), 0) as held, coalesce(sum(state = 'settled'), 0) as settled,
        coalesce(sum(state = 'settled' and error is null), 0) as whole,
        coalesce(sum(state = 'settled' and error is null and cost_nanousd <> ?), 0) as wrong_cost,
        coalesce(sum(error = 'upstream_error'), 0) as broken from requests`,
    )
    .get(Math.round(answerCost * 1e9));
  const count = (name: string) => Number(row?.[name]);
  return {
    rows: count('rows'),
    held: count('held'),
    settled: count('settled'),
    whole: count('whole'),
    wrongCost: count('wrong_cost'),
    broken: count('broken'),
  };
}

/**
 * What does not fit; empty = exact. A client that leaves may have its answer all the same (it was on its way), or leave before its
 * request is at the upstream: as far as that explains, and no further, counts may differ.
 */
export function differences(books: Books, seen: Seen, reached: number): string[] {
  const problems: string[] = [];
  const check = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  check(seen.wrong === 0, `${seen.wrong} answers are wrong, such as ${seen.sample}`);
  check(books.held === 0, `${books.held} rows are still held`);
  check(books.rows <= seen.asked, `${books.rows} rows for ${seen.asked} requests`);
  check(books.rows >= seen.asked - seen.aborted, `${books.rows} rows for ${seen.asked} requests`);
  check(books.settled >= reached, `${reached} requests reached the upstream, ${books.settled} rows say so`);
  check(
    books.settled <= reached + seen.aborted,
    `${books.settled} rows say that they reached the upstream, ${reached} did`,
  );
  check(
    books.whole >= seen.answered && books.whole <= seen.answered + seen.aborted,
    `${seen.answered} whole answers, ${books.whole} in the ledger`,
  );
  check(books.wrongCost === 0, `${books.wrongCost} whole answers have a wrong cost`);
  check(books.broken === seen.failed, `${seen.failed} answers broke off, ${books.broken} in the ledger`);
  return problems;
}
