// Environment and tollgate.yaml resolved into one immutable Config. Pure but for `loadConfig`, which reads the file.
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PublicModel, RouteReader } from '../core/ports.ts';
import { defaultHealth, type HealthSettings } from '../routing/health.ts';
import type { Environment } from './env.ts';
import { largestFile, type ParsedFile, parseFile, type SourceFile } from './file.ts';
import {
  answerSettings,
  duration,
  localProvider,
  modelFromEntry,
  priceProblem,
  seedModels,
} from './models.ts';
import { createPriceSeed } from './price-seed.ts';
import { ConfigError, type Problem } from './problem.ts';
import {
  environmentProviders,
  keysProblem,
  type ProviderDefinition,
  providerFromEntry,
} from './providers.ts';
import { createRouteReader } from './routes.ts';
import type { TollgateYaml } from './schema.ts';
import type { Secret } from './secret.ts';
import { defaultServer } from './seed.ts';
import { parseSize } from './units.ts';

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly heartbeatMs: number;
  readonly bodyLimitBytes: number;
  readonly shutdownGraceMs: number;
  readonly circuitBreaker: HealthSettings;
}

export interface LocalSettings {
  /** `off`, an `hf:` URI or an absolute path; `undefined` = the embedded server picks. */
  readonly model: string | undefined;
  readonly huggingFaceEndpoint: string;
}

export interface Config {
  readonly server: ServerSettings;
  readonly dataFolder: string;
  readonly bootstrapKey: Secret | undefined;
  readonly adminToken: Secret | undefined;
  readonly local: LocalSettings;
  /** Every provider a route may name; exactly one entry per name. */
  readonly providers: readonly ProviderDefinition[];
  readonly routes: RouteReader;
  /** The file this came from; `undefined` = there is none. */
  readonly file: string | undefined;
}

/** Reads the file the environment names and resolves. Throws ConfigError and nothing else. */
export async function loadConfig(environment: Environment): Promise<Config> {
  return resolveConfig(environment, await readSource(environment.configFile));
}

/** `undefined` if the file does not exist and need not. */
export async function readSource({
  path,
  required,
}: Environment['configFile']): Promise<SourceFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    // Larger files are refused unread.
    const bytes = size > largestFile ? new Uint8Array(largestFile + 1) : await readFile(path);
    return { name: basename(path), bytes, modifiedAt: mtimeMs };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && !required) return undefined;
    throw new ConfigError([{ message: `${path} cannot be read: ${reasons[code ?? ''] ?? code}.` }]);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
};

/** Throws ConfigError with every problem of the file. */
export function resolveConfig(environment: Environment, source: SourceFile | undefined): Config {
  const built = environmentProviders(environment);
  const file =
    source &&
    parseFile(
      source,
      environment.variable,
      built.map((provider) => provider.name),
    );
  const problems: Problem[] = [...(file?.problems ?? [])];
  const providers = mergeProviders(built, file, environment, problems);
  problems.push(...priceProblems(file));
  if (problems.length > 0) throw new ConfigError(problems);

  const {
    heartbeat,
    body_limit: bodyLimit,
    shutdown_grace: shutdownGrace,
    circuit_breaker: breaker,
  } = file?.content.server ?? {};
  return deepFreeze({
    server: {
      host: environment.host,
      port: environment.port,
      heartbeatMs: duration(heartbeat, defaultServer.heartbeatMs),
      bodyLimitBytes:
        bodyLimit === undefined
          ? defaultServer.bodyLimitBytes
          : (parseSize(bodyLimit) ?? defaultServer.bodyLimitBytes),
      shutdownGraceMs: duration(shutdownGrace, defaultServer.shutdownGraceMs),
      circuitBreaker: circuitBreakerOf(breaker),
    },
    dataFolder: environment.dataFolder,
    bootstrapKey: environment.bootstrapKey,
    adminToken: environment.adminToken,
    local: { model: environment.localModel, huggingFaceEndpoint: environment.huggingFaceEndpoint },
    providers: [...providers.values()],
    routes: createRouteReader(mergeModels(providers, file, source).map(deepFreeze)),
    file: source && environment.configFile.path,
  });
}

function circuitBreakerOf(entry: NonNullable<TollgateYaml['server']>['circuit_breaker']): HealthSettings {
  if (entry === 'off') return { ...defaultHealth, failures: Number.POSITIVE_INFINITY };
  const openMs = duration(entry?.open, defaultHealth.openMs);
  return {
    failures: entry?.failures ?? defaultHealth.failures,
    openMs,
    longestOpenMs: Math.max(openMs, defaultHealth.longestOpenMs),
  };
}

/** The file's definitions replace the environment's of the same name. */
function mergeProviders(
  built: readonly ProviderDefinition[],
  file: ParsedFile | undefined,
  environment: Environment,
  problems: Problem[],
): ReadonlyMap<string, ProviderDefinition> {
  const providers = new Map(built.map((provider) => [provider.name, provider]));
  for (const [name, entry] of Object.entries(file?.content.providers ?? {})) {
    const place = file?.place(['providers', name]);
    const say = (message: string) => problems.push({ message, ...(place ? { place } : {}) });
    if (name === localProvider && entry.type !== 'local') {
      say('`local` is the name of the embedded model. Choose another name for this provider.');
    }
    const wrong = keysProblem(entry);
    if (wrong) say(wrong);
    const definition = providerFromEntry(name, entry, environment.providerKeys);
    if (typeof definition === 'string') say(`\`${name}\` needs \`${definition}\`.`);
    else providers.set(name, definition);
  }
  return providers;
}

function priceProblems(file: ParsedFile | undefined): Problem[] {
  return Object.entries(file?.content.models ?? {}).flatMap(([name, entry]) => {
    const message = priceProblem(entry);
    const place = file?.place(['models', name, 'price']);
    return message === undefined ? [] : [{ message, ...(place ? { place } : {}) }];
  });
}

/** The default models in their order, replaced by the file's of the same name, then the file's others. */
function mergeModels(
  providers: ReadonlyMap<string, ProviderDefinition>,
  file: ParsedFile | undefined,
  source: SourceFile | undefined,
): PublicModel[] {
  const first = (['openai', 'evolink'] as const).find((name) => providers.has(name));
  const seed = createPriceSeed();
  const baseUrl = (name: string) => {
    const provider = providers.get(name);
    return provider === undefined || provider.type === 'local' ? undefined : provider.baseUrl;
  };
  const builtIn = seedModels(first ?? localProvider, baseUrl(first ?? '') ?? '', seed);
  const models = new Map(builtIn.map((model) => [model.name, model]));
  for (const [name, entry] of Object.entries(file?.content.models ?? {})) {
    const origin = {
      file: source?.name ?? '',
      created: Math.floor((source?.modifiedAt ?? 0) / 1000),
      isLocal: (provider: string) => providers.get(provider)?.type === 'local',
      baseUrl,
      seed,
    };
    models.set(name, modelFromEntry(name, entry, origin));
  }
  const all = answerSettings(file?.content.server ?? {});
  return [...models.values()].map((model) => ({ ...all, ...model }));
}

/** Freezes plain objects and arrays all the way down; class instances (Secret) and functions are left alone. */
function deepFreeze<T>(value: T): T {
  const prototype = value === null || typeof value !== 'object' ? undefined : Object.getPrototypeOf(value);
  if (prototype === undefined || (prototype !== Object.prototype && !Array.isArray(value))) return value;
  for (const part of Object.values(value as object)) deepFreeze(part);
  return Object.freeze(value);
}
