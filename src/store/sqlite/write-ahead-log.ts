// The log behind a ledger's transactions: flushed to the disk once for each, by ourselves, and copied back into the database
// between them. Knows no table.
import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** Pages in the log before they are copied back: fewer copies of the same hot pages than SQLite's 1000. */
export const copiedBackPages = 4000;
/** Transactions between two looks at its length. */
const lookEvery = 16;

export interface WriteAheadLog extends Disposable {
  /**
   * Returns when all that is committed would outlive a power cut. Throws when the disk refuses: then it is committed, and nobody
   * knows for how long.
   */
  flush(): void;
  /**
   * To be called between transactions, when nobody waits: copies a log back that has grown long. What hinders that is told by the
   * next transaction, if it lasts.
   */
  tend(): void;
}

/**
 * SQLite's own flush (`synchronous = FULL`) is an fsync where Node built it, which writes the times of the file too: a second write
 * each time. With NORMAL it keeps the order of its writes and leaves the flush of a commit to us. Not where fsync is no more
 * than a wish (macOS), or the call is the same (Windows).
 */
export const flushesItself = process.platform === 'linux';

/** `path`: of the database. The connection has `synchronous = NORMAL` from here on, and copies nothing back by itself. */
export function takeLog(database: DatabaseSync, path: string, sync = fdatasyncSync): WriteAheadLog {
  database.exec('pragma synchronous = normal; pragma wal_autocheckpoint = 0');
  const length = database.prepare('pragma wal_checkpoint(noop)');
  const copyBack = database.prepare('pragma wal_checkpoint(passive)');
  const copyAllBack = database.prepare('pragma wal_checkpoint(restart)');
  let file: number | undefined;
  let sinceLook = 0;
  let torn = false;

  return {
    flush() {
      sinceLook++;
      // A page that the disk did not take counts as written afterwards, so another flush proves nothing: what the log has goes
      // into the database, which SQLite flushes, and the log begins anew.
      if (torn) {
        const { busy } = copyAllBack.get() as { busy: number };
        if (busy !== 0) throw new Error('the log could not be written, and is read by others');
        torn = false;
        return;
      }
      try {
        file ??= openSync(`${path}-wal`, 'r+');
        sync(file);
      } catch (error) {
        torn = true;
        throw error;
      }
    },
    tend() {
      if (sinceLook < lookEvery) return;
      sinceLook = 0;
      try {
        if ((length.get() as { log: number }).log >= copiedBackPages) copyBack.get();
      } catch {
        // A disk that is full, or fails, is no reason to end the thread: the log holds what was committed.
      }
    },
    [Symbol.dispose]() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
