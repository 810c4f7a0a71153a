// One transaction. `immediate` takes the write lock first, so what is read inside cannot change before commit; `deferred` is for
// reading, sees one moment, and holds up no writer.
import type { DatabaseSync } from 'node:sqlite';

export function inTransaction<T>(
  database: DatabaseSync,
  work: () => T,
  kind: 'immediate' | 'deferred' = 'immediate',
): T {
  database.exec(`begin ${kind}`);
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
