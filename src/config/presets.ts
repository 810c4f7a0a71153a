// Known servers of OpenAI's dialect: where they are and what they understand. Data with its date; CONTRACT section 5d has
// the sources of the reasoning fields and quirks, the providers' API references those of the addresses (2026-11-22);
// of `prefill` vLLM's "Extra parameters for Chat API", ggml-org/llama.cpp#23012, Mistral's guide to prefixes, vercel/ai#3256.
import type { ProviderCapabilities } from '../core/capabilities.ts';

export interface Preset {
  readonly baseUrl: string;
  readonly capabilities: Partial<ProviderCapabilities>;
}

export const presets = {
  evolink: {
    baseUrl: 'https://api.evolink.ai/v1',
    capabilities: { maxTokensField: 'max_completion_tokens', developerRole: true },
  },
  openrouter: { baseUrl: 'https://openrouter.ai/api/v1', capabilities: { reasoningField: 'reasoning' } },
  // Turns with tool calls must bring their reasoning back. Sampling has no effect while it thinks.
  deepseek: {
    baseUrl: 'https://api.deepseek.com/v1',
    capabilities: { reasoningField: 'reasoning_content', images: false, audio: false, files: false },
  },
  mistral: {
    baseUrl: 'https://api.mistral.ai/v1',
    capabilities: { reasoningField: 'none', logprobs: false, audio: false, prefill: 'prefix' },
  },
  groq: {
    baseUrl: 'https://api.groq.com/openai/v1',
    capabilities: {
      maxTokensField: 'max_completion_tokens',
      reasoningField: 'reasoning',
      reasoningDetails: false,
      logprobs: false,
      choices: false,
    },
  },
  xai: {
    baseUrl: 'https://api.x.ai/v1',
    capabilities: {
      maxTokensField: 'max_completion_tokens',
      reasoningField: 'reasoning_content',
      dropParamsWhileReasoning: ['presence_penalty', 'frequency_penalty', 'stop'],
    },
  },
  together: { baseUrl: 'https://api.together.xyz/v1', capabilities: {} },
  fireworks: {
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    capabilities: { reasoningField: 'reasoning_content' },
  },
  vllm: {
    baseUrl: 'http://127.0.0.1:8000/v1',
    capabilities: { reasoningField: 'reasoning', prefill: 'continue_final_message' },
  },
  sglang: {
    baseUrl: 'http://127.0.0.1:30000/v1',
    capabilities: { reasoningField: 'reasoning_content', prefill: 'continue_final_message' },
  },
  ollama: {
    baseUrl: 'http://127.0.0.1:11434/v1',
    capabilities: { reasoningField: 'reasoning', imageUrls: false, audio: false, files: false },
  },
  'llama.cpp': {
    baseUrl: 'http://127.0.0.1:8080/v1',
    capabilities: { reasoningField: 'reasoning_content', prefill: 'continue_final_message' },
  },
  'lm-studio': { baseUrl: 'http://127.0.0.1:1234/v1', capabilities: { logprobs: false } },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];
