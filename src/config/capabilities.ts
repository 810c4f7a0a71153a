// `capabilities` of tollgate.yaml in the gateway's terms; what the file leaves out stays with the defaults.
import type { ProviderCapabilities } from '../core/capabilities.ts';
import type { CapabilitiesEntry } from './schema.ts';

const names = {
  max_tokens_field: 'maxTokensField',
  usage_in_stream: 'usageInStream',
  developer_role: 'developerRole',
  functions: 'functions',
  reasoning_field: 'reasoningField',
  responses: 'responses',
  drop_params: 'dropParams',
  allow_params: 'allowParams',
  drop_params_while_reasoning: 'dropParamsWhileReasoning',
  think_tags: 'thinkTags',
  prefill: 'prefill',
  images: 'images',
  audio: 'audio',
  files: 'files',
  tools: 'tools',
  json_schema: 'jsonSchema',
  logprobs: 'logprobs',
  n: 'choices',
} as const satisfies Record<keyof CapabilitiesEntry, keyof ProviderCapabilities>;

export function capabilitiesOf(entry: CapabilitiesEntry = {}): Partial<ProviderCapabilities> {
  const stated = Object.entries(entry).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(stated.map(([name, value]) => [names[name as keyof CapabilitiesEntry], value])),
    // Who states it knows for which models; the pattern that comes with a provider is for its own default.
    ...(entry.prefill === undefined ? {} : { prefillModels: undefined }),
  };
}
