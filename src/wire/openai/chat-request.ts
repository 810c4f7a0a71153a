// The request body of POST /v1/chat/completions as one schema: types, checks and the OpenAPI page come from it.
// Rules and ranges: CONTRACT section 1. `null` counts as absent for every optional field, unknown fields are kept.
import { type Static, type TSchema, Type } from 'typebox';

/** Optional, and `null` counts as absent: written as a type list, so that a failed check names one reason only. */
function optional<T extends TSchema>(schema: T) {
  const plain = schema as TSchema & { type?: string; enum?: unknown[]; anyOf?: unknown[]; oneOf?: unknown[] };
  const nullable = { ...plain } as Record<string, unknown>;
  if (plain.enum) nullable.enum = [...plain.enum, null];
  if (plain.anyOf) nullable.anyOf = [...plain.anyOf, { type: 'null' }];
  else if (plain.oneOf)
    return Type.Optional(Type.Unsafe<Static<T> | null>({ anyOf: [plain, { type: 'null' }] }));
  else nullable.type = [plain.type, 'null'];
  return Type.Optional(Type.Unsafe<Static<T> | null>(nullable));
}

/** One of several object shapes told apart by the value of `tag`, so that a failed check is about the right one. */
function tagged<const T extends TSchema[]>(tag: string, shapes: T) {
  return Type.Unsafe<Static<T[number]>>({
    type: 'object',
    discriminator: { propertyName: tag },
    required: [tag],
    oneOf: shapes,
  });
}

function oneOf<const T extends readonly string[]>(values: T) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });
}
const open = { additionalProperties: true } as const;
/** Function and schema names: at most 64 of these characters. */
const nameOf64 = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

export const TextPart = Type.Object({ type: Type.Literal('text'), text: Type.String() }, open);
export const RefusalPart = Type.Object({ type: Type.Literal('refusal'), refusal: Type.String() }, open);
export const ImagePart = Type.Object(
  {
    type: Type.Literal('image_url'),
    image_url: Type.Union([
      Type.Object({ url: Type.String(), detail: optional(oneOf(['auto', 'low', 'high', 'original'])) }, open),
      Type.String(),
    ]),
  },
  open,
);
export const AudioPart = Type.Object(
  {
    type: Type.Literal('input_audio'),
    input_audio: Type.Object({ data: Type.String(), format: oneOf(['wav', 'mp3']) }, open),
  },
  open,
);
export const FilePart = Type.Object(
  {
    type: Type.Literal('file'),
    file: Type.Object(
      {
        file_id: optional(Type.String()),
        file_data: optional(Type.String()),
        filename: optional(Type.String()),
      },
      open,
    ),
  },
  open,
);

const textContent = Type.Union([Type.String(), Type.Array(TextPart, { minItems: 1 })]);

export const ToolCall = tagged('type', [
  Type.Object(
    {
      id: Type.String(),
      type: Type.Literal('function'),
      function: Type.Object({ name: Type.String(), arguments: Type.String() }, open),
    },
    open,
  ),
  Type.Object(
    {
      id: Type.String(),
      type: Type.Literal('custom'),
      custom: Type.Object({ name: Type.String(), input: Type.String() }, open),
    },
    open,
  ),
]);

export const SystemMessage = Type.Object(
  { role: oneOf(['system', 'developer']), content: textContent, name: optional(Type.String()) },
  open,
);
export const UserMessage = Type.Object(
  {
    role: Type.Literal('user'),
    content: Type.Union([
      Type.String(),
      Type.Array(tagged('type', [TextPart, ImagePart, AudioPart, FilePart]), { minItems: 1 }),
    ]),
    name: optional(Type.String()),
  },
  open,
);
export const AssistantMessage = Type.Object(
  {
    role: Type.Literal('assistant'),
    content: optional(
      Type.Union([Type.String(), Type.Array(tagged('type', [TextPart, RefusalPart]), { minItems: 1 })]),
    ),
    refusal: optional(Type.String()),
    name: optional(Type.String()),
    audio: optional(Type.Object({ id: Type.String() }, open)),
    tool_calls: optional(Type.Array(ToolCall, { minItems: 1 })),
    function_call: optional(Type.Object({ name: Type.String(), arguments: Type.String() }, open)),
    reasoning_content: optional(Type.String()),
  },
  open,
);
export const ToolMessage = Type.Object(
  { role: Type.Literal('tool'), content: textContent, tool_call_id: Type.String() },
  open,
);
export const FunctionMessage = Type.Object(
  { role: Type.Literal('function'), content: Type.Union([Type.String(), Type.Null()]), name: Type.String() },
  open,
);
export const Message = tagged('role', [
  SystemMessage,
  UserMessage,
  AssistantMessage,
  ToolMessage,
  FunctionMessage,
]);

