// Whether a file is the one it should be. A full SHA-256 is remembered in `<file>.verified.json` with size and time
// of change, so that 640 MB are not read at every start.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { systemErrorCode } from '../engine-failure.ts';
import { type FileSystem, systemFileSystem } from './file-system.ts';

/** What is known of a file beforehand; nothing of it is known of a model from a mirror without checksums. */
export interface ExpectedFile {
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
}

export type FileVerdict =
  | { readonly state: 'missing' }
  | { readonly state: 'verified' }
  /** `reason` ends a sentence that starts with the file's name. */
  | { readonly state: 'corrupt'; readonly reason: string };

interface VerificationRecord {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Reads the whole file even if it was verified before. */
  readonly distrust?: boolean;
  readonly fileSystem?: FileSystem;
}

export async function verifyFile(
  file: string,
  expected: ExpectedFile,
  options: VerifyOptions = {},
): Promise<FileVerdict> {
  const fileSystem = options.fileSystem ?? systemFileSystem;
  const stats = await fileSystem.stat(file).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  });
  if (!stats) return { state: 'missing' };
  const record = await readRecord(file, fileSystem);
  const bytes = expected.bytes ?? record?.bytes ?? stats.size;
  const sha256 = expected.sha256 ?? record?.sha256;
  if (stats.size !== bytes) {
    return { state: 'corrupt', reason: `has ${stats.size} bytes instead of ${bytes}` };
  }
  const known = record?.bytes === stats.size && record.mtimeMs === stats.mtimeMs && record.sha256 === sha256;
  if (sha256 === undefined || (known && !options.distrust)) return { state: 'verified' };
  const actual = await hashFile(file, options.signal);
  if (actual !== sha256) {
    return { state: 'corrupt', reason: `has the SHA-256 ${actual} instead of ${sha256}` };
  }
  await rememberVerified(file, sha256, fileSystem);
  return { state: 'verified' };
}

/** Writes down that `file`, as it is now, has this SHA-256. A folder that cannot be written only costs time later. */
export async function rememberVerified(
  file: string,
  sha256: string,
  fileSystem: FileSystem = systemFileSystem,
): Promise<void> {
  const { size, mtimeMs } = await fileSystem.stat(file);
  const record: VerificationRecord = { bytes: size, mtimeMs, sha256 };
  await fileSystem.writeFile(recordPath(file), `${JSON.stringify(record)}\n`).catch(() => undefined);
}

export async function removeFile(file: string, fileSystem: FileSystem = systemFileSystem): Promise<void> {
  await fileSystem.rm(recordPath(file), { force: true });
  await fileSystem.rm(file, { force: true });
}

/** SHA-256 of a file in hex, read in pieces that leave the event loop alone. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}

function recordPath(file: string): string {
  return `${file}.verified.json`;
}

async function readRecord(file: string, fileSystem: FileSystem): Promise<VerificationRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await fileSystem.readFile(recordPath(file), 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch {
    // Absent or damaged: the file is hashed again.
    return undefined;
  }
}

function isRecord(value: unknown): value is VerificationRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'bytes' in value &&
    typeof value.bytes === 'number' &&
    'mtimeMs' in value &&
    typeof value.mtimeMs === 'number' &&
    'sha256' in value &&
    typeof value.sha256 === 'string'
  );
}
