// One connection to PostgreSQL, set up as the store needs it. The driver is loaded here, and only when there is a URL.
import type { Client, QueryConfig, QueryResult } from 'pg';
import { isAftermath, isConnectionLoss } from './failure.ts';

/** OID of int8: money and ids of epochs do not fit a double. */
const int8 = 20;

export interface ConnectionSettings {
  readonly url: string;
  /** Longest wait for a new connection, in ms. */
  readonly connectMs: number;
  /** Longest time of one statement, in ms; the client waits a little longer before it gives the connection up. */
  readonly statementMs: number;
}

/** Rejects with the driver's errors. */
export async function connect(settings: ConnectionSettings): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: settings.url,
    application_name: 'tollgate',
    connectionTimeoutMillis: settings.connectMs,
    statement_timeout: settings.statementMs,
    // A network that swallows packets answers nothing at all: the server's own timeout cannot be heard.
    query_timeout: settings.statementMs + 1_000,
    keepAlive: true,
    pipeline: true,
    types: {
      getTypeParser: (oid, format) => (oid === int8 ? BigInt : pg.types.getTypeParser(oid, format)),
    },
  });
  // A connection that is lost fails its queries; without a listener the event would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    void client.end();
    throw error;
  }
}

/**
 * Sends all queries at once and waits for all answers: one round trip. Between `begin` and `commit` a failure undoes the
 * whole, since every later query of a failed transaction fails too. Rejects with the first failure that is a cause.
 */
export async function pipeline(client: Client, queries: readonly QueryConfig[]): Promise<QueryResult[]> {
  const { stream } = client.connection;
  // One packet for all of them.
  stream.cork();
  const answers = queries.map((query) => client.query(query));
  stream.uncork();
  const outcomes = await Promise.allSettled(answers);
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  const cause = failures.find(({ reason }) => !isAftermath(reason)) ?? failures[0];
  if (cause) throw cause.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<QueryResult>).value);
}

/** The connection was lost while the transaction committed: it may be in the database or not. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
  /** What the database called the transaction: it can say later what became of it. */
  readonly transaction: string;

  constructor(transaction: string, cause: unknown) {
    super('the connection was lost while PostgreSQL committed', { cause });
    this.transaction = transaction;
  }
}

/** Sends what is written together with the commit. Rejects with CommitUnknown, or as `pipeline`: then nothing was written. */
export async function commit(
  client: Client,
  writes: readonly QueryConfig[],
  transaction: string,
): Promise<void> {
  try {
    await pipeline(client, [...writes, { text: 'commit' }]);
  } catch (error) {
    throw isConnectionLoss(error) ? new CommitUnknown(transaction, error) : error;
  }
}
