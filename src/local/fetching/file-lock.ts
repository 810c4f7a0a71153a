// One process at a time works on a file: the others wait. The lock is the operating system's own, taken through
// SQLite, so it ends with its holder however that dies and nothing stale can be left behind.
import { DatabaseSync } from 'node:sqlite';
import { EngineFailure, sentenceOf } from '../engine-failure.ts';
import { type Wait, waitFor } from './wait.ts';

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once if another process holds the lock. */
  readonly onWait?: () => void;
  readonly wait?: Wait;
}

const sqliteBusy = 5;
const pollMs = 100;

/** Resolves once the lock on `path` (a small file of its own) is ours; dispose it to let go. */
export async function lockFile(path: string, options: LockOptions = {}): Promise<Disposable> {
  const wait = options.wait ?? waitFor;
  for (let round = 0; ; round++) {
    options.signal?.throwIfAborted();
    const lock = tryLock(path);
    if (lock) return lock;
    if (round === 0) options.onWait?.();
    await wait(pollMs, options.signal);
  }
}

function tryLock(path: string): Disposable | undefined {
  const database = openDatabase(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return { [Symbol.dispose]: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return undefined;
    throw error;
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw new EngineFailure(
      `${path} cannot be created (${sentenceOf(error)}); check the permissions of its folder.`,
      { cause: error },
    );
  }
}
