// What the shared queries need of a database: a list of compiled queries run as one transaction. Knows no dialect.
import type { Compilable, InferResult } from 'kysely';

export type Parameter = string | number | bigint | null;

export interface CompiledQuery {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Runs all queries in one transaction; one list of rows for each. Rejects with StoreError. */
export interface QueryRunner {
  query(queries: readonly CompiledQuery[]): Promise<readonly Record<string, unknown>[][]>;
}

export async function runOne<Query extends Compilable>(
  runner: QueryRunner,
  query: Query,
): Promise<InferResult<Query>> {
  const [rows = []] = await runAll(runner, [query]);
  return rows as InferResult<Query>;
}

export function runAll(
  runner: QueryRunner,
  queries: readonly Compilable[],
): Promise<readonly Record<string, unknown>[][]> {
  return runner.query(
    queries.map((query) => {
      const { sql, parameters } = query.compile();
      return { sql, parameters: parameters as readonly Parameter[] };
    }),
  );
}
