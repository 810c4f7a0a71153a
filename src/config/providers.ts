// Provider definitions: which upstreams exist, where they are and what they understand. Secrets stay in `Secret`.
import type { ProviderCapabilities } from '../core/capabilities.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Environment } from './env.ts';
import { localProvider } from './models.ts';
import type { ProviderEntry } from './schema.ts';
import { Secret } from './secret.ts';
import { compatibleCapabilities, dialectPresets, providerPresets } from './seed.ts';

export interface LocalProviderDefinition {
  readonly type: 'local';
  readonly name: string;
}

export interface ServedProviderDefinition {
  readonly type: 'openai' | 'openai-compatible' | DialectType;
  readonly name: string;
  /** No trailing slash: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: Secret | undefined;
  /** Extra headers, names in lower case; values may be credentials. */
  readonly headers: Readonly<Record<string, Secret>>;
  readonly capabilities: ProviderCapabilities;
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
    const type = name === 'openai' ? 'openai' : 'openai-compatible';
    definitions.push({ type, name, apiKey, headers: {}, ...providerPresets[name] });
  }
  for (const name of ['anthropic', 'gemini'] as const) {
    const apiKey = providerKeys[name];
    if (apiKey) definitions.push({ type: name, name, apiKey, headers: {}, ...dialectPresets[name] });
  }
  return definitions;
}

/** `undefined` if a provider that cannot do without has no key, neither its own nor the environment's. */
export function providerFromEntry(
  name: string,
  entry: ProviderEntry,
  keys: Environment['providerKeys'],
): ProviderDefinition | undefined {
  if (entry.type === 'local') return { type: 'local', name };
  const preset = presetOf(entry.type);
  // The environment's key is for the provider itself: it must not travel to another host because of a `base_url`.
  const own =
    entry.base_url === undefined && entry.type !== 'openai-compatible' ? keys[entry.type] : undefined;
  const apiKey = entry.api_key === undefined ? own : new Secret(entry.api_key);
  if (entry.type !== 'openai-compatible' && !apiKey) return undefined;
  return {
    type: entry.type,
    name,
    baseUrl: (entry.base_url ?? preset.baseUrl ?? '').replace(/\/+$/, ''),
    apiKey,
    headers: Object.fromEntries(
      Object.entries(entry.headers ?? {}).map(([header, value]) => [header.toLowerCase(), new Secret(value)]),
    ),
    capabilities: { ...preset.capabilities, ...capabilitiesOf(entry.capabilities) },
  };
}

function presetOf(type: ServedProviderDefinition['type']): {
  readonly baseUrl: string | undefined;
  readonly capabilities: ProviderCapabilities;
} {
  if (type === 'openai') return providerPresets.openai;
  if (type === 'openai-compatible') return { baseUrl: undefined, capabilities: compatibleCapabilities };
  return dialectPresets[type];
}
