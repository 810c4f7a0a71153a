// The configuration while the gateway runs: notices a changed file, and what administrators changed, swaps in the new generation
// as a whole, and keeps the old one when the new file is wrong. Knows nothing of who uses it.
import type { RouteReader } from '../core/ports.ts';
import type { RoutingEntries, RoutingEntry, RoutingReader } from '../core/routing-entries.ts';
import type { SecretReader, SecretValue, SecretValues } from '../core/secrets.ts';
import { type Config, mentionsSecrets, readSource, resolveConfig, secretsFor } from './config.ts';
import type { Environment } from './env.ts';
import type { SourceFile } from './file.ts';
import { ConfigError } from './problem.ts';
import { type UsedSecrets, watchSecrets } from './used-secrets.ts';
import { identityOf, watchFile } from './watch-file.ts';

export type ReloadResult =
  /** `by`: absent where the file was changed. */
  | { readonly outcome: 'changed'; readonly generation: number; readonly by?: 'administrator' }
  | { readonly outcome: 'unchanged'; readonly generation: number }
  | { readonly outcome: 'refused'; readonly generation: number; readonly error: ConfigError };

/** What a configuration is made of, besides the environment. Structured data, with secrets in the clear. */
export interface ConfigInputs {
  readonly source: SourceFile | undefined;
  readonly secrets: readonly (readonly [name: string, value: SecretValue])[];
  readonly entries: readonly RoutingEntry[];
}

export interface LiveConfig extends AsyncDisposable {
  /** The newest good configuration. */
  readonly current: Config;
  /** 1 at start, one more with every change. */
  readonly generation: number;
  /** Why the file as it is now is not in use; `undefined` when it is. */
  readonly refusal: ConfigError | undefined;
  /** What `current` was made of, for another process to make the same. */
  inputs(): ConfigInputs;
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
  /** What administrators made; absent = nothing. */
  readonly stored?: RoutingReader;
  /** How often stored secrets are looked at, while somebody refers to some, and what administrators made. */
  readonly storePollMs?: number;
}

