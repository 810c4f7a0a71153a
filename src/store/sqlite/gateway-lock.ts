// One gateway per data folder. The lock is an exclusive transaction on a database of its own: the operating system
// drops it with the process, also on kill -9, so there is no stale lock file to delete.
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../core/store.ts';
import { privateFile } from './data-folder.ts';
import { isBusy } from './failure.ts';

/** Takes the lock, waiting `waitMs` for it, or throws StoreError `data_folder_in_use`. */
export function takeGatewayLock(folder: string, waitMs: number): Disposable {
  const database = new DatabaseSync(privateFile(folder, 'lock.sqlite'), { timeout: waitMs });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new StoreError(
      'data_folder_in_use',
      `Another gateway is running on the data folder ${folder}. Stop it first, or give this one a folder of its own with TOLLGATE_DATA.`,
      error,
    );
  }
  return { [Symbol.dispose]: () => database.close() };
}
