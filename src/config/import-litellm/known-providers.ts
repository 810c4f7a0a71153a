// LiteLLM's providers that Tollgate can call, by their prefix in `model: prefix/name`, and what LiteLLM assumes where
// the file is silent. Source: LiteLLM's get_llm_provider_logic.py and its pages on providers, 2026-11-22.
import type { PresetName } from '../presets.ts';
import { bedrockModel } from './bedrock-entry.ts';

export interface KnownProvider {
  readonly type: 'openai' | 'openai-compatible' | 'anthropic' | 'gemini' | 'azure-openai' | 'bedrock';
  readonly preset?: PresetName;
  /** Where it is without `api_base`, if neither type nor preset says it. */
  readonly baseUrl?: string;
  /** Added to an `api_base` without a path: LiteLLM adds it, Tollgate's `base_url` has it. */
  readonly basePath?: string;
  /** Where LiteLLM takes the key from if none is named; absent: it needs none. */
  readonly keyVariable?: string;
  /** Where LiteLLM takes the address from if none is named. */
  readonly baseVariable?: string;
  /** A server of one's own, which LiteLLM counts as free. */
  readonly own?: boolean;
}

const preset = (name: PresetName, keyVariable: string): KnownProvider => ({
  type: 'openai-compatible',
  preset: name,
  keyVariable,
});
const hosted = (baseUrl: string, keyVariable: string): KnownProvider => ({
  type: 'openai-compatible',
  baseUrl,
  keyVariable,
});
const own = (rest: Omit<KnownProvider, 'type' | 'own'>): KnownProvider => ({
  type: 'openai-compatible',
  own: true,
  ...rest,
});

const ollama = own({ preset: 'ollama', basePath: '/v1' });

export const knownProviders: Readonly<Record<string, KnownProvider>> = {
  openai: { type: 'openai', keyVariable: 'OPENAI_API_KEY' },
  anthropic: { type: 'anthropic', basePath: '/v1', keyVariable: 'ANTHROPIC_API_KEY' },
  gemini: { type: 'gemini', basePath: '/v1beta', keyVariable: 'GEMINI_API_KEY' },
  azure: { type: 'azure-openai', keyVariable: 'AZURE_API_KEY', baseVariable: 'AZURE_API_BASE' },
  bedrock: { type: 'bedrock' },
  bedrock_converse: { type: 'bedrock' },
  openrouter: preset('openrouter', 'OPENROUTER_API_KEY'),
  deepseek: preset('deepseek', 'DEEPSEEK_API_KEY'),
  mistral: preset('mistral', 'MISTRAL_API_KEY'),
  groq: preset('groq', 'GROQ_API_KEY'),
  xai: preset('xai', 'XAI_API_KEY'),
  together_ai: preset('together', 'TOGETHERAI_API_KEY'),
  fireworks_ai: preset('fireworks', 'FIREWORKS_AI_API_KEY'),
  hosted_vllm: own({ preset: 'vllm', baseVariable: 'HOSTED_VLLM_API_BASE' }),
  ollama,
  ollama_chat: ollama,
  lm_studio: own({ preset: 'lm-studio', baseVariable: 'LM_STUDIO_API_BASE' }),
  llamafile: own({ preset: 'llama.cpp' }),
  xinference: own({ baseVariable: 'XINFERENCE_API_BASE' }),
  openai_like: own({ baseVariable: 'OPENAI_LIKE_API_BASE' }),
  custom_openai: own({}),
  litellm_proxy: {
    type: 'openai-compatible',
    keyVariable: 'LITELLM_PROXY_API_KEY',
    baseVariable: 'LITELLM_PROXY_API_BASE',
  },
  perplexity: hosted('https://api.perplexity.ai', 'PERPLEXITYAI_API_KEY'),
  deepinfra: hosted('https://api.deepinfra.com/v1/openai', 'DEEPINFRA_API_KEY'),
  nvidia_nim: hosted('https://integrate.api.nvidia.com/v1', 'NVIDIA_NIM_API_KEY'),
  cerebras: hosted('https://api.cerebras.ai/v1', 'CEREBRAS_API_KEY'),
  sambanova: hosted('https://api.sambanova.ai/v1', 'SAMBANOVA_API_KEY'),
  moonshot: hosted('https://api.moonshot.ai/v1', 'MOONSHOT_API_KEY'),
  meta_llama: hosted('https://api.llama.com/compat/v1', 'LLAMA_API_KEY'),
  friendliai: hosted('https://api.friendli.ai/serverless/v1', 'FRIENDLI_TOKEN'),
  volcengine: hosted('https://ark.cn-beijing.volces.com/api/v3', 'VOLCENGINE_API_KEY'),
  codestral: hosted('https://codestral.mistral.ai/v1', 'CODESTRAL_API_KEY'),
};

const compatibleInstead =
  'If it offers an OpenAI-compatible address, define that as a provider of type `openai-compatible`.';

/** Why a provider is not carried over, and what to do. */
export function adviceFor(prefix: string): string {
  switch (prefix) {
    case 'sagemaker':
    case 'sagemaker_chat':
      return 'Tollgate has no provider type for SageMaker. Models at Amazon Bedrock are carried over.';
    case 'vertex_ai':
    case 'vertex_ai_beta':
      return 'Tollgate has no provider type for Vertex AI. The same models are at `type: gemini` with a key of Google AI Studio.';
    case 'azure_ai':
      return 'Azure AI Foundry is not carried over, since its addresses differ by model. OpenAI models there are at `type: azure-openai`; for others use their OpenAI-compatible address with `type: openai-compatible`.';
    case 'text-completion-openai':
    case 'text-completion-codestral':
    case 'azure_text':
      return 'Tollgate serves chat completions, and these are for plain ones.';
    default:
      return `Tollgate does not know LiteLLM's provider \`${prefix}\`. ${compatibleInstead}`;
  }
}

/** The provider of a model without a prefix, where its name tells. */
export function providerByName(model: string): string | undefined {
  if (/^(?:gpt-|chatgpt-|o\d|ft:)/.test(model)) return 'openai';
  if (model.startsWith('claude-')) return 'anthropic';
  if (model.startsWith('gemini-')) return 'vertex_ai';
  return undefined;
}

/** The name that the provider itself has for the model. */
export function upstreamModel(prefix: string, model: string): string {
  const bare = model.replace(/^(?:responses|o_series|gpt5_series)\//, '');
  if (prefix === 'azure' || prefix === 'openai') return bare;
  if (prefix.startsWith('bedrock')) return bedrockModel(model);
  // LiteLLM spells the account out.
  if (prefix === 'fireworks_ai' && !/^accounts\/|#/.test(model)) return `accounts/fireworks/models/${model}`;
  return model;
}
