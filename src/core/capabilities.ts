// What upstreams can and cannot do, as data, and the one question asked of it: can this request be served? Knows no
// provider's name. Each field says its default and what follows from it.
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { foldName } from '../wire/openai/check-names.ts';
import { unknownFields } from '../wire/openai/known-fields.ts';
import { TollgateError } from './errors.ts';

/**
 * How an upstream is made to go on with the last message of a conversation, the assistant's, instead of answering it.
 * `message`: it does so by itself. `continue_final_message`: by that field, as vLLM, SGLang and llama.cpp have it.
 * `prefix`: by that member of the message, as Mistral has it, which then repeats the message in its answer.
 */
export type Prefill = 'message' | 'continue_final_message' | 'prefix' | 'none';

/** What an upstream can do; the plan and the adapter decide by these, never by a provider's name. */
export interface ProviderCapabilities {
  /** Which field of the wire carries the output cap. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Whether `stream_options.include_usage` is understood; without it the usage of streams is estimated. */
  readonly usageInStream: boolean;
  /** Whether it takes the `developer` role; if not it becomes `system`. */
  readonly developerRole: boolean;
  /** Whether it takes the deprecated `functions`; default no: they become `tools`, and calls `function_call` again. */
  readonly functions?: boolean;
  /**
   * Under which name it wants the reasoning of earlier turns back; default: the name the client used. `none`: it refuses whatever
   * a message has of it, so that is not sent.
   */
  readonly reasoningField?: 'reasoning_content' | 'reasoning' | 'none';
  /** Whether it takes `reasoning_details` and `extra_content` in messages; default yes. */
  readonly reasoningDetails?: boolean;
  /**
   * Of a provider that has OpenAI's Responses API beside chat completions: whether requests go there. `auto`, the default:
   * those that want what only that API gives. Elsewhere without effect.
   */
  readonly responses?: 'auto' | 'always' | 'never';
  /** Fields it refuses: they are not sent, and the client is told in `x-tollgate-dropped-params`. Default none. */
  readonly dropParams?: readonly string[];
  /**
   * Fields beyond OpenAI's API that would name another model, or let a client have more than was reserved. They are not
   * sent either, however they are capitalised. In small letters; default none.
   */
  readonly guardedParams?: readonly string[];
  /** Of `guardedParams`, those that the operator lets through. */
  readonly allowParams?: readonly string[];
  /** As `dropParams`, where the request asks for reasoning: `reasoning_effort` other than `none`. */
  readonly dropParamsWhileReasoning?: readonly string[];
  /**
   * Whether it leaves the model's thoughts in the text, between `<think>` and `</think>` at its beginning, and whether
   * the first tag is there; default: neither, it sends them in a field of their own.
   */
  readonly thinkTags?: 'both' | 'closing';
  /** Default `none`: an answer that broke off is continued there by asking for it. */
  readonly prefill?: Prefill;
  /** Pattern of the upstream's model names that `prefill` is for; default all. */
  readonly prefillModels?: string | undefined;
  /** The rest is taken for granted; where it says `false`, requests that need it are refused or go elsewhere. */
  readonly images?: boolean;
  /** Images by their address; where `false`, only those whose data is in the request. */
  readonly imageUrls?: boolean;
  readonly audio?: boolean;
  readonly files?: boolean;
  readonly tools?: boolean;
  readonly jsonSchema?: boolean;
  readonly logprobs?: boolean;
  /** More than one choice: `n`. */
  readonly choices?: boolean;
}

/** How this model of the upstream is made to go on with an answer. */
export function prefillOf({ prefill = 'none', prefillModels }: ProviderCapabilities, model: string): Prefill {
  return prefillModels === undefined || new RegExp(prefillModels).test(model) ? prefill : 'none';
}

/** Fields the request sets and this upstream is not sent. */
export function droppedParams(request: ChatRequest, capabilities: ProviderCapabilities): readonly string[] {
  const { dropParams = [], dropParamsWhileReasoning = [] } = capabilities;
  const guarded = guardedFields(request, capabilities);
  const effort = request.reasoning_effort ?? 'none';
  const refused = effort === 'none' ? dropParams : [...dropParams, ...dropParamsWhileReasoning];
  if (refused.length === 0) return guarded;
  const fields = request as Readonly<Record<string, unknown>>;
  const present = refused.filter((name) => Object.hasOwn(fields, name) && (fields[name] ?? null) !== null);
  return [...new Set([...present, ...guarded])];
}

/** Under the names the request has for them: readers written in Go take a name in any letters. */
function guardedFields(
  request: ChatRequest,
  { guardedParams = [], allowParams = [] }: ProviderCapabilities,
): readonly string[] {
  if (guardedParams.length === 0) return [];
  return unknownFields(request).filter((name) => {
    const folded = foldName(name);
    return guardedParams.includes(folded) && !allowParams.includes(name);
  });
}

/** The error for what this upstream cannot do, with the exact `param`; `undefined` when it can do all. */
export function findUnsupported(
  request: ChatRequest,
  capabilities: ProviderCapabilities,
): TollgateError | undefined {
  const { images, imageUrls, audio, files, tools, jsonSchema, logprobs, choices } = capabilities;
  if (images === false || imageUrls === false || audio === false || files === false) {
    const unsupported = findPart(request, capabilities);
    if (unsupported) return unsupported;
  }
  if (audio === false && request.modalities?.includes('audio')) {
    return refusedValue('modalities', "'audio'", 'audio output');
  }
  if (tools === false) {
    if (request.tools) return refusedField('tools', 'tools');
    if (request.functions) return refusedField('functions', 'functions');
  }
  if (jsonSchema === false && request.response_format?.type === 'json_schema') {
    return refusedValue('response_format.type', "'json_schema'", 'JSON schemas');
  }
  if (logprobs === false && request.logprobs) return refusedField('logprobs', 'log probabilities');
  if (choices === false && (request.n ?? 1) > 1) {
    return refusedValue('n', String(request.n), 'more than one choice');
  }
  return undefined;
}

const partNeeds = { image_url: 'images', input_audio: 'audio', file: 'files' } as const;

function findPart(request: ChatRequest, capabilities: ProviderCapabilities): TollgateError | undefined {
  for (const [at, { content }] of request.messages.entries()) {
    if (!Array.isArray(content)) continue;
    for (const [place, part] of content.entries()) {
      const { type } = part;
      const need = Object.hasOwn(partNeeds, type) ? partNeeds[type as keyof typeof partNeeds] : undefined;
      if (need && capabilities[need] === false) {
        return refusedValue(`messages[${at}].content[${place}]`, `'${type}'`, need);
      }
      if (capabilities.imageUrls === false && part.type === 'image_url' && isByAddress(part.image_url)) {
        const path = `messages[${at}].content[${place}].image_url.url`;
        return refusedValue(path, 'an address', 'images by their address, only as data: URLs');
      }
    }
  }
  return undefined;
}

function isByAddress(image: string | { readonly url: string }): boolean {
  return !/^data:/i.test((typeof image === 'string' ? image : image.url).slice(0, 5));
}

function refusedValue(param: string, actual: string, need: string): TollgateError {
  return new TollgateError('unsupported_value', {
    param,
    values: { actual, reason: `It takes no ${need}.` },
  });
}

function refusedField(param: string, need: string): TollgateError {
  return new TollgateError('unsupported_parameter', { param, values: { reason: `It takes no ${need}.` } });
}
