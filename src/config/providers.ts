// Provider definitions: which upstreams exist, where they are and what they understand. Secrets stay in `Secret`.
import type { ProviderCapabilities } from '../core/capabilities.ts';
import { type AwsCredentials, awsCredentialsOf, awsKeysProblem, bedrockUrl } from './bedrock.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Environment } from './env.ts';
import { guardedAnywhere, guardedAtAzure, guardedParamsOf, namesOf } from './guarded-params.ts';
import { localProvider } from './models.ts';
import { type PresetName, presets } from './presets.ts';
import type { ProviderEntry } from './schema.ts';
import { Secret } from './secret.ts';
import { compatibleCapabilities, dialectPresets, providerPresets } from './seed.ts';

export interface LocalProviderDefinition {
  readonly type: 'local';
  readonly name: string;
  readonly unusable?: string;
}

export interface ServedProviderDefinition {
  readonly type: 'openai' | 'openai-compatible' | 'azure-openai' | DialectType;
  readonly name: string;
  /** No trailing slash: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: Secret | undefined;
  /** In the place of `apiKey`, where there are several. */
  readonly apiKeys?: readonly WeightedKey[];
  /** Azure's dated version; absent = its undated v1. */
  readonly apiVersion?: string;
  /** Of Bedrock. */
  readonly region?: string;
  /** Of Bedrock, where its calls are signed. */
  readonly credentials?: AwsCredentials;
  /** Extra headers, names in lower case; values may be credentials. */
  readonly headers: Readonly<Record<string, Secret>>;
  readonly capabilities: ProviderCapabilities;
  /** Why it must not be called: which stored secrets cannot be decrypted. Marks stand in their place. */
  readonly unusable?: string;
  /** It is called at public addresses only, whatever its host name says. */
  readonly publicOnly?: true;
}

export interface WeightedKey {
  readonly key: Secret;
  /** How often it is drawn beside the others. */
  readonly weight: number;
}

/** Providers whose wire is not OpenAI's. */
export type DialectType = keyof typeof dialectPresets;

export type ProviderDefinition = LocalProviderDefinition | ServedProviderDefinition;

/** The providers that exist without a file: the embedded model, and the others by their keys. */
export function environmentProviders({ providerKeys }: Environment): ProviderDefinition[] {
  const definitions: ProviderDefinition[] = [{ type: 'local', name: localProvider }];
  for (const name of ['openai', 'evolink'] as const) {
    const apiKey = providerKeys[name];
    if (!apiKey) continue;
    const common = { name, apiKey, headers: {} };
    if (name === 'openai') definitions.push({ type: 'openai', ...common, ...providerPresets.openai });
    else {
      const { baseUrl } = presets.evolink;
      const { capabilities } = compatible('evolink');
      definitions.push({ type: 'openai-compatible', ...common, baseUrl, capabilities });
    }
  }
  for (const name of ['anthropic', 'gemini'] as const) {
    const apiKey = providerKeys[name];
    if (apiKey) definitions.push({ type: name, name, apiKey, headers: {}, ...dialectPresets[name] });
  }
  return definitions;
}

/** What a provider may lack, as its sentence ends. */
export const needs = {
  api_key: '`api_key`',
  base_url: '`base_url`',
  aws_keys: '`access_key_id` and `secret_access_key`, or `api_key`',
} as const;

/** The keys of a provider by which it has what it needs. */
export const answersNeed = {
  api_key: ['api_key', 'api_keys'],
  base_url: ['base_url', 'preset'],
  aws_keys: ['api_key', 'api_keys', 'access_key_id', 'secret_access_key', 'session_token'],
} as const satisfies Record<keyof typeof needs, readonly string[]>;

