// Providers and models that administrators made, merged with those of file and environment, which win where names clash. An entry
// that cannot be used now is left out and told of: it must not keep the others from working. Knows no store.
import type { PublicModel } from '../core/ports.ts';
import type { RoutingEntry, RoutingKind } from '../core/routing-entries.ts';
import type { SecretValues } from '../core/secrets.ts';
import { modelFromEntry } from './models.ts';
import type { Origin, Origins } from './origin.ts';
import type { PriceSeed } from './price-seed.ts';
import type { ProviderDefinition } from './providers.ts';
import { type EntryProblem, readModelEntry, readProviderEntry } from './read-entry.ts';
import type { ModelEntry } from './schema.ts';

/** Why an entry is not in use, or not as it was written. */
export interface StoredProblem {
  readonly kind: RoutingKind;
  readonly name: string;
  /** One or several sentences. */
  readonly message: string;
}

export interface ConfiguredParts {
  readonly providers: ReadonlyMap<string, ProviderDefinition>;
  readonly models: readonly PublicModel[];
  readonly origins: Origins;
}

export interface MergedParts extends ConfiguredParts {
  readonly problems: readonly StoredProblem[];
}

export interface MergeOptions {
  readonly secrets: SecretValues;
  readonly seed: PriceSeed;
  /** As `modelFromEntry`, for what holds of all models. */
  readonly defaults: Partial<PublicModel>;
  /** Their providers are called at public addresses only. */
  readonly publicOnly?: true | undefined;
}

export function mergeStored(
  configured: ConfiguredParts,
  entries: readonly RoutingEntry[],
  { secrets, seed, defaults, publicOnly }: MergeOptions,
): MergedParts {
  if (entries.length === 0) return { ...configured, problems: [] };
  const problems: StoredProblem[] = [];
  const providers = new Map(configured.providers);
  const models = new Map(configured.models.map((model) => [model.name, model]));
  const providerOrigins = new Map(configured.origins.providers);
  const modelOrigins = new Map(configured.origins.models);

  for (const { name, entry } of entries.filter(({ kind }) => kind === 'provider')) {
    const say = (message: string) => problems.push({ kind: 'provider', name, message });
    const taken = takenBy(providerOrigins.get(name));
    if (taken !== undefined) {
      say(
        `It is not in use: ${taken} has a provider of this name, which wins. Rename one of the two, or delete this one.`,
      );
      continue;
    }
    const read = readProviderEntry(name, entry, { secrets });
    if ('problems' in read) say(`It is not in use: ${sentenceOf(read.problems)}`);
    else {
      const isPublic = publicOnly && read.content.type !== 'local';
      providers.set(name, isPublic ? { ...read.content, publicOnly } : read.content);
      providerOrigins.set(name, { source: 'admin' });
    }
  }

  const origin = {
    file: 'admin',
    isLocal: (provider: string) => providers.get(provider)?.type === 'local',
    baseUrl: (provider: string) => baseUrlOf(providers.get(provider)),
    seed,
  };
  for (const { name, entry, createdAt } of entries.filter(({ kind }) => kind === 'model')) {
    const say = (message: string) => problems.push({ kind: 'model', name, message });
    if (modelOrigins.get(name)?.source === 'config') {
      say(
        'It is not in use: tollgate.yaml has a model of this name, which wins. Rename one of the two, or delete this one.',
      );
      continue;
    }
    const { known, lost } = withoutLost(entry, providers);
    const read = readModelEntry(name, known, { providers: providers.keys(), secrets });
    if ('problems' in read) {
      say(`It is not in use: ${lost.length > 0 ? lostSentence(lost) : sentenceOf(read.problems)}`);
      continue;
    }
    if (lost.length > 0) say(`Its route is used without some targets: ${lostSentence(lost)}`);
    const created = Math.floor(createdAt / 1000);
    models.set(name, { ...defaults, ...modelFromEntry(name, read.content, { ...origin, created }) });
    modelOrigins.set(name, { source: 'admin' });
  }
  return {
    providers,
    models: [...models.values()],
    origins: { providers: providerOrigins, models: modelOrigins },
    problems,
  };
}

/** Who has the name and wins; `undefined` = nobody. */
function takenBy(origin: Origin | undefined): string | undefined {
  if (origin?.source === 'config') return 'tollgate.yaml';
  return (
    origin &&
    { environment: 'the environment', 'built-in': 'the gateway itself', admin: undefined }[origin.source]
  );
}

function baseUrlOf(definition: ProviderDefinition | undefined): string | undefined {
  return definition === undefined || definition.type === 'local' ? undefined : definition.baseUrl;
}

const sentenceOf = (problems: readonly EntryProblem[]) => problems.map(({ message }) => message).join(' ');

const lostSentence = (lost: readonly string[]) =>
  `there is no provider ${lost.map((name) => `\`${name}\``).join(', ')} any more. Change the route, or bring the provider back.`;

/** A provider that is gone from the file takes its targets with it, not the model. */
function withoutLost(
  entry: RoutingEntry['entry'],
  providers: ReadonlyMap<string, unknown>,
): { readonly known: object; readonly lost: readonly string[] } {
  const { route } = entry as Partial<ModelEntry>;
  if (!Array.isArray(route)) return { known: entry, lost: [] };
  const named = route.flat().map(({ provider }) => provider);
  const lost = [...new Set(named.filter((provider) => !providers.has(provider)))];
  if (lost.length === 0) return { known: entry, lost };
  const left = route
    .map((group) => group.filter(({ provider }) => providers.has(provider)))
    .filter((group) => group.length > 0);
  return { known: { ...entry, route: left }, lost };
}
