// The ledger of a data folder at one moment, beside a gateway that writes on: a connection of its own that only reads. For
// commands, since it holds up the thread it runs on.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { LedgerSnapshot } from '../../core/ledger-snapshot.ts';
import { createLedgerSnapshot } from '../sql/snapshot.ts';
import { createSqliteCompiler } from './compile.ts';
import { privateFile } from './data-folder.ts';
import { toStoreError } from './failure.ts';

/** The folder's database is there and of the newest schema: a store has been opened on it. Throws StoreError. */
export function openSqliteSnapshot(folder: string, busyTimeoutMs = 5_000): LedgerSnapshot {
  try {
    const database = new DatabaseSync(privateFile(folder, 'tollgate.sqlite'), {
      readOnly: true,
      timeout: busyTimeoutMs,
    });
    database.exec('begin');
    // The moment is that of the first read.
    database.prepare('select horizon from ledger_state').get();
    const statements = new Map<string, StatementSync>();
    return createLedgerSnapshot(createSqliteCompiler(), {
      async read({ sql, parameters }) {
        try {
          let statement = statements.get(sql);
          if (!statement) {
            statement = database.prepare(sql);
            statement.setReadBigInts(true);
            statements.set(sql, statement);
          }
          return statement.all(...parameters);
        } catch (error) {
          throw toStoreError(error, folder);
        }
      },
      async [Symbol.asyncDispose]() {
        statements.clear();
        if (database.isOpen) database.close();
      },
    });
  } catch (error) {
    throw toStoreError(error, folder);
  }
}
