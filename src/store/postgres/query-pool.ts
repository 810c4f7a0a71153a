// The store's slow half on PostgreSQL: a few connections that run lists of queries, each list one transaction. Apart from
// the ledger's own connection, so that a long report never keeps a hold waiting.
import type { Client, QueryResult } from 'pg';
import { StoreError } from '../../core/store.ts';
import type { CompiledQuery, QueryRunner } from '../sql/query-runner.ts';
import { pipeline } from './connect.ts';
import { isConflict, isConnectionLoss, toStoreError } from './failure.ts';
import type { Line } from './line.ts';

const mostWaiting = 1_000;
const mostConflicts = 20;

export interface QueryPool extends QueryRunner, AsyncDisposable {}

/** `lines`: one connection each, opened when it is first needed. */
export function createQueryPool(lines: readonly Line[], url: string): QueryPool {
  const idle = [...lines];
  const waiting: ((line: Line) => void)[] = [];

  async function take(): Promise<Line> {
    const line = idle.shift();
    if (line) return line;
    if (waiting.length >= mostWaiting) {
      throw new StoreError('store_failed', 'Too many queries are waiting for PostgreSQL.');
    }
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(line: Line): void {
    const next = waiting.shift();
    if (next) next(line);
    // First again: the connections at the end of the list stay closed as long as few are needed.
    else idle.unshift(line);
  }

  async function run(queries: readonly CompiledQuery[]): Promise<Record<string, unknown>[][]> {
    const line = await take();
    try {
      return await attempts(line, queries);
    } catch (error) {
      throw toStoreError(error, url);
    } finally {
      giveBack(line);
    }
  }

  return {
    query: run,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(lines.map((line) => line[Symbol.asyncDispose]()));
    },
  };
}

async function attempts(line: Line, queries: readonly CompiledQuery[]): Promise<Record<string, unknown>[][]> {
  const reads = queries.every(({ sql }) => /^select /i.test(sql));
  let fresh = false;
  for (let conflicts = 0; ; ) {
    const client = await line.client();
    try {
      return await attempt(client, queries, reads);
    } catch (error) {
      if (isConnectionLoss(error)) {
        line.drop(client);
        // A connection that was idle while the server restarted is found dead only now. What writes may have been
        // committed, so it is not done twice.
        if (fresh || !reads) throw error;
        fresh = true;
      } else if (!isConflict(error) || ++conflicts >= mostConflicts) throw error;
    }
  }
}

async function attempt(
  client: Client,
  queries: readonly CompiledQuery[],
  reads: boolean,
): Promise<Record<string, unknown>[][]> {
  const statements = queries.map(({ sql, parameters }) => ({ text: sql, values: parameters }));
  if (reads && queries.length === 1) return rowsOf(await pipeline(client, statements));
  // As if one at a time, which is what SQLite does and the shared queries rely on.
  const begin = { text: `begin isolation level ${reads ? 'repeatable read read only' : 'serializable'}` };
  const results = await pipeline(client, [begin, ...statements, { text: 'commit' }]);
  return rowsOf(results.slice(1, -1));
}

function rowsOf(results: readonly QueryResult[]): Record<string, unknown>[][] {
  return results.map(({ rows }) => rows);
}
