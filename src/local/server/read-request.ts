// A request body that the wire's own checker let pass -> what the chat layer takes. Refuses what this model cannot do
// instead of ignoring it.
import { TollgateError } from '../../core/errors.ts';
import { toRequestError } from '../../core/request-error.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { createChatRequestChecker } from '../../wire/openai/check-chat-request.ts';
import type { JsonFormat, LocalChatRequest } from '../chat/request.ts';
import { ignoredParameters } from './ignored-parameters.ts';
import { readMessages } from './read-messages.ts';
import { readTools } from './read-tools.ts';
import { unsupportedParameter, unsupportedValue } from './unsupported.ts';

/** Throws TollgateError with the `param` of the first field that is wrong. */
export type ChatRequestReader = (body: unknown) => LocalChatRequest;

export function createChatRequestReader(): ChatRequestReader {
  const check = createChatRequestChecker();
  return function readChatRequest(body) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new TollgateError('invalid_json');
    }
    const problem = check(body);
    if (problem) throw toRequestError(problem);
    return readChecked(body as ChatRequest);
  };
}

function readChecked(body: ChatRequest): LocalChatRequest {
  refuseUnsupported(body);
  const read = readFields(body);
  if (read.goesOn) refuseToGoOn(read);
  return read;
}

function readFields(body: ChatRequest): LocalChatRequest {
  return {
    model: body.model,
    messages: readMessages(body.messages),
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    frequencyPenalty: body.frequency_penalty ?? undefined,
    presencePenalty: body.presence_penalty ?? undefined,
    stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? []),
    seed: body.seed ?? undefined,
    logitBias: readLogitBias(body.logit_bias ?? {}),
    choices: body.n ?? 1,
    topLogprobs: body.logprobs ? (body.top_logprobs ?? 0) : undefined,
    ...readTools(body),
    format: readFormat(body.response_format ?? undefined),
    goesOn: (body as { continue_final_message?: unknown }).continue_final_message === true,
    reasoningEffort: body.reasoning_effort ?? undefined,
    ignored: ignoredParameters(body),
  };
}

function readLogitBias(biases: Readonly<Record<string, number>>): Map<number, number> {
  return new Map(
    Object.entries(biases).map(([id, bias]) => {
      if (id.length <= 9) return [Number(id), bias];
      throw new TollgateError('invalid_value', {
        param: `logit_bias.${id.slice(0, 40)}`,
        values: { reason: 'no model has a token of this id.' },
      });
    }),
  );
}

function readFormat(format: ChatRequest['response_format']): JsonFormat | undefined {
  if (!format || format.type === 'text') return undefined;
  if (format.type !== 'json_schema') return { kind: 'object' };
  const { name, description, schema, strict } = format.json_schema;
  if (!schema) return { kind: 'object' };
  return {
    kind: 'schema',
    name,
    ...(description && { description }),
    schema,
    strict: strict ?? false,
  };
}

/** An answer that has begun is free text: a grammar would have to know where in its rules it stands. */
function refuseToGoOn({ messages, format, mustCall }: LocalChatRequest): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last.toolCalls) {
    throw new TollgateError('parameter_not_allowed', {
      param: 'continue_final_message',
      values: { condition: "the last message is of the role 'assistant' and calls no tools" },
    });
  }
  if (!format && !mustCall) return;
  throw unsupportedValue('continue_final_message', 'true', 'It needs an answer of free text.');
}

/** What would change the meaning of the answer and cannot be done is refused. */
function refuseUnsupported(body: ChatRequest): void {
  if (body.modalities?.includes('audio')) {
    throw unsupportedValue('modalities', "'audio'", "Only 'text' is supported.");
  }
  for (const param of ['audio', 'web_search_options', 'moderation'] as const) {
    if (body[param]) throw unsupportedParameter(param);
  }
}
