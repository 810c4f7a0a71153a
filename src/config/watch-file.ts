// Notices that a file became another one, on any file system: by the watcher of the system, and by looking now and then.
// Knows nothing of what is in it.
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Calls `changed` when the file at `path` is another than before and has been at rest for `settleMs`. Watches the
 * folder, since editors and orchestrators put a new file in the place of the old one.
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
  try {
    watcher = watch(dirname(path), { persistent: false }, lookSoon);
    // @NOTE a watcher that fails later (folder removed, too many watches) leaves the poll below, which needs nothing.
    watcher.on('error', () => watcher?.close());
  } catch {
    // As above.
  }
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

/** Changes whenever the file's content may have; `absent` if there is none. */
export async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'absent';
  }
}
