// What answers and chunks of a chat completion have in common, as schemas: token counts, probabilities, citations.
// CONTRACT section 2. The checks of this gateway do not use them; the OpenAPI document and its tests do.
import { Type } from 'typebox';
import { anyObject, oneOf, open } from './schema-forms.ts';

/** There, but may be `null`. */
export function orNull<T extends { readonly type?: unknown }>(schema: T) {
  return Type.Unsafe<unknown>({ ...schema, type: [schema.type, 'null'].flat() });
}

const count = (description: string) => Type.Integer({ minimum: 0, description });

export const Usage = Type.Object(
  {
    prompt_tokens: count('Tokens of the request, cached ones included.'),
    completion_tokens: count('Tokens the model wrote, thoughts included.'),
    total_tokens: count('The sum of both.'),
    prompt_tokens_details: Type.Object(
      {
        cached_tokens: count('Tokens that were read from a cache.'),
        audio_tokens: count('Tokens of sound.'),
        cache_write_tokens: Type.Optional(count('Tokens that were written to a cache.')),
      },
      open,
    ),
    completion_tokens_details: Type.Object(
      {
        reasoning_tokens: count('Tokens of thoughts.'),
        audio_tokens: count('Tokens of sound.'),
        accepted_prediction_tokens: count('Tokens of `prediction` that are in the answer.'),
        rejected_prediction_tokens: count('Tokens of `prediction` that are not.'),
      },
      open,
    ),
  },
  { ...open, title: 'Token usage' },
);

const tokenMembers = {
  token: Type.String({ description: 'The token.' }),
  logprob: Type.Number({ description: 'Natural logarithm of its probability; -9999 is next to impossible.' }),
  bytes: orNull(
    Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { description: 'Its UTF-8 bytes, where known.' }),
  ),
};

export const TokenLogprob = Type.Object(
  {
    ...tokenMembers,
    top_logprobs: Type.Array(Type.Object(tokenMembers, open), {
      description: 'The likeliest tokens at this place; as many as `top_logprobs` asked for.',
    }),
  },
  { ...open, title: 'Probability of a token' },
);

export const Logprobs = Type.Object(
  {
    content: orNull(Type.Array(TokenLogprob, { description: 'Of each token of `content`.' })),
    refusal: orNull(Type.Array(TokenLogprob, { description: 'Of each token of `refusal`.' })),
  },
  { ...open, title: 'Probabilities' },
);

export const Annotation = Type.Object(
  {
    type: Type.String({ description: '`url_citation` for a page that is cited.' }),
    url_citation: Type.Optional(
      Type.Object(
        {
          start_index: Type.Integer({ description: 'First character of `content` that cites.' }),
          end_index: Type.Integer({ description: 'Character behind the last one.' }),
          url: Type.String({ description: 'The page.' }),
          title: Type.String({ description: 'Its title.' }),
        },
        open,
      ),
    ),
  },
  { ...open, title: 'Annotation' },
);

export const finishReasons = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'] as const;
const finishDescription =
  'Why it ended: `stop` (done, or a `stop` text came), `length` (the token limit), `tool_calls` (it waits for tools), `content_filter`, `function_call` (deprecated).';

export const finishReason = oneOf(finishReasons, { description: finishDescription });
/** In chunks. */
export const finishReasonOrNull = Type.Unsafe<unknown>({
  type: ['string', 'null'],
  enum: [...finishReasons, null],
  description: `${finishDescription} \`null\` before the end.`,
});

export const reasoningMembers = {
  reasoning_content: Type.Optional(
    orNull(Type.String({ description: 'What the model thought before it answered, where it tells.' })),
  ),
  reasoning: Type.Optional(
    orNull(Type.String({ description: 'The same under another name, where the operator turned that on.' })),
  ),
  reasoning_details: Type.Optional(
    Type.Array(anyObject(), { description: 'Thoughts as some providers want them back, unchanged.' }),
  ),
};

/** Members of the answer and of every chunk. */
export const envelopeMembers = {
  created: Type.Integer({ minimum: 0, description: 'When it was made: Unix time in seconds.' }),
  model: Type.String({ description: 'The model name of the request.' }),
  service_tier: Type.Optional(
    orNull(Type.String({ description: 'How urgently the provider served the request.' })),
  ),
  system_fingerprint: orNull(
    Type.String({ description: 'What the provider calls the state of its system.' }),
  ),
};
