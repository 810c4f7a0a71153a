// One connection to the database file, set up for a ledger: write-ahead log, and durable as docs/decisions/0002 says.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../core/store.ts';
import { privateFile } from './data-folder.ts';
import type { WorkerSettings } from './messages.ts';
import { copiedBackPages } from './write-ahead-log.ts';

const databaseName = 'tollgate.sqlite';

/** Its log is beside it. */
export function databasePath(folder: string): string {
  return join(folder, databaseName);
}

export function openConnection(settings: WorkerSettings): DatabaseSync {
  const { folder } = settings;
  const database = new DatabaseSync(privateFile(folder, databaseName), {
    timeout: settings.busyTimeoutMs,
    enableForeignKeyConstraints: true,
  });
  try {
    const mode = database.prepare('pragma journal_mode = wal').get()?.journal_mode;
    if (mode !== 'wal') {
      throw new StoreError(
        'data_folder_unusable',
        `The file system of the data folder ${folder} does not support SQLite's write-ahead log. Set TOLLGATE_DATA to a folder on a local disk.`,
      );
    }
    database.exec(`pragma synchronous = ${settings.synchronous}`);
    database.exec(`pragma wal_autocheckpoint = ${copiedBackPages}`);
    if (settings.maxPages !== undefined) database.exec(`pragma max_page_count = ${settings.maxPages}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
