// What somebody who adds a provider chooses from: known servers by name, with what each needs. Made of the presets, so that the
// list cannot name what the configuration does not know.
import { type PresetName, presetNames, presets } from './presets.ts';
import type { ProviderEntry } from './schema.ts';
import { dialectPresets, providerPresets } from './seed.ts';

export interface ProviderChoice {
  readonly id: string;
  readonly type: Exclude<ProviderEntry['type'], 'local'>;
  readonly preset?: PresetName;
  readonly label: string;
  /** Absent: it has to be given. */
  readonly baseUrl?: string;
  readonly key: 'needed' | 'optional' | 'aws';
  /** It runs on a machine of the operator's own. */
  readonly local: boolean;
}

const labels: Readonly<Record<PresetName, string>> = {
  evolink: 'EvoLink',
  openrouter: 'OpenRouter',
  deepseek: 'DeepSeek',
  mistral: 'Mistral',
  groq: 'Groq',
  xai: 'xAI',
  together: 'Together AI',
  fireworks: 'Fireworks AI',
  vllm: 'vLLM',
  sglang: 'SGLang',
  ollama: 'Ollama',
  'llama.cpp': 'llama.cpp',
  'lm-studio': 'LM Studio',
};

const isOwn = (baseUrl: string) => new URL(baseUrl).hostname === '127.0.0.1';

export function providerChoices(): readonly ProviderChoice[] {
  const hosted = { key: 'needed', local: false } as const;
  const known = presetNames.map((preset): ProviderChoice => {
    const { baseUrl } = presets[preset];
    const local = isOwn(baseUrl);
    return {
      id: preset,
      type: 'openai-compatible',
      preset,
      label: labels[preset],
      baseUrl,
      key: local ? 'optional' : 'needed',
      local,
    };
  });
  return [
    { id: 'openai', type: 'openai', label: 'OpenAI', baseUrl: providerPresets.openai.baseUrl, ...hosted },
    {
      id: 'anthropic',
      type: 'anthropic',
      label: 'Anthropic',
      baseUrl: dialectPresets.anthropic.baseUrl,
      ...hosted,
    },
    {
      id: 'gemini',
      type: 'gemini',
      label: 'Google Gemini',
      baseUrl: dialectPresets.gemini.baseUrl,
      ...hosted,
    },
    { id: 'azure-openai', type: 'azure-openai', label: 'Azure OpenAI', ...hosted },
    { id: 'bedrock', type: 'bedrock', label: 'Amazon Bedrock', key: 'aws', local: false },
    ...known.filter(({ local }) => !local),
    ...known.filter(({ local }) => local),
    {
      id: 'other',
      type: 'openai-compatible',
      label: 'Other OpenAI-compatible server',
      key: 'optional',
      local: false,
    },
  ];
}
