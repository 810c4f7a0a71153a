// The master key's file in the data folder, `secret.key`, and `secret.key.next` while a rotation is under way. What is
// written is on the disk before the call returns. Knows no store and no secret.
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { formatMasterKey, parseMasterKey } from '../core/master-key.ts';

export const keyFileName = 'secret.key';
const nextKeyFileName = 'secret.key.next';

/** The key file cannot be used; `message` says why and what to do, for the operator's eyes. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError';
}

export interface SecretKeyFiles {
  /** Of `secret.key`. */
  readonly path: string;
  readonly nextPath: string;
  /** `undefined` if there is none. Throws SecretKeyError. */
  read(): Buffer | undefined;
  readNext(): Buffer | undefined;
  /** Another text whenever one of the files may hold another key. */
  version(): string;
  /** Whether others than the owner may read it; `false` where files have no such rights. */
  isOpenToOthers(): boolean;
  /** Makes `secret.key`; if another process was faster, its key stays and is returned. Throws SecretKeyError. */
  create(bytes: Uint8Array): Buffer;
  writeNext(bytes: Uint8Array): void;
  /** `secret.key.next` takes the place of `secret.key`, at once and for good. */
  promoteNext(): void;
  removeNext(): void;
}

export function secretKeyFiles(folder: string): SecretKeyFiles {
  const path = join(folder, keyFileName);
  const nextPath = join(folder, nextKeyFileName);
  return {
    path,
    nextPath,
    read: () => readKey(path),
    readNext: () => readKey(nextPath),
    version: () => `${identityOf(path)} ${identityOf(nextPath)}`,
    isOpenToOthers: () => {
      if (process.platform === 'win32') return false;
      const found = statSync(path, { throwIfNoEntry: false });
      return found !== undefined && (found.mode & 0o077) !== 0;
    },
    create: (bytes) =>
      orExplain(path, () => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const draft = `${path}.${process.pid}.${Date.now()}`;
        try {
          writeDurably(draft, bytes);
          linkIfAbsent(draft, path, bytes);
        } finally {
          removeIfThere(draft);
        }
        syncFolder(folder);
        return readKey(path) ?? Buffer.from(bytes);
      }),
    writeNext: (bytes) =>
      orExplain(nextPath, () => {
        removeIfThere(nextPath);
        writeDurably(nextPath, bytes);
        syncFolder(folder);
      }),
    promoteNext: () =>
      orExplain(path, () => {
        renameSync(nextPath, path);
        syncFolder(folder);
      }),
    removeNext: () =>
      orExplain(nextPath, () => {
        removeIfThere(nextPath);
        syncFolder(folder);
      }),
  };
}

function readKey(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SecretKeyError(`${path} cannot be read (${codeOf(error)}). Give this user access to it.`);
  }
  const parsed = parseMasterKey(text, path);
  if ('problem' in parsed) throw new SecretKeyError(parsed.problem);
  return parsed.bytes;
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${formatMasterKey(bytes)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Unlike a rename, a link fails when the file exists; unlike an exclusive open, it is never half a key. */
function linkIfAbsent(draft: string, path: string, bytes: Uint8Array): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // File systems without hard links.
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(code ?? '')) throw error;
    writeDurably(path, bytes);
  }
}

/** A new name is on the disk only when its folder is. Windows does not let folders be synchronised, and need not. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function identityOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found ? `${found.ino}.${found.size}.${found.mtimeNs}.${found.ctimeNs}` : 'absent';
  } catch (error) {
    return codeOf(error);
  }
}

function orExplain<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SecretKeyError) throw error;
    throw new SecretKeyError(
      `${path} cannot be written (${codeOf(error)}). Give this user write access to the data folder, or set TOLLGATE_SECRET_KEY.`,
      { cause: error },
    );
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);
