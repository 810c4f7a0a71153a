// The AI SDK with the package for OpenAI, in its chat dialect.
import { createOpenAI } from '@ai-sdk/openai';
import { aiSdkClient } from '../ai-sdk/client.ts';
import type { Client, Entrance } from '../matrix/client.ts';

export async function startClient({ url, key }: Entrance): Promise<Client> {
  const openai = createOpenAI({ baseURL: url, apiKey: key });
  return aiSdkClient({ model: (id) => openai.chat(id) });
}
