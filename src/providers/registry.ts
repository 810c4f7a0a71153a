// The only list of provider types. Another upstream is one more row here and one more folder beside this file.
import type { ProviderCapabilities } from '../core/capabilities.ts';
import type { Clock, IdSource } from '../core/clock.ts';
import type { LocalEngine, ProviderAdapter, ProviderReader } from '../core/ports.ts';
import { createAnthropicAdapter } from './anthropic/adapter.ts';
import { createBedrockAdapter } from './bedrock/adapter.ts';
import type { AwsCredentials } from './bedrock/sign.ts';
import { type CredentialParts, labelOf, withCredentials } from './credentials.ts';
import type { ReasoningMemory } from './dialect/reasoning-memory.ts';
import { createGeminiAdapter } from './gemini/adapter.ts';
import { hideSecrets, type Secrets } from './hide-secrets.ts';
import { localUnavailability, untilRestarted } from './local-availability.ts';
import { createOpenAIAdapter } from './openai/adapter.ts';
import { createOpenAICompatibleAdapter } from './openai-compatible/adapter.ts';

export interface LocalSetup {
  readonly type: 'local';
  readonly name: string;
}

export interface ServedSetup {
  readonly type: 'openai' | 'openai-compatible' | 'azure-openai' | 'anthropic' | 'gemini' | 'bedrock';
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** In the place of `apiKey`, where there are several. */
  readonly apiKeys?: readonly { readonly key: string; readonly weight: number }[];
  readonly apiVersion?: string;
  /** Of `bedrock`. */
  readonly region?: string;
  /** Of `bedrock`, where calls are signed. */
  readonly credentials?: AwsCredentials;
  readonly headers: Readonly<Record<string, string>>;
  /** Called at public addresses only. */
  readonly publicOnly?: true;
  readonly capabilities: ProviderCapabilities;
}

export type ProviderSetup = LocalSetup | ServedSetup;

export interface AdapterParts {
  readonly engine: LocalEngine;
  readonly clock: Clock;
  readonly nextCompletionId: IdSource;
  readonly memory: ReasoningMemory;
  readonly random: () => number;
  readonly onSetAside?: CredentialParts['onSetAside'];
}

export function createProviders(setups: readonly ProviderSetup[], parts: AdapterParts): ProviderReader {
  const adapters = new Map(setups.map((setup) => [setup.name, createAdapter(setup, parts)]));
  return { provider: (name) => adapters.get(name) };
}

function createAdapter(setup: ProviderSetup, parts: AdapterParts): ProviderAdapter {
  if (setup.type === 'local') return createLocalAdapter(setup, parts);
  const { apiKeys = [], ...rest } = setup;
  const secrets = secretsOf(setup);
  const [first, ...others] = apiKeys.map(({ key, weight }, index) => ({
    label: labelOf(index, key),
    weight,
    adapter: hideSecrets(createServedAdapter({ ...rest, apiKey: key }, parts), secrets),
  }));
  if (!first) return hideSecrets(createServedAdapter(setup, parts), secrets);
  return others.length === 0 ? first.adapter : withCredentials([first, ...others], parts);
}

/** What was configured as a credential, and where the upstream is. */
function secretsOf({ apiKey, apiKeys = [], credentials: aws, baseUrl, headers }: ServedSetup): Secrets {
  const { host, hostname } = new URL(baseUrl);
  const named = Object.entries(headers);
  const credentials = named.filter(([name]) => /auth|key|token|secret|cookie|passw/.test(name));
  return {
    keys: [
      ...apiKeys.map(({ key }) => key),
      ...(apiKey === undefined ? [] : [apiKey]),
      ...(aws ? [aws.accessKeyId, aws.secretAccessKey, aws.sessionToken ?? ''] : []),
      ...credentials.flatMap(([, value]) => value.split(' ')),
    ],
    // Shorter values are words, such as the name of a team.
    names: [host, hostname, ...named.map(([, value]) => value).filter((value) => value.length >= 12)],
  };
}

function createServedAdapter(setup: ServedSetup, parts: AdapterParts): ProviderAdapter {
  const adapter = createDialectAdapter(setup, parts);
  if (!setup.publicOnly) return adapter;
  return { ...adapter, prepare: (call) => ({ ...adapter.prepare(call), publicOnly: true }) };
}

function createDialectAdapter(setup: ServedSetup, parts: AdapterParts): ProviderAdapter {
  const { clock, nextCompletionId, memory } = parts;
  switch (setup.type) {
    case 'openai':
      return createOpenAIAdapter({ ...setup, apiKey: setup.apiKey ?? '', ...parts });
    case 'openai-compatible':
      return createOpenAICompatibleAdapter({ ...setup, clock, nextCompletionId, memory });
    case 'azure-openai':
      return createAzureAdapter(setup, parts);
    case 'gemini':
      return createGeminiAdapter({ ...setup, apiKey: setup.apiKey ?? '', ...parts });
    case 'anthropic':
      return createAnthropicAdapter({ ...setup, apiKey: setup.apiKey ?? '', ...parts });
    case 'bedrock':
      return createBedrockAdapter({ ...setup, region: setup.region ?? '', ...parts });
  }
}

/**
 * Azure takes the key in a header of its own. Its v1 is OpenAI's API under another address; a dated version has the
 * deployment in the path. Source: learn.microsoft.com, "Azure OpenAI API version lifecycle", 2026-11-22.
 */
function createAzureAdapter(setup: ServedSetup, parts: AdapterParts): ProviderAdapter {
  const { apiVersion, apiKey = '' } = setup;
  const options = { ...setup, ...parts, apiKey, apiKeyHeader: 'api-key' };
  // Its Responses API is that of v1 alone.
  if (apiVersion === undefined) return createOpenAIAdapter(options);
  return createOpenAICompatibleAdapter({
    ...options,
    pathOf: (deployment) =>
      `/deployments/${encodeURIComponent(deployment)}/chat/completions?api-version=${apiVersion}`,
  });
}

/** It reads and writes text. */
const localCapabilities: ProviderCapabilities = {
  maxTokensField: 'max_completion_tokens',
  usageInStream: true,
  developerRole: true,
  images: false,
  audio: false,
  files: false,
  prefill: 'continue_final_message',
};

/** The embedded model is one more OpenAI-compatible server; only it may not be there yet, or for a moment. */
function createLocalAdapter(
  setup: LocalSetup,
  { engine, clock, nextCompletionId }: AdapterParts,
): ProviderAdapter {
  return {
    ...createOpenAICompatibleAdapter({
      name: setup.name,
      baseUrl: 'http://local-model/v1',
      socketPath: engine.socketPath,
      capabilities: localCapabilities,
      forwardedHeaders: ['x-tollgate-dropped-params', 'x-tollgate-max-tokens'],
      rejection: 'model_rejected',
      clock,
      nextCompletionId,
    }),
    unavailable: () => localUnavailability(engine.status()),
    comeBack: (signal) => untilRestarted(engine, signal),
  };
}
