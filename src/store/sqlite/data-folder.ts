// The data folder: made for its owner alone, and refused with a plain sentence when it cannot be written.
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StoreError } from '../../core/store.ts';
import { messageOf, unusableFolder } from './failure.ts';

/** Makes the folder (0700) if it is missing. Throws StoreError `data_folder_unusable`. */
export function prepareDataFolder(folder: string): void {
  try {
    makeFolder(resolve(folder));
    if (!statSync(folder).isDirectory()) throw unusableFolder(folder, 'it is not a folder');
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw error instanceof StoreError ? error : unusableFolder(folder, messageOf(error), error);
  }
}

/** As mkdir's `recursive`, which never returns where the parent exists and still refuses (nodejs: /proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Path of a file in the folder, made readable for its owner alone if it is missing. One that is there is not opened: to close it
 * again would end the locks that SQLite has on it in this process (fcntl, POSIX.1).
 */
export function privateFile(folder: string, name: string): string {
  const path = join(folder, name);
  try {
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    else closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw unusableFolder(folder, messageOf(error), error);
  }
  return path;
}
