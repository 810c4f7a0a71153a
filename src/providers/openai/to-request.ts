// A chat request -> POST /v1/responses. The mapping is CONTRACT section 5c. Nothing is stored there: what the model needs
// back comes encrypted and goes back with the next turn.
import { droppedParams as droppedByCapability, type ProviderCapabilities } from '../../core/capabilities.ts';
import type { ChatCall } from '../../core/ports.ts';
import type { ChatRequest, ReasoningEffort } from '../../wire/openai/chat-request.ts';
import { unknownFields } from '../../wire/openai/known-fields.ts';
import type { DialectRequest } from '../dialect/adapter.ts';
import { hasCacheControl } from '../dialect/cache-mark.ts';
import { presentParams } from '../dialect/dropped-params.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { outputCapOf } from '../openai-compatible/to-request.ts';
import { openaiModel } from './models.ts';
import { reasoningExtras, reasoningWish } from './reasoning-wish.ts';
import { toInput } from './to-input.ts';
import { toTools } from './to-tools.ts';

/** A smaller cap is refused there. */
const smallestCap = 16;

/** Fields of the same name and meaning in both APIs. */
const shared = [
  'temperature',
  'top_p',
  'metadata',
  'service_tier',
  'safety_identifier',
  'user',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
  'moderation',
] as const;

/** `stop` is not among them: the gateway cuts the answer itself. */
const noEquivalent = [
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'seed',
  'prediction',
  'audio',
] as const;

export function toRequest(
  call: ChatCall,
  capabilities: ProviderCapabilities,
  memory: ReasoningMemory,
): DialectRequest {
  const request = without(call.request, droppedParams(call, capabilities));
  const { reasons } = openaiModel(call.target.model);
  const cap = outputCapOf({ ...call, request });
  const body = {
    model: call.target.model,
    input: toInput(request, memory, reasons),
    ...(call.streaming ? { stream: true, stream_options: { include_obfuscation: false } } : {}),
    store: request.store === true,
    ...reasoningOf(request, capabilities, reasons),
    ...(cap === undefined ? {} : { max_output_tokens: Math.max(cap, smallestCap) }),
    ...toTools(request),
    ...textOf(request),
    ...Object.fromEntries(
      shared.flatMap((name) => ((request[name] ?? null) === null ? [] : [[name, request[name]]])),
    ),
  };
  return { path: '/responses', body };
}

/** What has no equivalent there, what this upstream refuses, and what nobody knows: without effect, and said so. */
export function droppedParams(call: ChatCall, capabilities: ProviderCapabilities): string[] {
  const { request } = call;
  const { effort } = reasoningWish(request, capabilities.responses === 'always');
  const reasoning = { ...request, reasoning_effort: (effort ?? null) as ReasoningEffort | null };
  const refused = droppedByCapability(reasoning, capabilities).filter((name) => name in request);
  const unknown = unknownFields(request).filter((name) => !reasoningExtras.includes(name));
  // It caches by itself; its own breakpoints are of another name.
  const caches = hasCacheControl(request) ? ['cache_control'] : [];
  return [...new Set([...refused, ...presentParams(call, noEquivalent), ...unknown, ...caches])];
}

function without(request: ChatRequest, names: readonly string[]): ChatRequest {
  if (names.length === 0) return request;
  const kept = Object.entries(request).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept) as ChatRequest;
}

/** Models that do not reason refuse both members. */
function reasoningOf(request: ChatRequest, capabilities: ProviderCapabilities, reasons: boolean): object {
  // An unknown model of an operator who wants this API all the same: what the client says is passed on.
  const { effort, summary } = reasoningWish(request, reasons && capabilities.responses === 'always');
  const reasoning = { ...(effort ? { effort } : {}), ...(summary ? { summary } : {}) };
  const asked = Object.keys(reasoning).length > 0;
  return {
    ...(asked ? { reasoning } : {}),
    ...(reasons || asked ? { include: ['reasoning.encrypted_content'] } : {}),
  };
}

function textOf({ response_format: format, verbosity }: ChatRequest): object {
  const text = {
    ...(format && format.type !== 'text' ? { format: formatOf(format) } : {}),
    ...(verbosity ? { verbosity } : {}),
  };
  return Object.keys(text).length > 0 ? { text } : {};
}

function formatOf(format: NonNullable<ChatRequest['response_format']>): object {
  if (format.type !== 'json_schema') return { type: format.type };
  const { name, description, schema, strict } = format.json_schema;
  return {
    type: 'json_schema',
    name,
    ...(description ? { description } : {}),
    schema: schema ?? { type: 'object' },
    strict: strict === true,
  };
}
