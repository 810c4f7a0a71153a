// Gemini through Google's generateContent.
import type { ProviderAdapter } from '../../core/ports.ts';
import { createDialectAdapter, type DialectOptions } from '../dialect/adapter.ts';
import { droppedParams } from './dropped-params.ts';
import { mapError } from './map-error.ts';
import { createReader } from './read-stream.ts';
import { readWhole } from './read-whole.ts';
import { toRequest } from './to-request.ts';

export interface GeminiOptions extends Omit<DialectOptions, 'headers'> {
  readonly apiKey: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function createGeminiAdapter({ apiKey, headers, ...options }: GeminiOptions): ProviderAdapter {
  return createDialectAdapter(
    {
      toRequest: (call, _capabilities, memory) => toRequest(call, memory),
      readWhole,
      createReader,
      droppedParams,
      mapError,
    },
    { ...options, headers: { 'x-goog-api-key': apiKey, ...headers } },
  );
}
