// Statements compiled once and run many times: the SQL and the names of its parameters in binding order. The
// hot path binds plain cells by position, so the order is checked here instead of trusted.
import type { Compilable } from 'kysely';

export interface Statement {
  readonly sql: string;
}

/** Stands for a value that is bound later: after compiling, the query's parameters are these names. */
export function slot<T = string>(name: string): T {
  return name as unknown as T;
}

/** Compiles a query whose values are all slots; throws if they do not come in the order of `cells`. */
export function statement(query: Compilable, cells: readonly string[]): Statement {
  const { sql, parameters } = query.compile();
  if (parameters.join() !== cells.join()) {
    throw new Error(`Parameters are bound as [${cells.join()}] but the query has [${parameters.join()}]`);
  }
  return { sql };
}