export const FunctionTool = Type.Object(
  {
    type: Type.Literal('function'),
    function: Type.Object(
      {
        name: nameOf64,
        description: optional(Type.String()),
        parameters: optional(Type.Record(Type.String(), Type.Unknown())),
        strict: optional(Type.Boolean()),
      },
      open,
    ),
  },
  open,
);
export const CustomTool = Type.Object(
  {
    type: Type.Literal('custom'),
    custom: Type.Object({ name: nameOf64, description: optional(Type.String()) }, open),
  },
  open,
);

const ToolChoiceObject = tagged('type', [
  Type.Object({ type: Type.Literal('function'), function: Type.Object({ name: Type.String() }, open) }, open),
  Type.Object({ type: Type.Literal('custom'), custom: Type.Object({ name: Type.String() }, open) }, open),
  Type.Object(
    {
      type: Type.Literal('allowed_tools'),
      allowed_tools: Type.Object(
        { mode: oneOf(['auto', 'required']), tools: Type.Array(Type.Record(Type.String(), Type.Unknown())) },
        open,
      ),
    },
    open,
  ),
]);

export const ToolChoice = Type.Union([oneOf(['none', 'auto', 'required']), ToolChoiceObject]);

export const ResponseFormat = tagged('type', [
  Type.Object({ type: oneOf(['text', 'json_object']) }, open),
  Type.Object(
    {
      type: Type.Literal('json_schema'),
      json_schema: Type.Object(
        {
          name: nameOf64,
          description: optional(Type.String()),
          schema: optional(Type.Record(Type.String(), Type.Unknown())),
          strict: optional(Type.Boolean()),
        },
        open,
      ),
    },
    open,
  ),
]);

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

export const ChatRequestSchema = Type.Object(
  {
    model: Type.String({ minLength: 1, description: 'Public model name; `GET /v1/models` lists them.' }),
    messages: Type.Array(Message, { minItems: 1 }),
    stream: optional(Type.Boolean({ default: false })),
    stream_options: optional(
      Type.Object(
        { include_usage: optional(Type.Boolean()), include_obfuscation: optional(Type.Boolean()) },
        open,
      ),
    ),
    max_tokens: optional(Type.Integer({ minimum: 1 })),
    max_completion_tokens: optional(Type.Integer({ minimum: 1 })),
    temperature: optional(Type.Number({ minimum: 0, maximum: 2, default: 1 })),
    top_p: optional(Type.Number({ minimum: 0, maximum: 1, default: 1 })),
    frequency_penalty: optional(Type.Number({ minimum: -2, maximum: 2, default: 0 })),
    presence_penalty: optional(Type.Number({ minimum: -2, maximum: 2, default: 0 })),
    stop: optional(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 4 })])),
    n: optional(Type.Integer({ minimum: 1, maximum: 128, default: 1 })),
    seed: optional(Type.Integer()),
    logprobs: optional(Type.Boolean({ default: false })),
    top_logprobs: optional(Type.Integer({ minimum: 0, maximum: 20 })),
    logit_bias: optional(Type.Record(Type.String(), Type.Number({ minimum: -100, maximum: 100 }))),
    tools: optional(Type.Array(tagged('type', [FunctionTool, CustomTool]), { minItems: 1, maxItems: 128 })),
    tool_choice: optional(ToolChoice),
    parallel_tool_calls: optional(Type.Boolean({ default: true })),
    response_format: optional(ResponseFormat),
    reasoning_effort: optional(oneOf(reasoningEfforts)),
    verbosity: optional(oneOf(['low', 'medium', 'high'])),
    metadata: optional(Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 512 }))),
    store: optional(Type.Boolean({ default: false })),
    service_tier: optional(oneOf(['auto', 'default', 'flex', 'scale', 'priority', 'fast'])),
    safety_identifier: optional(Type.String({ maxLength: 128 })),
    user: optional(Type.String()),
  },
  open,
);

export type ChatRequest = Static<typeof ChatRequestSchema>;
export type ChatMessage = Static<typeof Message>;
export type ReasoningEffort = (typeof reasoningEfforts)[number];