/** Loads the configuration and keeps it fresh. Rejects with ConfigError, or what `secrets` throws, if the first load fails. */
export async function openLiveConfig(
  environment: Environment,
  { settleMs = 100, pollMs = 2_000, storePollMs = 500, secrets, stored, admit }: LiveConfigOptions = {},
): Promise<LiveConfig> {
  const { configFile } = environment;
  const listeners = new Set<(result: ReloadResult, config: Config) => void>();
  // Taken before the first read, so that a change right after it is noticed.
  const firstIdentity = await identityOf(configFile.path);
  let source = await readSource(configFile);
  /** Used or refused. */
  let newest = source;
  let entries = nothingStored;
  let secretsVersion = await versionFor(source, entries);
  let secretsUnread = false;
  let used = watchSecrets(await secretsFor(source, secrets));
  let current = resolveConfig(environment, source, used.values);
  // A file with mistakes has made no database by now.
  if (stored) {
    entries = await stored.routing();
    if (entries.entries.length > 0) {
      secretsVersion = await versionFor(source, entries);
      used = watchSecrets(await readSecrets(source, entries));
      current = resolveConfig(environment, source, used.values, entries.entries);
    }
  }
  let generation = 1;
  let refusal: ConfigError | undefined;

  async function readAndSwap(): Promise<ReloadResult> {
    const nextEntries = await newestEntries();
    try {
      const next = await readSource(configFile);
      if (source && !next) {
        throw new ConfigError([
          { message: `${configFile.path} is gone. Restart the gateway to run without it.` },
        ]);
      }
      newest = next;
      const nextSecrets = watchSecrets(await secretValues(next, nextEntries));
      const sameFile = sameBytes(source, next);
      const changed = !sameFile || used.differFrom(nextSecrets.values) || !sameEntries(entries, nextEntries);
      if (refusal === undefined && !changed) return { outcome: 'unchanged', generation };
      const nextConfig = resolveConfig(environment, next, nextSecrets.values, nextEntries.entries);
      refuseLost(used, nextSecrets);
      if (!sameFile || refusal !== undefined) await admit?.(nextConfig);
      const own = sameFile && !sameEntries(entries, nextEntries);
      current = nextConfig;
      used = nextSecrets;
      source = next;
      entries = nextEntries;
      refusal = undefined;
      if (!changed) return announce({ outcome: 'unchanged', generation });
      generation++;
      return announce({ outcome: 'changed', generation, ...(own ? { by: 'administrator' } : {}) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const swapped = await swapEntries(nextEntries);
      const repeated = refusal?.message === error.message;
      refusal = error;
      const result = { outcome: 'refused', generation, error } as const;
      if (!repeated) announce(result);
      return swapped ?? result;
    }
  }

  /** The file as it is now cannot be used; what administrators changed is taken over beside the file in use. */
  async function swapEntries(next: RoutingEntries): Promise<ReloadResult | undefined> {
    if (sameEntries(entries, next)) return undefined;
    try {
      const nextSecrets = watchSecrets(await secretValues(source, next));
      const nextConfig = resolveConfig(environment, source, nextSecrets.values, next.entries);
      refuseLost(used, nextSecrets);
      current = nextConfig;
      used = nextSecrets;
      entries = next;
    } catch (error) {
      if (error instanceof ConfigError) return undefined;
      throw error;
    }
    return announce({ outcome: 'changed', generation: ++generation, by: 'administrator' });
  }

  /** Those in use, where the store cannot be read now: the next look finds it back. */
  async function newestEntries(): Promise<RoutingEntries> {
    return (await stored?.routing().catch(() => entries)) ?? entries;
  }

  /** Taken before the secrets are read, so that a change right after it is noticed. */
  async function versionFor(file: SourceFile | undefined, next: RoutingEntries): Promise<string | undefined> {
    return secrets && (mentionsSecrets(file) || hasCredentials(next)) ? await secrets.version() : undefined;
  }

  async function readSecrets(file: SourceFile | undefined, next: RoutingEntries): Promise<SecretValues> {
    if (secrets && hasCredentials(next)) return secrets.read();
    return secretsFor(file, secrets);
  }

  /** Once it runs, a store that fails is one more reason to keep what there is. */
  async function secretValues(file: SourceFile | undefined, next: RoutingEntries): Promise<SecretValues> {
    try {
      secretsUnread = true;
      const version = await versionFor(file, next);
      const values = await readSecrets(file, next);
      // Also if they cannot be used: the same are not looked at again.
      secretsVersion = version;
      secretsUnread = false;
      return values;
    } catch (error) {
      throw new ConfigError([{ message: `The stored secrets cannot be read: ${(error as Error).message}` }]);
    }
  }

  async function lookAtStore(): Promise<void> {
    try {
      const changed =
        secretsUnread ||
        (await versionFor(newest, entries)) !== secretsVersion ||
        (await stored?.routingGeneration()) !== (stored && entries.generation);
      if (changed) await reload();
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
  const storePoll = setInterval(() => void lookAtStore(), storePollMs);
  storePoll.unref();
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
    inputs: () => ({ source, secrets: used.all(), entries: entries.entries }),
    routes: { model: (name) => current.routes.model(name), models: () => current.routes.models() },
    reload,
    onReload(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      stopWatching();
      clearInterval(storePoll);
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

const nothingStored: RoutingEntries = { generation: 0, entries: [] };

const sameEntries = (a: RoutingEntries, b: RoutingEntries) => a.generation === b.generation;

const hasCredentials = ({ entries }: RoutingEntries) =>
  entries.some(({ secrets }) => Object.keys(secrets).length > 0);

function sameBytes(a: SourceFile | undefined, b: SourceFile | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a.bytes, b.bytes) === 0);
}
