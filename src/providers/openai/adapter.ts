// OpenAI itself: chat completions, whose bytes are relayed, and the Responses API for what chat completions lacks. Which of
// the two is a question of the request, answered the same way at every step of it.
import type { ProviderCapabilities } from '../../core/capabilities.ts';
import type { ChatCall, ProviderAdapter } from '../../core/ports.ts';
import { createDialectAdapter } from '../dialect/adapter.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import {
  createOpenAICompatibleAdapter,
  keyHeader,
  type OpenAICompatibleOptions,
} from '../openai-compatible/adapter.ts';
import { usesResponses } from './choose-api.ts';
import { mapError, withChatParam } from './map-error.ts';
import { createReader } from './read-stream.ts';
import { readWhole } from './read-whole.ts';
import { droppedParams, toRequest } from './to-request.ts';

export interface OpenAIOptions extends Omit<OpenAICompatibleOptions, 'socketPath' | 'pathOf' | 'rejection'> {
  readonly apiKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly memory: ReasoningMemory;
}

export function createOpenAIAdapter(options: OpenAIOptions): ProviderAdapter {
  const chat = createOpenAICompatibleAdapter(options);
  const responses = createDialectAdapter(
    { toRequest, readWhole, createReader, droppedParams: () => [], mapError },
    { ...options, headers: { ...keyHeader(options), ...options.headers } },
  );

  const capabilitiesOf = ({ capabilities }: ChatCall): ProviderCapabilities =>
    capabilities ? { ...options.capabilities, ...capabilities } : options.capabilities;
  const isForResponses = (call: ChatCall) =>
    usesResponses(call.request, call.target.model, capabilitiesOf(call));
  const adapterFor = (call: ChatCall) => (isForResponses(call) ? responses : chat);

  return {
    ...chat,
    capabilitiesFor(request, target, capabilities) {
      if (!usesResponses(request, target.model, capabilities)) return capabilities;
      return { ...capabilities, audio: false, logprobs: false, choices: false };
    },
    refusal: (call) => (isForResponses(call) ? responses.refusal?.(call) : undefined),
    prepare: (call) => adapterFor(call).prepare(call),
    readWhole: (call, body) => adapterFor(call).readWhole(call, body),
    createStreamReader: (call) => adapterFor(call).createStreamReader(call),
    droppedParams: (call) =>
      isForResponses(call) ? droppedParams(call, capabilitiesOf(call)) : chat.droppedParams(call),
    mapError: (status, headers, body) => chat.mapError(status, headers, withChatParam(body)),
  };
}
