// The ledger in PostgreSQL at one moment, beside gateways that write on: a connection of its own that only reads.
import type { LedgerSnapshot } from '../../core/ledger-snapshot.ts';
import { createLedgerSnapshot } from '../sql/snapshot.ts';
import { createPostgresCompiler } from './compile.ts';
import { connect } from './connect.ts';
import { toStoreError } from './failure.ts';

const connectMs = 10_000;
/** One statement may read the whole ledger. */
const statementMs = 3_600_000;

/** The database is of the newest schema: a store has been opened on it. Rejects with StoreError. */
export async function openPostgresSnapshot(url: string): Promise<LedgerSnapshot> {
  try {
    const client = await connect({ url, connectMs, statementMs });
    client.on('error', () => {});
    await client.query('begin isolation level repeatable read read only');
    return createLedgerSnapshot(createPostgresCompiler(), {
      async read({ sql, parameters }) {
        try {
          return (await client.query(sql, parameters)).rows;
        } catch (error) {
          throw toStoreError(error, url);
        }
      },
      [Symbol.asyncDispose]: () => client.end(),
    });
  } catch (error) {
    throw toStoreError(error, url);
  }
}
