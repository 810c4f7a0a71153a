// Environment and tollgate.yaml resolved into one immutable Config. Pure but for `loadConfig`, which reads the file.
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ConsoleSettings } from '../core/console-settings.ts';
import type { ContentSettings } from '../core/content.ts';
import type { PublicModel, RouteReader } from '../core/ports.ts';
import type { RoutingEntry, RoutingReader } from '../core/routing-entries.ts';
import { noSecrets, type SecretReader, type SecretValues } from '../core/secrets.ts';
import { defaultHealth, type HealthSettings } from '../routing/health.ts';
import { consoleProblems, consoleSettings } from './console.ts';
import { contentSettings } from './content.ts';
import type { Environment } from './env.ts';
import { largestFile, type ParsedFile, parseFile, type SourceFile } from './file.ts';
import { type ConfiguredLimit, limitsOf } from './limits.ts';
import {
  answerSettings,
  duration,
  localProvider,
  modelFromEntry,
  priceProblem,
  seedModels,
} from './models.ts';
import { type Origins, originsOf } from './origin.ts';
import { createPriceSeed, type PriceSeed } from './price-seed.ts';
import { ConfigError, type Problem } from './problem.ts';
import {
  answersNeed,
  environmentProviders,
  keysProblem,
  needs,
  type ProviderDefinition,
  providerFromEntry,
} from './providers.ts';
import { createRouteReader } from './routes.ts';
import type { TollgateYaml } from './schema.ts';
import type { Secret } from './secret.ts';
import { defaultServer } from './seed.ts';
import { mergeStored, type StoredProblem } from './stored-entries.ts';
import { parseDays, parseSize } from './units.ts';

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly heartbeatMs: number;
  readonly bodyLimitBytes: number;
  readonly shutdownGraceMs: number;
  /** How long a client may take nothing of an answer that waits for it. */
  readonly slowReaderMs: number;
  /** Requests under way at the same time; `undefined` = any number. */
  readonly maxConcurrentRequests: number | undefined;
  readonly circuitBreaker: HealthSettings;
  /** IANA name: in which windows of limits and days of reports turn, where nothing else is said. */
  readonly timeZone: string;
  /** Ranges of addresses whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** What a request is answered with whose budget is exhausted. */
  readonly quotaStatus: 402 | 429;
  /** How long answers to requests with an `Idempotency-Key` are kept; `undefined` = the header is ignored. */
  readonly idempotencyMs: number | undefined;
  /** How long such a request goes on when its clients have left; 0 = it is stopped at once, as any other is. */
  readonly idempotencyGraceMs: number;
  /** Whether `GET /metrics` needs no token. */
  readonly metricsPublic: boolean;
}

export interface LocalSettings {
  /** `off`, an `hf:` URI or an absolute path; `undefined` = the embedded server picks. */
  readonly model: string | undefined;
  readonly huggingFaceEndpoint: string;
}

export interface LedgerSettings {
  /** How long rows are kept; `undefined` = for ever. */
  readonly retentionMs: number | undefined;
}

export interface Config {
  readonly server: ServerSettings;
  readonly dataFolder: string;
  readonly bootstrapKey: Secret | undefined;
  readonly adminToken: Secret | undefined;
  readonly local: LocalSettings;
  readonly ledger: LedgerSettings;
  /** Whether what is said in requests is kept. */
  readonly logging: ContentSettings;
  readonly console: ConsoleSettings;
  /** Every provider a route may name; exactly one entry per name. */
  readonly providers: readonly ProviderDefinition[];
  readonly routes: RouteReader;
  /** Limits of the file, by the names that stand there. */
  readonly limits: readonly ConfiguredLimit[];
  /** The file this came from; `undefined` = there is none. */
  readonly file: string | undefined;
  /** Where each provider and model comes from. */
  readonly origins: Origins;
  /** What is wrong with entries that administrators made; they are left out, wholly or in part. */
  readonly storedProblems: readonly StoredProblem[];
}

/**
 * Reads the file the environment names and resolves. Throws ConfigError, and what `secrets` throws, which is asked only
 * if somebody refers to stored secrets. `stored`: what administrators made; asked only if the file has no mistakes.
 */
export async function loadConfig(
  environment: Environment,
  secrets?: SecretReader,
  stored?: Pick<RoutingReader, 'routing'>,
): Promise<Config> {
  const source = await readSource(environment.configFile);
  const values = await secretsFor(source, secrets);
  const config = resolveConfig(environment, source, values);
  const { entries } = (await stored?.routing()) ?? { entries: [] };
  if (entries.length === 0) return config;
  return resolveConfig(environment, source, (await secrets?.read()) ?? values, entries);
}

/** None for a file that does not mention any, so that no store has to be opened for it. */
export async function secretsFor(
  source: SourceFile | undefined,
  secrets: SecretReader | undefined,
): Promise<SecretValues> {
  return secrets && mentionsSecrets(source) ? await secrets.read() : noSecrets;
}

