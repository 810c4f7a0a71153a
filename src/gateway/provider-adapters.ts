// Adapters of the configured providers: made of definitions and their secrets, made anew when the configuration changes.
// A part of the composition root; knows nothing of requests.

import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { ProviderDefinition } from '../config/providers.ts';
import type { Secret } from '../config/secret.ts';
import type { LiveConfig } from '../config/watch.ts';
import { type Clock, createIdSource } from '../core/clock.ts';
import type { LocalEngine, ProviderAdapter, ProviderReader } from '../core/ports.ts';
import { createLocalEngine } from '../local/supervisor.ts';
import { createReasoningMemory } from '../providers/dialect/reasoning-memory.ts';
import { type AdapterParts, createProviders, type ProviderSetup } from '../providers/registry.ts';
import { createCredentialObserver } from '../telemetry/credentials.ts';

function adapterParts(engine: LocalEngine, clock: Clock): AdapterParts {
  return {
    engine,
    clock,
    nextCompletionId: createIdSource('chatcmpl-', clock),
    memory: createReasoningMemory(),
    random: Math.random,
  };
}

/** Adapters for calls without a gateway. The embedded model is not among them: it belongs to a running one. */
export function createServedProviders(config: Config, clock: Clock): ProviderReader {
  const { dataFolder } = config;
  const engine = createLocalEngine({ setting: 'off', dataFolder, environment: {} });
  const served = config.providers.filter((provider) => !isLocal(provider));
  return createUsableProviders(served, adapterParts(engine, clock));
}

/** Adapters for definitions that are in no configuration, to be tried once. */
export function createDraftAdapters(engine: LocalEngine, clock: Clock) {
  const parts = adapterParts(engine, clock);
  return (definition: ProviderDefinition): ProviderAdapter | undefined =>
    createUsableProviders([definition], parts).provider(definition.name);
}

/** Adapters follow the configuration: a reload makes new ones, requests under way keep theirs. */
export function liveProviders(
  config: Pick<LiveConfig, 'current' | 'onReload'>,
  engine: LocalEngine,
  clock: Clock,
  log: Logger,
): ProviderReader {
  const parts = { ...adapterParts(engine, clock), onSetAside: createCredentialObserver(log) };
  let providers = createUsableProviders(config.current.providers, parts);
  config.onReload((result, current) => {
    if (result.outcome === 'changed') providers = createUsableProviders(current.providers, parts);
  });
  return { provider: (name) => providers.provider(name) };
}

/** A provider whose secrets cannot be decrypted is never called; the next target of a route is. */
function createUsableProviders(
  definitions: readonly ProviderDefinition[],
  parts: AdapterParts,
): ProviderReader {
  const adapters = createProviders(definitions.map(toSetup), parts);
  const closed = new Map(
    definitions.flatMap(({ name, unusable }) => {
      const adapter = adapters.provider(name);
      if (unusable === undefined || !adapter) return [];
      const reason = `the credentials of provider \`${name}\` cannot be decrypted. The operator finds out why with \`tollgate doctor\`.`;
      // Nor with one of its keys: what stands in the place of the others is no key.
      const { credentials: _, ...rest } = adapter;
      return [[name, { ...rest, unavailable: () => ({ reason }) }] as const];
    }),
  );
  return { provider: (name) => closed.get(name) ?? adapters.provider(name) };
}

/** `undefined` if all can be called. */
export function unusableProviders({ providers }: Config): string | undefined {
  const lines = providers.flatMap(({ name, unusable }) =>
    unusable === undefined ? [] : [`Provider \`${name}\` is not called. ${unusable}`],
  );
  return lines.length > 0 ? lines.join('\n') : undefined;
}

export function reportUnusable(config: Config, log: Logger): void {
  const told = unusableProviders(config);
  if (told !== undefined) log.error(told);
}

/** The only place where provider secrets leave their wrapping: into the adapter that sends them. */
export function toSetup(definition: ProviderDefinition): ProviderSetup {
  if (definition.type === 'local') return definition;
  const { apiKey, apiKeys, credentials, headers, ...rest } = definition;
  return {
    ...rest,
    ...(apiKey ? { apiKey: apiKey.reveal() } : {}),
    ...(apiKeys ? { apiKeys: apiKeys.map(({ key, weight }) => ({ key: key.reveal(), weight })) } : {}),
    ...(credentials ? { credentials: revealed(credentials) } : {}),
    headers: revealed(headers),
  };
}

function revealed<Secrets extends object>(secrets: Secrets): { [Name in keyof Secrets]: string } {
  const entries = Object.entries(secrets as Record<string, Secret>).map(([name, value]) => [
    name,
    value.reveal(),
  ]);
  return Object.fromEntries(entries);
}

export function isLocal(provider: ProviderDefinition): boolean {
  return provider.type === 'local';
}
