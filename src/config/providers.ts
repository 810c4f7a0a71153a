// Provider definitions: which upstreams exist, where they are and what they understand. Secrets stay in `Secret`.
import type { ProviderCapabilities } from '../core/capabilities.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Environment } from './env.ts';
import { localProvider } from './models.ts';
import type { ProviderEntry } from './schema.ts';
import { Secret } from './secret.ts';
import { compatibleCapabilities, providerPresets } from './seed.ts';

export interface LocalProviderDefinition {
  readonly type: 'local';
  readonly name: string;
}

export interface ServedProviderDefinition {
  readonly type: 'openai' | 'openai-compatible';
  readonly name: string;
  /** No trailing slash: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: Secret | undefined;
  /** Extra headers, names in lower case; values may be credentials. */
  readonly headers: Readonly<Record<string, Secret>>;
  readonly capabilities: ProviderCapabilities;
}

export type ProviderDefinition = LocalProviderDefinition | ServedProviderDefinition;

/** The providers that exist without a file: the embedded model, and OpenAI and EvoLink by their keys. */
export function environmentProviders({ providerKeys }: Environment): ProviderDefinition[] {
  const definitions: ProviderDefinition[] = [{ type: 'local', name: localProvider }];
  for (const name of ['openai', 'evolink'] as const) {
    const apiKey = providerKeys[name];
    if (!apiKey) continue;
    const type = name === 'openai' ? 'openai' : 'openai-compatible';
    definitions.push({ type, name, apiKey, headers: {}, ...providerPresets[name] });
  }
  return definitions;
}

/** `undefined` if an OpenAI provider has no key, neither its own nor the environment's. */
export function providerFromEntry(
  name: string,
  entry: ProviderEntry,
  openaiKey: Secret | undefined,
): ProviderDefinition | undefined {
  if (entry.type === 'local') return { type: 'local', name };
  const apiKey = entry.api_key === undefined ? undefined : new Secret(entry.api_key);
  const preset =
    entry.type === 'openai'
      ? providerPresets.openai
      : { baseUrl: undefined, capabilities: compatibleCapabilities };
  // The environment's key is for OpenAI itself: it must not travel to another host because of a `base_url`.
  const key = apiKey ?? (entry.type === 'openai' && entry.base_url === undefined ? openaiKey : undefined);
  if (entry.type === 'openai' && !key) return undefined;
  return {
    type: entry.type,
    name,
    baseUrl: (entry.base_url ?? preset.baseUrl ?? '').replace(/\/+$/, ''),
    apiKey: key,
    headers: Object.fromEntries(
      Object.entries(entry.headers ?? {}).map(([header, value]) => [header.toLowerCase(), new Secret(value)]),
    ),
    capabilities: { ...preset.capabilities, ...capabilitiesOf(entry.capabilities) },
  };
}
