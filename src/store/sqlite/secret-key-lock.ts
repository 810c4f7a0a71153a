// One process at a time exchanges the master key's file of a data folder. As gateway-lock.ts: the lock ends with its
// holder, however that dies.
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../core/store.ts';
import { privateFile } from './data-folder.ts';
import { isBusy } from './failure.ts';

/** Throws StoreError `data_folder_in_use` if another process holds it. */
export function takeSecretKeyLock(folder: string): Disposable {
  const database = new DatabaseSync(privateFile(folder, 'secret.key.lock'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new StoreError(
      'data_folder_in_use',
      `Another \`tollgate secrets rotate-key\` is running on the data folder ${folder}. Let it finish.`,
      error,
    );
  }
  return { [Symbol.dispose]: () => database.close() };
}
