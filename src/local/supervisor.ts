// The embedded model as the gateway sees it: finds it, starts its process, keeps it running, says how it stands.
// Whatever goes wrong becomes a status, never an exception.
//
//   off   locating -> downloading -> loading -> ready -> restarting -> loading -> …       (any) -> stopped
//            └─────────────┴───────────┴─> failed: what time may heal is tried again
import { join } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import { siblingModule } from '../core/module-path.ts';
import type { EngineStatus, LocalEngine } from '../core/ports.ts';
import type { AcquireSeams, ModelFile } from './acquire.ts';
import { childEnvironment } from './child-environment.ts';
import { type RunningChild, startChild } from './child-process.ts';
import type { ChildOptions } from './child-protocol.ts';
import { childStatus, describeExit, downloadStatus } from './describe-status.ts';
import { EngineFailure, sentenceOf } from './engine-failure.ts';
import { locateEnginePackage } from './engine-package.ts';
import type { ProgressListener, TransferProgress } from './fetching/transfer-meter.ts';
import { backOff, type Wait, waitFor } from './fetching/wait.ts';
import { formatSeconds } from './format-quantity.ts';
import { readModelSetting } from './model-setting.ts';
import type { Environment } from './run-command.ts';
import { createSocketFolder } from './socket-folder.ts';

export interface LocalEngineOptions {
  /** TOLLGATE_LOCAL_MODEL: absent, `off`, a path or `hf:owner/repo/file.gguf[@revision]`. */
  readonly setting: string | undefined;
  /** Models go to `models/`, an installed engine to `engine/`, the socket to `run/` in here. */
  readonly dataFolder: string;
  /** What pip, npm and the child process see; TOLLGATE_* and *_API_KEY are taken out of it. */
  readonly environment: Environment;
  /** Listen on TCP instead of a private socket: for `tollgate local`. Port 0 = any free one, kept over restarts. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** HF_ENDPOINT, for mirrors. Default `https://huggingface.co`. */
  readonly huggingFaceEndpoint?: string | undefined;
  /** Lines for the person at the terminal: where the model comes from, what is being installed. */
  readonly say?: (line: string) => void;
  /** Lines that the child process printed. */
  readonly log?: (line: string) => void;
  /** For a progress bar. */
  readonly onProgress?: ProgressListener;
  /** Context size, slots, threads, model names. */
  readonly child?: Partial<Omit<ChildOptions, 'modelPath' | 'modelLabel' | 'listen' | 'engineModule'>>;
  readonly seams?: SupervisorSeams;
}

export interface SupervisedEngine extends LocalEngine {
  /** `http://host:port` once ready, when it listens on TCP. */
  readonly url: string | undefined;
}

/** What tests hand in. */
export interface SupervisorSeams {
  readonly childModule?: URL;
  /** Import specifier of the engine; skips looking for it. */
  readonly engineModule?: string;
  readonly acquire?: AcquireSeams;
  readonly clock?: Clock;
  readonly wait?: Wait;
  readonly stopGraceMs?: number;
  readonly loadSilenceMs?: number;
}

const firstRestartMs = 500;
const longestRestartMs = 30_000;
/** A child that served this long did not crash because of how it was started. */
const healthyMs = 60_000;
const firstRetryMs = 60_000;
const longestRetryMs = 15 * 60_000;
const defaultStopGraceMs = 5000;
/** Loading reports its progress; a child that says nothing for so long hangs. */
const defaultLoadSilenceMs = 5 * 60_000;