export function mentionsSecrets(source: SourceFile | undefined): boolean {
  return source !== undefined && Buffer.from(source.bytes).includes('${secret:');
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

/** Throws ConfigError with every problem of the file. `stored`: what administrators made; its problems are told, not thrown. */
export function resolveConfig(
  environment: Environment,
  source: SourceFile | undefined,
  secrets: SecretValues = noSecrets,
  stored: readonly RoutingEntry[] = [],
): Config {
  const built = environmentProviders(environment);
  const file =
    source &&
    parseFile(
      source,
      { variable: environment.variable, secrets },
      built.map((provider) => provider.name),
    );
  const problems: Problem[] = [...(file?.problems ?? []), ...unreadableElsewhere(file)];
  const ownProviders = mergeProviders(built, file, environment, problems);
  problems.push(...priceProblems(file), ...consoleProblems(file));
  if (problems.length > 0) throw new ConfigError(problems);
  const seed = createPriceSeed();
  const ownModels = mergeModels(ownProviders, file, source, seed);
  // The file stands by itself: what it limits must not vanish with what an administrator deletes.
  const limits = limitsOf(file, new Set(ownModels.map(({ name }) => name)), problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const { providers, models, origins, ...merged } = mergeStored(
    { providers: ownProviders, models: ownModels, origins: originsOf(ownProviders, ownModels, file) },
    stored,
    {
      secrets,
      seed,
      defaults: answerSettings(file?.content.server ?? {}),
      publicOnly: file?.content.console?.private_upstreams === false || undefined,
    },
  );

  const {
    heartbeat,
    body_limit: bodyLimit,
    shutdown_grace: shutdownGrace,
    slow_reader_timeout: slowReader,
    max_concurrent_requests: maxConcurrentRequests,
    circuit_breaker: breaker,
    quota_status: quotaStatus,
    idempotency,
    idempotency_grace: idempotencyGrace,
    metrics,
    time_zone: timeZone = defaultServer.timeZone,
    trusted_proxies: trustedProxies,
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
      slowReaderMs: duration(slowReader, defaultServer.slowReaderMs),
      maxConcurrentRequests,
      circuitBreaker: circuitBreakerOf(breaker),
      quotaStatus: quotaStatus ?? defaultServer.quotaStatus,
      idempotencyMs: idempotency === 'off' ? undefined : duration(idempotency, defaultServer.idempotencyMs),
      idempotencyGraceMs: graceOf(idempotencyGrace),
      metricsPublic: metrics?.public === true,
      timeZone,
      trustedProxies: trustedProxies ?? [],
    },
    dataFolder: environment.dataFolder,
    bootstrapKey: environment.bootstrapKey,
    adminToken: environment.adminToken,
    local: { model: environment.localModel, huggingFaceEndpoint: environment.huggingFaceEndpoint },
    ledger: { retentionMs: parseDays(file?.content.ledger?.retention ?? '') },
    logging: contentSettings(file?.content.logging),
    console: consoleSettings(file?.content),
    providers: [...providers.values()],
    routes: createRouteReader(models.map(deepFreeze)),
    limits,
    file: source && environment.configFile.path,
    origins,
    storedProblems: merged.problems,
  });
}

/** A provider that lacks its secret cannot be called, and the others can; anything else is needed to start. */
function unreadableElsewhere(file: ParsedFile | undefined): Problem[] {
  return (file?.unreadable ?? []).filter(({ path }) => path[0] !== 'providers');
}

function unusable(name: string, file: ParsedFile | undefined): { unusable?: string } {
  const reasons = file?.unreadable.filter(({ path }) => path[0] === 'providers' && path[1] === name) ?? [];
  const messages = [...new Set(reasons.map(({ message }) => message))];
  return messages.length > 0 ? { unusable: messages.join(' ') } : {};
}

function graceOf(text: NonNullable<TollgateYaml['server']>['idempotency_grace']): number {
  return text === 0 || text === '0s' ? 0 : duration(text, defaultServer.idempotencyGraceMs);
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
    /** What is there and wrong has been said; the entry lacks it, its writer did not leave it out. */
    const spoilt = (keys: readonly string[]) =>
      keys.some((key) => !Object.hasOwn(entry, key) && file?.states(['providers', name, key]));
    const wrong = keysProblem(entry);
    if (wrong && !spoilt(answersNeed.aws_keys)) say(wrong);
    const definition = providerFromEntry(name, entry, environment.providerKeys);
    if (typeof definition === 'string') {
      // Half a pair of keys was said above.
      if (!wrong && !spoilt(answersNeed[definition])) say(`\`${name}\` needs ${needs[definition]}.`);
    } else providers.set(name, { ...definition, ...unusable(name, file) });
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
  seed: PriceSeed,
): PublicModel[] {
  const first = (['openai', 'evolink'] as const).find((name) => providers.has(name));
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
