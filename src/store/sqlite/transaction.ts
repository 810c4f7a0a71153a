// One write transaction. `immediate` takes the write lock first, so what is read inside cannot change before commit.
import type { DatabaseSync } from 'node:sqlite';

export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin immediate');
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    // SQLite has rolled back by itself after some errors (disk full, I/O).
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