export function createLocalEngine(options: LocalEngineOptions): SupervisedEngine {
  const { say = () => undefined, log = () => undefined, seams = {} } = options;
  const clock = seams.clock ?? systemClock;
  const wait = seams.wait ?? waitFor;
  const environment = childEnvironment(options.environment);
  const sockets = createSocketFolder(join(options.dataFolder, 'run'));
  const listeners = new Set<(status: EngineStatus) => void>();
  const ending = new AbortController();
  let status: EngineStatus = { state: 'stopped', detail: 'The local model has not been started.' };
  let served = false;
  let running: Promise<void> | undefined;
  let child: RunningChild | undefined;
  let port: number | undefined;

  const setStatus = (next: EngineStatus) => {
    status = served ? { ...next, served } : next;
    served ||= next.state === 'ready';
    for (const listener of listeners) listener(status);
  };

  /** Ends the pause before the next attempt. */
  let hurry: AbortController | undefined;

  async function run(): Promise<void> {
    for (let failures = 0; !ending.signal.aborted; failures++) {
      const failure = await locateAndServe();
      if (!failure?.retryable || ending.signal.aborted) return;
      const delayMs = backOff(failures, firstRetryMs, longestRetryMs);
      const detail = `${failure.message} It is tried again in ${formatSeconds(delayMs / 1000)}.`;
      hurry = new AbortController();
      setStatus({ state: 'failed', detail });
      await wait(delayMs, AbortSignal.any([ending.signal, hurry.signal])).catch(() => undefined);
      hurry = undefined;
    }
  }

  /** Returns when the engine is off, failed or stopped. */
  async function locateAndServe(): Promise<EngineFailure | undefined> {
    try {
      const setting = readModelSetting(options.setting);
      if (setting.kind === 'off') {
        setStatus({ state: 'off', detail: 'The local model is switched off (TOLLGATE_LOCAL_MODEL=off).' });
        return undefined;
      }
      setStatus({ state: 'locating', detail: 'Looking for a local model.' });
      // Loaded when needed: a gateway without a local model is spared the downloaders.
      const { acquireModel } = await import('./acquire.ts');
      const acquire = (distrust: boolean) =>
        acquireModel({
          setting,
          modelsFolder: join(options.dataFolder, 'models'),
          environment,
          huggingFaceEndpoint: options.huggingFaceEndpoint,
          say,
          onProgress: showProgress,
          signal: ending.signal,
          distrust,
          seams: seams.acquire,
        });
      const model = await acquire(false);
      setStatus({ state: 'locating', detail: 'Looking for the model engine.', model: model.name });
      const engineModule = seams.engineModule ?? (await locateEngine());
      const rejection = await serve(model, engineModule);
      // The file may have been damaged after it was verified: then it is fetched again, once.
      const second = rejection && setting.kind !== 'path' ? await acquire(true) : model;
      const final = second.fetched && rejection ? await serve(second, engineModule) : rejection;
      if (final !== undefined) throw new EngineFailure(final);
      return undefined;
    } catch (error) {
      if (ending.signal.aborted) return undefined;
      const failure = error instanceof EngineFailure ? error : new EngineFailure(sentenceOf(error));
      if (!failure.retryable) setStatus({ state: 'failed', detail: failure.message });
      return failure;
    }
  }

  function locateEngine(): Promise<string> {
    return locateEnginePackage({
      folder: join(options.dataFolder, 'engine'),
      environment,
      say: (line) => {
        setStatus({ ...status, state: 'downloading', detail: line });
        say(line);
      },
      signal: ending.signal,
    });
  }

  function showProgress(progress: TransferProgress): void {
    options.onProgress?.(progress);
    setStatus(downloadStatus(progress));
  }

  /** Keeps a child running; returns the child's own reason when it says that there is no use. */
  async function serve(model: ModelFile, engineModule: string): Promise<string | undefined> {
    for (let crashes = 0; !ending.signal.aborted; ) {
      const life = await liveOnce(model, engineModule);
      if (life.rejection !== undefined || ending.signal.aborted) return life.rejection;
      if (life.servedMs >= healthyMs) crashes = 0;
      const delayMs = backOff(crashes++, firstRestartMs, longestRestartMs);
      const detail = `${describeExit(life.exit)}; it is restarted in ${formatSeconds(delayMs / 1000)}.`;
      setStatus({ state: 'restarting', detail, model: model.name });
      await wait(delayMs, ending.signal);
    }
    return undefined;
  }

  async function liveOnce(model: ModelFile, engineModule: string) {
    let readyAt: number | undefined;
    let rejection: string | undefined;
    if (!options.listen) sockets.prepare();
    setStatus({ state: 'loading', detail: `Loading ${model.name}.`, model: model.name, progress: 0 });
    const current = startChild({
      module: seams.childModule ?? siblingModule(import.meta.url, './child'),
      options: {
        ...options.child,
        modelPath: model.path,
        modelLabel: model.name,
        listen: options.listen
          ? { host: options.listen.host, port: port ?? options.listen.port }
          : { socketPath: sockets.socketPath },
        engineModule,
      },
      environment,
      onLine: log,
      onMessage: (message) => {
        if (message.type === 'loading') silence.refresh();
        else clearTimeout(silence);
        if (message.type === 'ready') {
          readyAt = clock.monotonic();
          port = message.info.port;
        }
        if (message.type === 'failed') rejection = message.reason;
        else if (!ending.signal.aborted) setStatus(childStatus(message, model.name));
      },
    });
    child = current;
    const silence = setTimeout(() => {
      log('The model process said nothing for too long while loading; it is ended.');
      void current.stop(0);
    }, seams.loadSilenceMs ?? defaultLoadSilenceMs);
    const exit = await current.exit;
    clearTimeout(silence);
    child = undefined;
    return { exit, rejection, servedMs: readyAt === undefined ? 0 : clock.monotonic() - readyAt };
  }

  async function end(): Promise<void> {
    ending.abort(new Error('The local model is being stopped.'));
    await child?.stop(seams.stopGraceMs ?? defaultStopGraceMs);
    await running;
    sockets.remove();
    setStatus({ state: 'stopped', detail: 'The local model is stopped.' });
  }

  let ended: Promise<void> | undefined;
  return {
    socketPath: sockets.socketPath,
    get url() {
      return options.listen && port !== undefined ? httpUrl(options.listen.host, port) : undefined;
    },
    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      // Only the end aborts the waiting inside; everything else has become a status by then.
      if (!ending.signal.aborted) running ??= run().catch(() => undefined);
    },
    retry() {
      if (ending.signal.aborted || status.state !== 'failed') return;
      setStatus({ state: 'locating', detail: 'Looking for a local model.' });
      // Where the failure was final, nobody waits any more.
      if (hurry) hurry.abort();
      else
        running = Promise.resolve(running)
          .then(run, run)
          .catch(() => undefined);
    },
    [Symbol.asyncDispose]: () => {
      ended ??= end();
      return ended;
    },
  };
}

function httpUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
