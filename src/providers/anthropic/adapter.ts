// Claude through Anthropic's Messages API, version 2023-06-01.
import type { ProviderAdapter } from '../../core/ports.ts';
import { createDialectAdapter, type DialectOptions } from '../dialect/adapter.ts';
import { droppedParams } from './dropped-params.ts';
import { mapError } from './map-error.ts';
import { createReader } from './read-stream.ts';
import { readWhole } from './read-whole.ts';
import { toRequest } from './to-request.ts';

export interface AnthropicOptions extends Omit<DialectOptions, 'headers'> {
  readonly apiKey: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function createAnthropicAdapter({ apiKey, headers, ...options }: AnthropicOptions): ProviderAdapter {
  return createDialectAdapter(
    {
      toRequest: (call, _capabilities, memory) => toRequest(call, memory),
      readWhole,
      createReader,
      droppedParams,
      mapError,
    },
    // Later versions refuse sampling parameters even at their defaults (CONTRACT section 5a).
    { ...options, headers: { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01', ...headers } },
  );
}
