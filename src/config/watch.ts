// The configuration while the gateway runs: notices a changed file, swaps in the new generation as a whole, and keeps
// the old one when the new file is wrong. Knows nothing of who uses it.
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RouteReader } from '../core/ports.ts';
import type { SecretReader, SecretValues } from '../core/secrets.ts';
import { type Config, mentionsSecrets, readSource, resolveConfig, secretsFor } from './config.ts';
import type { Environment } from './env.ts';
import type { SourceFile } from './file.ts';
import { ConfigError } from './problem.ts';
import { type UsedSecrets, useSecrets } from './used-secrets.ts';

export type ReloadResult =
  | { readonly outcome: 'changed'; readonly generation: number }
  | { readonly outcome: 'unchanged'; readonly generation: number }
  | { readonly outcome: 'refused'; readonly generation: number; readonly error: ConfigError };

export interface LiveConfig extends AsyncDisposable {
  /** The newest good configuration. */
  readonly current: Config;
  /** 1 at start, one more with every change. */
  readonly generation: number;
  /** Why the file as it is now is not in use; `undefined` when it is. */
  readonly refusal: ConfigError | undefined;
  /** Always answers from `current`. A request that needs one view takes `current.routes` once. */
  readonly routes: RouteReader;
  /** Reads the file now (SIGHUP). Calls do not overlap; the last one sees the newest file. Never rejects. */
  reload(): Promise<ReloadResult>;
  /**
   * Calls back after each reload that changed or refused something, in the tick of the swap. Returns the function
   * that stops that. A listener must not throw.
   */
  onReload(listener: (result: ReloadResult, config: Config) => void): () => void;
}

export interface LiveConfigOptions {
  /** How long the file must rest before it is read. */
  readonly settleMs?: number;
  /** How often the file is looked at besides, for file systems that report no changes and for symbolic links. */
  readonly pollMs?: number;
  /** Stored secrets; absent = there are none. */
  readonly secrets?: SecretReader;
  /** Asked before a new configuration replaces the old one, and throws ConfigError if it must not; not of the first. */
  readonly admit?: (config: Config) => Promise<void>;
  /** How often stored secrets are looked at, while the file refers to some. */
  readonly secretsPollMs?: number;
}

/** Loads the configuration and keeps it fresh. Rejects with ConfigError, or what `secrets` throws, if the first load fails. */
export async function openLiveConfig(
  environment: Environment,
  { settleMs = 100, pollMs = 2_000, secretsPollMs = 1_000, secrets, admit }: LiveConfigOptions = {},
): Promise<LiveConfig> {
  const { configFile } = environment;
  const listeners = new Set<(result: ReloadResult, config: Config) => void>();
  // Taken before the first read, so that a change right after it is noticed.
  const firstIdentity = await identityOf(configFile.path);
  let source = await readSource(configFile);
  /** Used or refused. */
  let newest = source;
  let secretsVersion = await versionFor(source);
  let secretsUnread = false;
  let used = useSecrets(await secretsFor(source, secrets));
  let current = resolveConfig(environment, source, used.values);
  let generation = 1;
  let refusal: ConfigError | undefined;

  async function readAndSwap(): Promise<ReloadResult> {
    try {
      const next = await readSource(configFile);
      if (source && !next) {
        throw new ConfigError([
          { message: `${configFile.path} is gone. Restart the gateway to run without it.` },
        ]);
      }
      newest = next;
      const nextSecrets = useSecrets(await secretValues(next));
      const changed = !sameBytes(source, next) || used.differFrom(nextSecrets.values);
      if (refusal === undefined && !changed) return { outcome: 'unchanged', generation };
      const nextConfig = resolveConfig(environment, next, nextSecrets.values);
      refuseLost(used, nextSecrets);
      await admit?.(nextConfig);
      current = nextConfig;
      used = nextSecrets;
      source = next;
      refusal = undefined;
      if (changed) generation++;
      return announce({ outcome: changed ? 'changed' : 'unchanged', generation });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const repeated = refusal?.message === error.message;
      refusal = error;
      const result = { outcome: 'refused', generation, error } as const;
      return repeated ? result : announce(result);
    }
  }

  /** Taken before the secrets are read, so that a change right after it is noticed. */
  async function versionFor(file: SourceFile | undefined): Promise<string | undefined> {
    return secrets && mentionsSecrets(file) ? await secrets.version() : undefined;
  }

  /** Once it runs, a store that fails is one more reason to keep what there is. */
  async function secretValues(file: SourceFile | undefined): Promise<SecretValues> {
    try {
      secretsUnread = true;
      const version = await versionFor(file);
      const values = await secretsFor(file, secrets);
      // Also if they cannot be used: the same are not looked at again.
      secretsVersion = version;
      secretsUnread = false;
      return values;
    } catch (error) {
      throw new ConfigError([{ message: `The stored secrets cannot be read: ${(error as Error).message}` }]);
    }
  }

  async function lookAtSecrets(): Promise<void> {
    try {
      if (secretsUnread || (await versionFor(newest)) !== secretsVersion) await reload();
    } catch {
      // The store cannot be read now; `GET /ready` says so, and the next look finds it back.
    }
  }

  function announce(result: ReloadResult): ReloadResult {
    for (const listener of listeners) listener(result, current);
    return result;
  }

  let queue: Promise<unknown> = Promise.resolve();
  function reload(): Promise<ReloadResult> {
    const result = queue.then(readAndSwap);
    queue = result.catch(() => {});
    return result;
  }

  const stopWatching = watchFile(configFile.path, firstIdentity, { settleMs, pollMs }, reload);
  const secretsPoll = setInterval(() => void lookAtSecrets(), secretsPollMs);
  secretsPoll.unref();
  return {
    get current() {
      return current;
    },
    get generation() {
      return generation;
    },
    get refusal() {
      return refusal;
    },
    routes: { model: (name) => current.routes.model(name), models: () => current.routes.models() },
    reload,
    onReload(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      stopWatching();
      clearInterval(secretsPoll);
      listeners.clear();
      await queue;
    },
  };
}

/** A key that went missing must not take a provider away from a gateway that still has its secret. */
function refuseLost(before: UsedSecrets, after: UsedSecrets): void {
  const lost = after.unreadable().filter(({ name }) => before.had(name));
  if (lost.length > 0) throw new ConfigError(lost.map(({ message }) => ({ message })));
}

function sameBytes(a: SourceFile | undefined, b: SourceFile | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a.bytes, b.bytes) === 0);
}

/**
 * Calls `changed` when the file at `path` is another than before and has been at rest for `settleMs`. Watches the
 * folder, since editors and orchestrators put a new file in the place of the old one.
 */
function watchFile(
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
async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'absent';
  }
}
