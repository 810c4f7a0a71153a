// What a failure of SQLite or of the file system means for the operator: which folder, whose problem, what to do.
import { userInfo } from 'node:os';
import { StoreError } from '../../core/store.ts';

// Primary result codes, https://www.sqlite.org/rescode.html
const denied = 3;
const busy = 5;
const readOnly = 8;
const ioError = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const constraint = 19;
const notADatabase = 26;
const mismatch = 20;

/** SQLite's primary result code; `undefined` when the error is not SQLite's. */
function resultCode(error: unknown): number | undefined {
  const extended = (error as { errcode?: unknown } | null)?.errcode;
  return typeof extended === 'number' ? extended & 0xff : undefined;
}

/** Whether trying the same statement again can never help: the statement is at fault, not the database. */
export function isRefusal(error: unknown): boolean {
  const code = resultCode(error);
  return code === undefined || code === constraint || code === mismatch;
}

export function isBusy(error: unknown): boolean {
  return resultCode(error) === busy;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The sentence for whatever went wrong while the database in `folder` was opened or used. */
export function toStoreError(error: unknown, folder: string): StoreError {
  if (error instanceof StoreError) return error;
  switch (resultCode(error)) {
    case corrupt:
    case notADatabase:
      return new StoreError(
        'database_corrupt',
        `The database in the data folder ${folder} is damaged (${messageOf(error)}). Restore it from a backup, or move tollgate.sqlite away to start with an empty ledger and new keys.`,
        error,
      );
    case busy:
      return new StoreError(
        'data_folder_in_use',
        `The database in the data folder ${folder} is locked by another process. Wait for it to finish, or stop it, and try again.`,
        error,
      );
    case full:
      return new StoreError(
        'data_folder_unusable',
        `The disk of the data folder ${folder} is full. Free some space, or set TOLLGATE_DATA to a folder on another disk.`,
        error,
      );
    case ioError:
      return new StoreError(
        'data_folder_unusable',
        `The data folder ${folder} cannot be read or written (${messageOf(error)}). Check its disk, or set TOLLGATE_DATA to a folder on another one.`,
        error,
      );
  }
  return isAccess(error)
    ? unusableFolder(folder, messageOf(error), error)
    : new StoreError('store_failed', `The database in ${folder} failed: ${messageOf(error)}`, error);
}

/** Whether files could not be opened or written, by SQLite or by Node itself. */
function isAccess(error: unknown): boolean {
  const code = resultCode(error);
  if (code !== undefined) return code === denied || code === readOnly || code === cannotOpen;
  return (error as NodeJS.ErrnoException | null)?.code !== undefined;
}

export function unusableFolder(folder: string, reason: string, cause?: unknown): StoreError {
  return new StoreError(
    'data_folder_unusable',
    `Tollgate runs as ${currentUser()} and cannot write to its data folder ${folder} (${reason}). Give that user read and write access to the folder, or set TOLLGATE_DATA to a folder it may write to.`,
    cause,
  );
}

function currentUser(): string {
  try {
    return `user ${userInfo().username}`;
  } catch {
    // A uid without an entry in the user database, as containers have.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
