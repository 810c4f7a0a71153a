// The request body of POST /v1/chat/completions as one schema: types, checks and the OpenAPI page come from it.
// Rules and ranges: CONTRACT section 1. `null` counts as absent for every optional field, unknown fields are kept.
import { type Static, Type } from 'typebox';
import { Message, TextPart } from './chat-message.ts';
import { FunctionCall, FunctionDefinition, Tool, ToolChoice } from './chat-tools.ts';
import { anyObject, name64, oneOf, open, optional, record, stringOrArray, tagged } from './schema-forms.ts';

export * from './chat-message.ts';
export { CustomTool, FunctionTool, ToolChoice } from './chat-tools.ts';

export const ResponseFormat = tagged(
  'type',
  [
    Type.Object({ type: oneOf(['text', 'json_object']) }, { ...open, title: 'Text or any JSON object' }),
    Type.Object(
      {
        type: Type.Literal('json_schema'),
        json_schema: Type.Object(
          {
            name: name64('Name of the schema: letters, digits, `_` and `-`.'),
            description: optional(Type.String({ description: 'What the answer is for.' })),
            schema: optional(anyObject({ description: 'JSON Schema that the answer fits.' })),
            strict: optional(
              Type.Boolean({
                default: false,
                description: 'Whether the answer must fit the schema exactly.',
              }),
            ),
          },
          open,
        ),
      },
      { ...open, title: 'JSON that fits a schema' },
    ),
  ],
  {
    description:
      'Form of the answer: `text` (default), `json_object`, or `json_schema` with the schema it must fit.',
  },
);

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

const moderationMode = optional(Type.Object({ mode: oneOf(['score', 'block']) }, open));

/** Of a signed 64-bit integer. The nearest double of the largest one is 2^63. */
export const int64 = { minimum: -(2 ** 63), maximum: 2 ** 63 } as const;

