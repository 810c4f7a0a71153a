// Which schemas stand in the OpenAPI document under a name of their own, and the small ones that no check needs:
// models, the error envelope, the state of the process.
import { type TSchema, Type } from 'typebox';
import { type ErrorBody, errorCatalogue } from '../../../core/errors.ts';
import { Annotation, Logprobs, TokenLogprob, Usage } from '../../../wire/openai/chat-answer-parts-schema.ts';
import {
  AnswerMessage,
  ChatCompletionChunkSchema,
  ChatCompletionSchema,
} from '../../../wire/openai/chat-answer-schema.ts';
import * as messages from '../../../wire/openai/chat-message.ts';
import { ChatRequestSchema, ResponseFormat } from '../../../wire/openai/chat-request.ts';
import * as tools from '../../../wire/openai/chat-tools.ts';
import { oneOf } from '../../../wire/openai/schema-forms.ts';

export const ModelSchema = Type.Object(
  {
    id: Type.String({ description: 'Name to send as `model`.' }),
    object: Type.Literal('model'),
    created: Type.Integer({ minimum: 0, description: 'Unix time in seconds.' }),
    owned_by: Type.Literal('tollgate'),
  },
  { title: 'Model' },
);

export const ModelListSchema = Type.Object(
  { object: Type.Literal('list'), data: Type.Array(ModelSchema) },
  { title: 'List of models' },
);

const errorTypes = [...new Set(Object.values(errorCatalogue).map(({ type }) => type))].sort();
const nullableText = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description });

/** The shape of {@link ErrorBody}. */
export const ErrorSchema = Type.Object(
  {
    error: Type.Object({
      message: Type.String({ description: 'What is wrong and what to do about it.' }),
      type: oneOf(errorTypes, { description: 'The kind of failure.' }),
      param: nullableText('The field that is wrong, as a path: `messages[2].content[0].image_url.url`.'),
      code: nullableText('Stable name of the failure, for programs.'),
    } satisfies Record<keyof ErrorBody['error'], TSchema>),
  },
  { title: 'Error' },
);

export const HealthSchema = Type.Object(
  {
    status: Type.Literal('ok'),
    version: Type.String({ description: 'Version of the gateway.' }),
    uptime_seconds: Type.Integer({ minimum: 0, description: 'Since the process started.' }),
  },
  { title: 'Health' },
);

const detail = Type.String({ description: 'What is going on, or what to do about it.' });

export const ReadinessSchema = Type.Object(
  {
    status: oneOf(['ready', 'not_ready']),
    checks: Type.Object({
      store: Type.Object(
        { ok: Type.Boolean(), detail: Type.Optional(detail) },
        { description: 'Whether the ledger takes writes.' },
      ),
      engine: Type.Object(
        {
          ok: Type.Boolean(),
          state: Type.String({ description: 'State of the embedded model; `off` where it is turned off.' }),
          detail,
          progress: Type.Optional(
            Type.Number({ minimum: 0, maximum: 1, description: 'Of a download or of loading.' }),
          ),
          model: Type.Optional(Type.String({ description: 'The embedded model, once known.' })),
        },
        { description: 'Whether the embedded model is there, where a model needs it.' },
      ),
      config: Type.Object(
        {
          ok: Type.Boolean(),
          generation: Type.Integer({ minimum: 0, description: 'Grows with every configuration taken over.' }),
          detail: Type.Optional(detail),
        },
        { description: 'Whether the configuration file as it is now is in use.' },
      ),
    }),
  },
  { title: 'Readiness' },
);

export const componentNames: ReadonlyMap<object, string> = new Map<object, string>([
  [ChatRequestSchema, 'ChatCompletionRequest'],
  [messages.Message, 'Message'],
  [messages.SystemMessage, 'SystemMessage'],
  [messages.UserMessage, 'UserMessage'],
  [messages.AssistantMessage, 'AssistantMessage'],
  [messages.ToolMessage, 'ToolMessage'],
  [messages.FunctionMessage, 'FunctionMessage'],
  [messages.TextPart, 'TextPart'],
  [messages.ImagePart, 'ImagePart'],
  [messages.AudioPart, 'AudioPart'],
  [messages.FilePart, 'FilePart'],
  [messages.RefusalPart, 'RefusalPart'],
  [messages.ToolCall, 'ToolCall'],
  [tools.Tool, 'Tool'],
  [tools.FunctionTool, 'FunctionTool'],
  [tools.CustomTool, 'CustomTool'],
  [tools.FunctionDefinition, 'FunctionDefinition'],
  [ResponseFormat, 'ResponseFormat'],
  [ChatCompletionSchema, 'ChatCompletion'],
  [ChatCompletionChunkSchema, 'ChatCompletionChunk'],
  [AnswerMessage, 'AnswerMessage'],
  [Annotation, 'Annotation'],
  [Usage, 'Usage'],
  [Logprobs, 'Logprobs'],
  [TokenLogprob, 'TokenLogprob'],
  [ModelSchema, 'Model'],
  [ModelListSchema, 'ModelList'],
  [ErrorSchema, 'Error'],
  [HealthSchema, 'Health'],
  [ReadinessSchema, 'Readiness'],
]);
