// Notices that a file became another one, on any file system: by the watcher of the system, and by looking now and then.
// Knows nothing of what is in it.
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Calls `changed` when the file at `path` is another than before and has been at rest for `settleMs`. Watches the file, and
 * after each change anew, since editors and orchestrators put a new file in the place of the old one. Its folder only while
 * there is no file: the data folder is one of them, where each page that a commit writes would wake whoever watches.
 */
export function watchFile(
  path: string,
  firstIdentity: string,
  { settleMs, pollMs }: { readonly settleMs: number; readonly pollMs: number },
  changed: () => void,
): () => void {
  let known = firstIdentity;
  let seen = firstIdentity;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function look(): Promise<void> {
    const identity = await identityOf(path);
    if (stopped) return;
    if (identity === known) {
      seen = identity;
    } else if (identity === seen) {
      known = identity;
      changed();
    } else {
      // Still being written: look again until two looks agree.
      seen = identity;
      watchAgain();
      lookSoon();
    }
  }

  function lookSoon(): void {
    if (stopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void look();
    }, settleMs);
    timer.unref();
  }

  let watcher: FSWatcher | undefined;
  function watchAgain(): void {
    watcher?.close();
    watcher = watchOne(path, lookSoon) ?? watchOne(dirname(path), lookSoon);
  }

  watchAgain();
  const poll = setInterval(lookSoon, pollMs);
  poll.unref();
  void look();

  return () => {
    stopped = true;
    watcher?.close();
    clearTimeout(timer);
    clearInterval(poll);
  };
}

/** @NOTE where it cannot be watched, now or later (too many watches, a folder that is gone), the poll is left, which needs nothing. */
function watchOne(path: string, happened: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, happened);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/** Changes whenever the file's content may have; `absent` if there is none. */
export async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'absent';
  }
}
