// The few file operations of a download, so that tests can hand in a disk that is full.
import * as promises from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineFailure, systemErrorCode } from '../engine-failure.ts';
import { formatBytes } from '../format-quantity.ts';

export type FileSystem = Pick<
  typeof promises,
  'mkdir' | 'open' | 'readFile' | 'rename' | 'rm' | 'stat' | 'statfs' | 'writeFile'
>;

export const systemFileSystem: FileSystem = promises;

/** Left free on the disk besides the file itself: the ledger lives there too. */
export const spareBytes = 64 * 1024 * 1024;

/** Bytes this user may still write to the disk of `folder`. */
export async function freeBytes(folder: string, fileSystem: FileSystem): Promise<number> {
  const { bavail, bsize } = await fileSystem.statfs(folder);
  return bavail * bsize;
}

/** Creates `folder` and throws EngineFailure if `needed` bytes do not fit there. */
export async function reserveFolder(folder: string, needed: number, fileSystem: FileSystem): Promise<void> {
  try {
    await fileSystem.mkdir(folder, { recursive: true });
  } catch (error) {
    throw new EngineFailure(
      `The folder ${folder} cannot be created (${systemErrorCode(error) ?? String(error)}); check its permissions or set TOLLGATE_DATA to another folder.`,
      { cause: error },
    );
  }
  const free = await freeBytes(folder, fileSystem);
  if (free < needed + spareBytes) throw diskFull(folder, needed + spareBytes, free);
}

/** Turns what writing `file` threw into a sentence; `needed` is what still had to be written. */
export async function writeFailure(
  thrown: unknown,
  file: string,
  needed: number,
  fileSystem: FileSystem,
): Promise<unknown> {
  const code = systemErrorCode(thrown);
  const folder = dirname(file);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return diskFull(folder, needed, await freeBytes(folder, fileSystem).catch(() => 0), thrown);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'EIO' || code === 'EFBIG') {
    return new EngineFailure(`${file} cannot be written (${code}).`, { cause: thrown });
  }
  return thrown;
}

function diskFull(folder: string, needed: number, free: number, cause?: unknown): EngineFailure {
  return new EngineFailure(
    `The disk of ${folder} is full: ${formatBytes(needed)} (${needed} bytes) are needed and ${formatBytes(free)} (${free} bytes) are free; make room or set TOLLGATE_DATA to another disk.`,
    { cause },
  );
}
