// Any upstream that speaks OpenAI's chat completions: vLLM, SGLang, Ollama, llama.cpp, OpenAI itself, and the embedded
// model behind its local socket. Differences are capability fields.
import { droppedParams, type ProviderCapabilities } from '../../core/capabilities.ts';
import type { Clock, IdSource } from '../../core/clock.ts';
import type { AnswerHeaders, ChatCall, ProviderAdapter } from '../../core/ports.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { answerFormOf } from './answer-form.ts';
import { holdOpening } from './hold-opening.ts';
import { mapError } from './map-error.ts';
import { createStreamReader } from './read-stream.ts';
import { readWhole, writeUsage } from './read-whole.ts';
import { createReasoningEcho } from './reasoning-echo.ts';
import { toRequestBody } from './to-request.ts';

export interface OpenAICompatibleOptions {
  readonly name: string;
  /** Up to and including the version: `http://10.0.0.7:8000/v1`. */
  readonly baseUrl: string;
  readonly socketPath?: string;
  readonly apiKey?: string;
  /** Where the key goes instead of `authorization: Bearer`. */
  readonly apiKeyHeader?: string;
  /** Path and query behind the base URL by the model's name; default `/chat/completions`. */
  readonly pathOf?: (model: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly capabilities: ProviderCapabilities;
  /** Keeps the reasoning of tool loops for upstreams that want it back. */
  readonly memory?: ReasoningMemory;
  /** What a refused request is called: a provider of the operator refused it, or the embedded model did. */
  readonly rejection?: 'upstream_rejected' | 'model_rejected';
  /** Names of answer headers that the client gets too. */
  readonly forwardedHeaders?: readonly string[];
  readonly clock: Clock;
  readonly nextCompletionId: IdSource;
}

export function keyHeader({
  apiKey,
  apiKeyHeader,
}: Pick<OpenAICompatibleOptions, 'apiKey' | 'apiKeyHeader'>): Record<string, string> {
  if (!apiKey) return {};
  return apiKeyHeader ? { [apiKeyHeader]: apiKey } : { authorization: `Bearer ${apiKey}` };
}

export function createOpenAICompatibleAdapter(options: OpenAICompatibleOptions): ProviderAdapter {
  const base = new URL(options.baseUrl);
  const folder = base.pathname.replace(/\/+$/, '');
  const usualPath = `${folder}/chat/completions${base.search}`;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'tollgate',
    ...keyHeader(options),
    ...options.headers,
  };
  // Upstreams like to quote their own address and the key they were called with.
  const secrets = [base.host, base.hostname, options.apiKey, ...Object.values(options.headers ?? {})].filter(
    (secret) => secret !== undefined && secret.length > 3,
  ) as string[];
  const forStream = { ...headers, accept: 'text/event-stream' };
  const forWhole = { ...headers, accept: 'application/json' };
  const forwarded = options.forwardedHeaders ?? [];
  const noHeaders: Readonly<Record<string, string>> = {};
  const identity = () => new OwnIdentity(options);

  /** A public model may be able to do more or less than its provider in general. */
  const capabilitiesOf = (call: ChatCall): ProviderCapabilities =>
    call.capabilities ? { ...options.capabilities, ...call.capabilities } : options.capabilities;
  const echo = options.memory && createReasoningEcho(options.name, options.memory);
  /** Only where it would go back. */
  const listenerOf = (call: ChatCall) => {
    const { reasoningField = 'none' } = capabilitiesOf(call);
    return reasoningField === 'none' ? undefined : echo?.listen(call.request.messages);
  };
  const formOf = (call: ChatCall) => answerFormOf(call, capabilitiesOf(call));

  return {
    name: options.name,
    capabilities: options.capabilities,
    unavailable: () => undefined,
    prepare(call) {
      return {
        origin: base.origin,
        ...(options.socketPath ? { socketPath: options.socketPath } : {}),
        path: options.pathOf ? `${folder}${options.pathOf(call.target.model)}` : usualPath,
        headers: call.streaming ? forStream : forWhole,
        body: toRequestBody(call, capabilitiesOf(call), echo),
      };
    },
    readWhole: (call, body) => readWhole(call, body, identity(), formOf(call), listenerOf(call)),
    writeUsage,
    createStreamReader: (call) =>
      holdOpening(createStreamReader(call, identity(), formOf(call), listenerOf(call))),
    droppedParams: (call) => droppedParams(call.request, capabilitiesOf(call)),
    mapError: (status, answered, body) => mapError(status, answered, body, secrets, options.rejection),
    forwardHeaders(answered: AnswerHeaders) {
      if (forwarded.length === 0) return noHeaders;
      const kept: Record<string, string> = {};
      for (const name of forwarded) {
        const value = answered[name];
        if (typeof value === 'string') kept[name] = value;
      }
      return kept;
    },
  };
}

/** What an answer gets that has none, made when it is asked for: most upstreams give both. */
class OwnIdentity {
  readonly #options: Pick<OpenAICompatibleOptions, 'clock' | 'nextCompletionId'>;
  #id: string | undefined;
  #created: number | undefined;

  constructor(options: Pick<OpenAICompatibleOptions, 'clock' | 'nextCompletionId'>) {
    this.#options = options;
  }

  get id(): string {
    this.#id ??= this.#options.nextCompletionId();
    return this.#id;
  }

  /** Unix seconds. */
  get created(): number {
    this.#created ??= Math.floor(this.#options.clock.now() / 1000);
    return this.#created;
  }
}
