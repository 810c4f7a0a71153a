// Models at Amazon Bedrock through the Converse API, called with a key of Bedrock's own or with signed requests.
import type { ProviderAdapter } from '../../core/ports.ts';
import { createDialectAdapter, type DialectOptions } from '../dialect/adapter.ts';
import { droppedParams } from './dropped-params.ts';
import { amazonEventStream } from './event-stream.ts';
import { mapError } from './map-error.ts';
import { createReader } from './read-stream.ts';
import { readWhole } from './read-whole.ts';
import { type AwsCredentials, createSigner } from './sign.ts';
import { toRequest } from './to-request.ts';

export interface BedrockOptions extends Omit<DialectOptions, 'headers'> {
  readonly region: string;
  /** A key of Bedrock's own; else `credentials` sign. */
  readonly apiKey?: string | undefined;
  readonly credentials?: AwsCredentials | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export function createBedrockAdapter(options: BedrockOptions): ProviderAdapter {
  const { region, apiKey, credentials, headers, ...rest } = options;
  const bearer = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const adapter = createDialectAdapter(
    {
      toRequest: (call, _capabilities, memory) => toRequest(call, memory),
      readWhole,
      createReader,
      droppedParams,
      mapError,
    },
    { ...rest, headers: { ...bearer, ...headers } },
  );
  return {
    ...adapter,
    framing: amazonEventStream,
    ...(credentials && apiKey === undefined
      ? { sign: createSigner(credentials, { region, service: 'bedrock' }, rest.clock.now) }
      : {}),
  };
}
