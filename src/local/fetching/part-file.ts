// A file on its way: `<file>.part`, its SHA-256 so far, and the ETag its bytes belong to (`<file>.part.etag`), so that
// another process can go on where this one stopped. Becomes the file itself in one step at the end.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileSystem } from './file-system.ts';

export interface PartFile extends AsyncDisposable {
  /** Bytes that are there. */
  readonly position: number;
  /** ETag of the answer the bytes came from, if it had one. */
  readonly etag: string | undefined;
  append(chunk: Uint8Array): Promise<void>;
  /** Throws away what is there; what comes next belongs to `etag`. */
  restart(etag: string | undefined): Promise<void>;
  /** SHA-256 of what is there, in hex. */
  digest(): string;
  /** Flushes to the disk and renames to `file`. */
  finish(): Promise<void>;
  /** Removes the part from the disk. */
  remove(): Promise<void>;
}

export async function openPartFile(
  file: string,
  fileSystem: FileSystem,
  signal?: AbortSignal,
): Promise<PartFile> {
  const path = `${file}.part`;
  const etagPath = `${path}.etag`;
  let handle: FileHandle | undefined = await openForUpdate(path, fileSystem);
  let position = 0;
  let hash: Hash = createHash('sha256');
  let etag: string | undefined;

  const close = async () => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };
  const openHandle = () => {
    if (!handle) throw new Error(`${path} is closed`);
    return handle;
  };
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      signal?.throwIfAborted();
      hash.update(chunk);
      position += chunk.length;
    }
    etag = (await fileSystem.readFile(etagPath, 'utf8').catch(() => '')).trim() || undefined;
  } catch (error) {
    await close();
    throw error;
  }

  return {
    get position() {
      return position;
    },
    get etag() {
      return etag;
    },
    async append(chunk) {
      for (let written = 0; written < chunk.length; ) {
        const left = chunk.length - written;
        const { bytesWritten } = await openHandle().write(chunk, written, left, position + written);
        written += bytesWritten;
      }
      hash.update(chunk);
      position += chunk.length;
    },
    async restart(newEtag) {
      await openHandle().truncate(0);
      position = 0;
      hash = createHash('sha256');
      etag = newEtag;
      if (newEtag === undefined) await fileSystem.rm(etagPath, { force: true });
      else await fileSystem.writeFile(etagPath, newEtag);
    },
    digest: () => hash.copy().digest('hex'),
    async finish() {
      await openHandle().sync();
      await close();
      await fileSystem.rename(path, file);
      await fileSystem.rm(etagPath, { force: true });
      await syncFolder(dirname(file), fileSystem);
    },
    async remove() {
      await close();
      await fileSystem.rm(path, { force: true });
      await fileSystem.rm(etagPath, { force: true });
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Opens without truncating; creates the file if it is not there. */
async function openForUpdate(path: string, fileSystem: FileSystem): Promise<FileHandle> {
  await (await fileSystem.open(path, 'a')).close();
  return fileSystem.open(path, 'r+');
}

/** Makes a rename survive a power cut. Windows cannot open a folder, and does not need to. */
async function syncFolder(folder: string, fileSystem: FileSystem): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fileSystem.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
