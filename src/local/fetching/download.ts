// Brings one file onto the disk: resumes, retries with back-off, verifies the SHA-256 of the whole, renames at the
// end. Two processes may ask for the same file at once; one downloads, the other waits and finds it there.
import { dirname } from 'node:path';
import { type Clock, systemClock } from '../../core/clock.ts';
import { EngineFailure } from '../engine-failure.ts';
import { lockFile } from './file-lock.ts';
import { type FileSystem, reserveFolder, systemFileSystem, writeFailure } from './file-system.ts';
import type { HttpSource } from './http-source.ts';
import { openPartFile, type PartFile } from './part-file.ts';
import { TransferBroken, transferRest } from './transfer.ts';
import { createTransferMeter, type ProgressListener } from './transfer-meter.ts';
import { type ExpectedFile, rememberVerified, verifyFile } from './verified-file.ts';
import { backOff, type Wait, waitFor } from './wait.ts';

export interface DownloadRequest extends ExpectedFile {
  /** For messages and the progress bar. */
  readonly name: string;
  readonly url: string;
  /** Where the file goes; its folder is created. */
  readonly file: string;
}

export interface DownloadOptions {
  readonly source: HttpSource;
  readonly onProgress?: ProgressListener;
  /** One line for the terminal, when something unusual happens. */
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Attempts in a row that bring less than 1 % of the file before giving up. Default 6. */
  readonly attempts?: number;
  readonly clock?: Clock;
  readonly wait?: Wait;
  readonly fileSystem?: FileSystem;
}

/** Resolves when `request.file` is there and verified; throws EngineFailure, or the signal's reason. */
export async function download(request: DownloadRequest, options: DownloadOptions): Promise<void> {
  const { file, name } = request;
  const { say = () => undefined, signal, fileSystem = systemFileSystem } = options;
  const { size: alreadyHere } = await fileSystem.stat(`${file}.part`).catch(() => ({ size: 0 }));
  await reserveFolder(dirname(file), Math.max(0, (request.bytes ?? 0) - alreadyHere), fileSystem);
  using _lock = await lockFile(`${file}.lock`, {
    onWait: () => say(`Another process is downloading ${name}; waiting for it.`),
    ...(signal ? { signal } : {}),
    ...(options.wait ? { wait: options.wait } : {}),
  });
  if ((await verifyFile(file, request, { fileSystem })).state === 'verified') return;
  await using part = await openPartFile(file, fileSystem, signal);
  try {
    for (let round = 1; ; round++) {
      await transfer(request, part, options);
      const actual = part.digest();
      if (request.sha256 === undefined || actual === request.sha256) {
        await part.finish();
        await rememberVerified(file, actual, fileSystem);
        return;
      }
      await part.restart(undefined);
      if (round === 2) {
        await part.remove();
        throw new EngineFailure(
          `${name} arrived with the wrong content twice: SHA-256 ${actual} instead of ${request.sha256}, from ${request.url}.`,
        );
      }
      say(`${name} arrived with the wrong content (SHA-256 ${actual}); downloading it once more.`);
    }
  } catch (error) {
    const failure = await writeFailure(error, file, (request.bytes ?? 0) - part.position, fileSystem);
    // A full disk also stops the ledger, so the room is given back at once.
    if (failure !== error) await part.remove();
    throw failure;
  }
}

async function transfer(request: DownloadRequest, part: PartFile, options: DownloadOptions): Promise<void> {
  const { signal, attempts = 6, wait = waitFor } = options;
  const meter = createTransferMeter(
    request.name,
    options.clock ?? systemClock,
    options.onProgress ?? (() => undefined),
  );
  let size = request.bytes;
  for (let failures = 0; ; ) {
    const before = part.position;
    try {
      await transferRest({
        url: request.url,
        bytes: request.bytes,
        source: options.source,
        part,
        signal,
        onBytes: (position, total) => {
          size = total;
          meter.at(position, total);
        },
      });
      meter.at(part.position, size, true);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TransferBroken)) throw error;
      const progressed = size !== undefined && part.position - before >= size / 100;
      failures = progressed ? 1 : failures + 1;
      if (failures >= attempts) {
        throw new EngineFailure(
          `${request.name} could not be downloaded from ${new URL(request.url).host}: ${error.message} (${failures} attempts).`,
          { retryable: true, cause: error },
        );
      }
      await wait(error.retryAfterMs ?? backOff(failures - 1, 500, 30_000), signal);
    }
  }
}
