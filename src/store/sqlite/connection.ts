// One connection to the database file, set up for a ledger: write-ahead log, and durable as docs/decisions/0002 says.
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../core/store.ts';
import { privateFile } from './data-folder.ts';
import type { WorkerSettings } from './messages.ts';

/** Pages in the log before they are copied back: fewer copies of the same hot pages than SQLite's 1000. */
const checkpointPages = 4000;

export function openConnection(settings: WorkerSettings): DatabaseSync {
  const { folder } = settings;
  const database = new DatabaseSync(privateFile(folder, 'tollgate.sqlite'), {
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
    database.exec(`pragma wal_autocheckpoint = ${checkpointPages}`);
    if (settings.maxPages !== undefined) database.exec(`pragma max_page_count = ${settings.maxPages}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
