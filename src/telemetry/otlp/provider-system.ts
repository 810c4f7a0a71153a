// What OpenTelemetry calls a provider (`gen_ai.provider.name`): its well-known values, else the name the operator gave it.
// https://github.com/open-telemetry/semantic-conventions-genai, registry of `gen_ai.provider.name`

const byType: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  'azure-openai': 'azure.ai.openai',
  bedrock: 'aws.bedrock',
};

const byName: Readonly<Record<string, string>> = {
  deepseek: 'deepseek',
  mistral: 'mistral_ai',
  groq: 'groq',
  xai: 'x_ai',
  perplexity: 'perplexity',
  moonshot: 'moonshot_ai',
  cohere: 'cohere',
};

/** `type` as in tollgate.yaml; `undefined` for a provider that is not configured any more. */
export function providerSystem(name: string, type: string | undefined): string {
  return byType[type ?? ''] ?? byName[name] ?? name;
}
