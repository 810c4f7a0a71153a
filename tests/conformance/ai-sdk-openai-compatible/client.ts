// The AI SDK with the package for everything that speaks like OpenAI.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { aiSdkClient } from '../ai-sdk/client.ts';
import type { Ask, Client, Entrance } from '../matrix/client.ts';

export async function startClient({ url, key }: Entrance): Promise<Client> {
  const settings = {
    name: 'tollgate',
    baseURL: url,
    apiKey: key,
    supportsStructuredOutputs: true,
    // Or the SDK fetches images itself.
    supportedUrls: () => ({ 'image/*': [/^https:/] }),
  };
  const silent = createOpenAICompatible(settings);
  const counting = createOpenAICompatible({ ...settings, includeUsage: true });
  return aiSdkClient({
    model: (id, ask) => (ask.usage ? counting : silent)(id),
    options: ({ n }: Ask) => (n ? { tollgate: { n } } : {}),
  });
}
