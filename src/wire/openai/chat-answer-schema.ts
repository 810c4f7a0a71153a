// The answers of POST /v1/chat/completions as schemas: one object, or the chunks of a stream. CONTRACT sections 2 and 3.
// The types the code works with are in chat-response.ts; tests hold real answers against these.
import { Type } from 'typebox';
import {
  Annotation,
  envelopeMembers,
  finishReason,
  finishReasonOrNull,
  Logprobs,
  orNull,
  reasoningMembers,
  Usage,
} from './chat-answer-parts-schema.ts';
import { ToolCall } from './chat-message.ts';
import { oneOf, open } from './schema-forms.ts';

const id = Type.String({ pattern: '^chatcmpl-', description: 'Unique id of the answer.' });
const index = Type.Integer({ minimum: 0, description: 'Which of the `n` answers this is, from 0.' });
const nullableLogprobs = Type.Unsafe<unknown>({
  anyOf: [Logprobs, { type: 'null' }],
  description: 'Only with `logprobs: true`.',
});

export const AnswerMessage = Type.Object(
  {
    role: Type.Literal('assistant'),
    content: orNull(
      Type.String({ description: 'The text of the answer; `null` where it is only tool calls.' }),
    ),
    refusal: orNull(Type.String({ description: 'What the model refused with.' })),
    annotations: Type.Array(Annotation, { description: 'Sources the answer cites.' }),
    ...reasoningMembers,
    tool_calls: Type.Optional(
      Type.Array(ToolCall, { minItems: 1, description: 'Tools to call; absent where there are none.' }),
    ),
    function_call: Type.Optional(
      Type.Object(
        { name: Type.String(), arguments: Type.String() },
        { ...open, deprecated: true, description: 'Where the request had `functions`.' },
      ),
    ),
  },
  { ...open, title: 'Message of the answer' },
);

export const ChatCompletionSchema = Type.Object(
  {
    id,
    object: Type.Literal('chat.completion'),
    ...envelopeMembers,
    choices: Type.Array(
      Type.Object(
        { index, message: AnswerMessage, logprobs: nullableLogprobs, finish_reason: finishReason },
        open,
      ),
      { minItems: 1, description: 'As many answers as `n` asked for, by `index`.' },
    ),
    usage: Usage,
  },
  { ...open, title: 'Chat completion' },
);

const ToolCallFragment = Type.Object(
  {
    index: Type.Integer({ minimum: 0, description: 'Which call the fragment belongs to.' }),
    id: Type.Optional(Type.String({ description: 'Only in the first fragment of a call.' })),
    type: Type.Optional(oneOf(['function', 'custom'], { description: 'Only in the first fragment.' })),
    function: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(Type.String({ description: 'Only in the first fragment.' })),
          arguments: Type.Optional(Type.String({ description: 'To be put behind what came before.' })),
        },
        open,
      ),
    ),
  },
  { ...open, title: 'Fragment of a tool call' },
);

const Delta = Type.Object(
  {
    role: Type.Optional(oneOf(['assistant'], { description: 'Only in the first chunk of a choice.' })),
    content: Type.Optional(orNull(Type.String({ description: 'To be put behind what came before.' }))),
    refusal: Type.Optional(orNull(Type.String({ description: 'To be put behind what came before.' }))),
    ...reasoningMembers,
    tool_calls: Type.Optional(Type.Array(ToolCallFragment, { minItems: 1 })),
  },
  { ...open, description: 'What is new since the chunk before.' },
);

export const ChatCompletionChunkSchema = Type.Object(
  {
    id,
    object: Type.Literal('chat.completion.chunk'),
    ...envelopeMembers,
    system_fingerprint: Type.Optional(envelopeMembers.system_fingerprint),
    choices: Type.Array(
      Type.Object(
        {
          index,
          delta: Delta,
          logprobs: Type.Optional(nullableLogprobs),
          finish_reason: finishReasonOrNull,
        },
        open,
      ),
      { description: 'Empty in the chunk that tells the usage.' },
    ),
    usage: Type.Optional(
      Type.Unsafe<unknown>({
        anyOf: [Usage, { type: 'null' }],
        description: 'With `stream_options.include_usage` in the last chunk; `null` in those before.',
      }),
    ),
  },
  { ...open, title: 'Chunk of a chat completion' },
);