export const ChatRequestSchema = Type.Object(
  {
    model: Type.String({ minLength: 1, description: 'Public model name; `GET /v1/models` lists them.' }),
    messages: Type.Array(Message, { minItems: 1, description: 'The conversation so far, oldest first.' }),
    stream: optional(
      Type.Boolean({
        default: false,
        description: 'Whether the answer comes piece by piece, as server-sent events.',
      }),
    ),
    stream_options: optional(
      Type.Object(
        {
          include_usage: optional(
            Type.Boolean({ default: false, description: 'Whether a last chunk tells the tokens used.' }),
          ),
          include_obfuscation: optional(
            Type.Boolean({ description: 'Whether chunks are padded to hide their length.' }),
          ),
        },
        { ...open, description: 'Only with `stream: true`.' },
      ),
    ),
    max_completion_tokens: optional(
      Type.Integer({
        minimum: 1,
        description:
          'Most tokens the model may write, thoughts included. At the limit `finish_reason` is `length`.',
      }),
    ),
    max_tokens: optional(
      Type.Integer({
        minimum: 1,
        deprecated: true,
        description: 'Older name of `max_completion_tokens`, which wins where both are sent.',
      }),
    ),
    temperature: optional(
      Type.Number({
        minimum: 0,
        maximum: 2,
        default: 1,
        description: 'Higher makes answers more varied, lower more focused.',
      }),
    ),
    top_p: optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        default: 1,
        description: 'Only the likeliest tokens that together have this probability are considered.',
      }),
    ),
    frequency_penalty: optional(
      Type.Number({
        minimum: -2,
        maximum: 2,
        default: 0,
        description: 'Above 0, tokens are less likely the more often they were written before.',
      }),
    ),
    presence_penalty: optional(
      Type.Number({
        minimum: -2,
        maximum: 2,
        default: 0,
        description: 'Above 0, tokens are less likely once they were written.',
      }),
    ),
    stop: optional(
      stringOrArray(Type.String(), {
        maxItems: 4,
        description: 'Up to 4 texts at which the model stops. They are not part of the answer.',
      }),
    ),
    n: optional(
      Type.Integer({ minimum: 1, maximum: 128, default: 1, description: 'How many answers to write.' }),
    ),
    seed: optional(
      Type.Integer({
        ...int64,
        deprecated: true,
        description: 'The same seed and request give the same answer where the model can do that.',
      }),
    ),
    tools: optional(
      Type.Array(Tool, { minItems: 1, maxItems: 128, description: 'Tools the model may call.' }),
    ),
    tool_choice: optional(ToolChoice),
    parallel_tool_calls: optional(
      Type.Boolean({ default: true, description: 'Whether the model may call several tools at once.' }),
    ),
    response_format: optional(ResponseFormat),
    reasoning_effort: optional(
      oneOf(reasoningEfforts, {
        description: 'How much the model thinks before it answers. Models know some of these values.',
      }),
    ),
    verbosity: optional(
      oneOf(['low', 'medium', 'high'], { default: 'medium', description: 'How detailed the answer is.' }),
    ),
    logprobs: optional(
      Type.Boolean({ default: false, description: 'Whether to tell the probability of each token.' }),
    ),
    top_logprobs: optional(
      Type.Integer({
        minimum: 0,
        maximum: 20,
        description: 'How many alternatives to tell at each place. Only with `logprobs: true`.',
      }),
    ),
    logit_bias: optional(
      record(Type.Number({ minimum: -100, maximum: 100 }), {
        propertyNames: { pattern: '^[0-9]+$' },
        description: 'By token id: from -100 (never) to 100 (always).',
      }),
    ),
    metadata: optional(
      record(Type.String({ maxLength: 512 }), {
        maxProperties: 16,
        propertyNames: { maxLength: 64 },
        description: 'Up to 16 texts of your own; names up to 64 characters, values up to 512.',
      }),
    ),
    store: optional(Type.Boolean({ default: false, description: 'Whether the provider keeps the answer.' })),
    service_tier: optional(
      oneOf(['auto', 'default', 'flex', 'scale', 'priority', 'fast'], {
        default: 'auto',
        description: 'How urgently the provider serves the request.',
      }),
    ),
    prediction: optional(
      Type.Object(
        {
          type: Type.Literal('content'),
          content: stringOrArray(TextPart, { description: 'The text that is expected.' }),
        },
        { ...open, description: 'What most of the answer will be, such as a file that is changed a little.' },
      ),
    ),
    modalities: optional(
      Type.Array(oneOf(['text', 'audio']), {
        minItems: 1,
        default: ['text'],
        description: 'What the answer is made of. `audio` needs `audio`.',
      }),
    ),
    audio: optional(
      Type.Object(
        {
          voice: Type.Unsafe<string | { id: string }>({
            type: ['string', 'object'],
            properties: { id: Type.String() },
            required: ['id'],
            description: 'Name of a voice, or the id of one of your own.',
          }),
          format: oneOf(['wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16'], {
            description: 'Format of the sound.',
          }),
        },
        { ...open, description: 'Voice and format of a spoken answer.' },
      ),
    ),
    web_search_options: optional(
      Type.Object(
        {
          search_context_size: optional(
            oneOf(['low', 'medium', 'high'], {
              default: 'medium',
              description: 'How much of the context the search may take.',
            }),
          ),
          user_location: optional(
            Type.Object(
              {
                type: Type.Literal('approximate'),
                approximate: Type.Object(
                  {
                    city: optional(Type.String()),
                    country: optional(Type.String({ description: 'Two letters, ISO 3166-1.' })),
                    region: optional(Type.String()),
                    timezone: optional(Type.String({ description: 'IANA name, such as `Europe/Vienna`.' })),
                  },
                  open,
                ),
              },
              { ...open, description: 'Where the user is, roughly.' },
            ),
          ),
        },
        { ...open, description: 'Lets models that can search the web do so.' },
      ),
    ),
    safety_identifier: optional(
      Type.String({
        maxLength: 128,
        description: 'A stable id of the end user, such as a hash, to find abuse.',
      }),
    ),
    prompt_cache_key: optional(
      Type.String({ description: 'Requests with the same key are more likely to share a cached prompt.' }),
    ),
    prompt_cache_retention: optional(
      oneOf(['in_memory', '24h'], {
        deprecated: true,
        description: 'How long the provider keeps the cached prompt.',
      }),
    ),
    prompt_cache_options: optional(
      Type.Object(
        {
          mode: optional(
            oneOf(['implicit', 'explicit'], {
              description: '`explicit`: only at the breakpoints set in the messages.',
            }),
          ),
          ttl: optional(oneOf(['30m'], { description: 'How long a cached prompt lives.' })),
        },
        { ...open, description: 'How the provider caches the prompt.' },
      ),
    ),
    moderation: optional(
      Type.Object(
        {
          model: Type.String({ description: 'The moderation model.' }),
          policy: optional(Type.Object({ input: moderationMode, output: moderationMode }, open)),
        },
        { ...open, description: 'Has the provider check question and answer.' },
      ),
    ),
    functions: optional(
      Type.Array(FunctionDefinition, {
        minItems: 1,
        maxItems: 128,
        deprecated: true,
        description: 'Use `tools`.',
      }),
    ),
    function_call: optional(FunctionCall),
    user: optional(
      Type.String({ deprecated: true, description: 'Use `safety_identifier` and `prompt_cache_key`.' }),
    ),
  },
  { ...open, title: 'Chat completion request' },
);

export type ChatRequest = Static<typeof ChatRequestSchema>;
export type ReasoningEffort = (typeof reasoningEfforts)[number];