/** What a provider of the file lacks to be called; the definition if it lacks nothing. */
export function providerFromEntry(
  name: string,
  entry: ProviderEntry,
  keys: Environment['providerKeys'],
): ProviderDefinition | keyof typeof needs {
  if (entry.type === 'local') return { type: 'local', name };
  const preset = presetOf(entry);
  const bedrock = entry.type === 'bedrock' ? entry : undefined;
  const baseUrl = entry.base_url ?? (bedrock ? bedrockUrl(bedrock.region) : preset.baseUrl);
  if (baseUrl === undefined) return 'base_url';
  const apiKeys = entry.api_keys?.map(weightedKey);
  const apiKey = entry.api_key === undefined ? environmentKey(entry, keys) : new Secret(entry.api_key);
  const credentials = bedrock && awsCredentialsOf(bedrock);
  if (bedrock && !apiKey && !apiKeys && !credentials) return 'aws_keys';
  if (!bedrock && entry.type !== 'openai-compatible' && !apiKey && !apiKeys) return 'api_key';
  return {
    type: entry.type,
    name,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    ...(apiKeys ? { apiKey: undefined, apiKeys } : { apiKey }),
    ...(entry.type === 'azure-openai' && entry.api_version ? { apiVersion: entry.api_version } : {}),
    ...(bedrock ? { region: bedrock.region } : {}),
    ...(credentials ? { credentials } : {}),
    headers: Object.fromEntries(
      Object.entries(entry.headers ?? {}).map(([header, value]) => [header.toLowerCase(), new Secret(value)]),
    ),
    capabilities: { ...preset.capabilities, ...capabilitiesOf(entry.capabilities) },
  };
}

function weightedKey(entry: NonNullable<ServedEntry['api_keys']>[number]): WeightedKey {
  const { key, weight = 1 } = typeof entry === 'string' ? { key: entry } : entry;
  return { key: new Secret(key), weight };
}

/** What is wrong with keys that are each right by themselves; `undefined` if nothing is. */
export function keysProblem(entry: ProviderEntry): string | undefined {
  if (entry.type === 'local') return undefined;
  const aws = entry.type === 'bedrock' ? awsKeysProblem(entry) : undefined;
  if (aws !== undefined || !entry.api_keys) return aws;
  if (entry.api_key !== undefined) return 'Give `api_key` or `api_keys`, not both.';
  const keys = entry.api_keys.map((given) => weightedKey(given).key.reveal());
  const again = keys.findIndex((key, index) => keys.indexOf(key) < index);
  if (again === -1) return undefined;
  return `\`api_keys[${again}]\` is the same key as \`api_keys[${keys.indexOf(keys[again] ?? '')}]\`. Keep one of them.`;
}

type ServedEntry = Exclude<ProviderEntry, { type: 'local' }>;

/** The environment's key is for the provider itself: it must not travel to another host because of a `base_url`. */
function environmentKey(entry: ServedEntry, keys: Environment['providerKeys']): Secret | undefined {
  if (entry.base_url !== undefined) return undefined;
  switch (entry.type) {
    case 'openai-compatible':
      return entry.preset === 'evolink' ? keys.evolink : undefined;
    case 'azure-openai':
    case 'bedrock':
      return undefined;
    default:
      return keys[entry.type];
  }
}

function presetOf(entry: ServedEntry): {
  readonly baseUrl: string | undefined;
  readonly capabilities: ProviderCapabilities;
} {
  switch (entry.type) {
    case 'openai':
      // OpenAI refuses what it does not know; what answers at another address may not.
      return entry.base_url === undefined
        ? providerPresets.openai
        : guarded(providerPresets.openai, guardedAnywhere);
    case 'azure-openai':
      return { ...guarded(providerPresets.openai, namesOf(guardedAtAzure)), baseUrl: undefined };
    case 'openai-compatible':
      return compatible(entry.preset);
    default:
      return dialectPresets[entry.type];
  }
}

function guarded<Preset extends { readonly capabilities: ProviderCapabilities }>(
  preset: Preset,
  guardedParams: readonly string[],
): Preset {
  return { ...preset, capabilities: { ...preset.capabilities, guardedParams } };
}

function compatible(name?: PresetName): { baseUrl: string | undefined; capabilities: ProviderCapabilities } {
  const preset = name && presets[name];
  return {
    baseUrl: preset?.baseUrl,
    capabilities: {
      ...compatibleCapabilities,
      guardedParams: guardedParamsOf(name),
      ...preset?.capabilities,
    },
  };
}
