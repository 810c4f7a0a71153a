import { describe, expect, test } from 'vitest';
import { mapError as mapAnthropicError, mapErrorEvent as mapAnthropicEvent } from '../anthropic/map-error.ts';
import { mapError as mapGeminiError } from '../gemini/map-error.ts';
import { mapErrorEvent as mapResponsesEvent } from '../openai/map-error.ts';
import { overflowOf } from './context-overflow.ts';
import { mapError, mapErrorMember } from './map-error.ts';

/** What each server says, and the limit in it. */
const said: readonly (readonly [server: string, message: string, limit: number | undefined])[] = [
  [
    'OpenAI',
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.",
    8192,
  ],
  [
    'OpenAI, Responses',
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
    undefined,
  ],
  ['Anthropic', 'prompt is too long: 213492 tokens > 200000 maximum', 200_000],
  [
    'Anthropic, with the cap',
    'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again',
    200_000,
  ],
  [
    'Gemini',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    1_048_576,
  ],
  [
    'Gemini, before',
    'The input token count exceeds the maximum number of tokens allowed 1048576.',
    1_048_576,
  ],
  [
    'Vertex',
    'Unable to submit request because the input token count is 40000 but the model only supports up to 32768. Reduce the input token count and try again.',
    32_768,
  ],
  [
    'vLLM',
    "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens (112946 in the messages, 10000 in the completion). Please reduce the length of the messages or completion.",
    16_384,
  ],
  [
    'vLLM, the cap',
    "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 65536 tokens and your request has 57879 input tokens (8192 > 65536 - 57879). None",
    65_536,
  ],
  [
    'vLLM, the engine',
    'The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller than the number of text tokens.',
    4096,
  ],
  ['SGLang', "The input (5000 tokens) is longer than the model's context length (4096 tokens).", 4096],
  [
    'SGLang, with the cap',
    "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 5000 tokens: 4000 tokens from the input messages and 1000 tokens for the completion.",
    4096,
  ],
  [
    'llama.cpp',
    'request (13392 tokens) exceeds the available context size (8192 tokens), try increasing it',
    8192,
  ],
  ['llama.cpp, before', 'the request exceeds the available context size, try increasing it', undefined],
  ['Ollama', 'prompt too long; exceeded max context length by 512 tokens', undefined],
  [
    'LM Studio',
    'Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded with context length of only 7866 tokens, which is not enough.',
    7866,
  ],
  [
    'Mistral',
    'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    32_768,
  ],
  ['Groq', 'Please reduce the length of the messages or completion.', undefined],
  [
    'DeepSeek',
    "This model's maximum context length is 131072 tokens. However, you requested 150000 tokens (149000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion.",
    131_072,
  ],
  ['xAI', "This model's maximum prompt length is 131072 but the request contains 537812 tokens.", 131_072],
  [
    'Together',
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000',
    4097,
  ],
  ['Fireworks', 'The prompt is too long: 150000, model maximum context length: 131071', 131_071],
  [
    'OpenRouter',
    "This endpoint's maximum context length is 131,072 tokens. However, you requested about 150,000 tokens.",
    131_072,
  ],
  ['Moonshot', 'Invalid request: Your request exceeded model token limit: 131072', 131_072],
];

test.each(said)('%s: %s', (_, message, limit) => {
  expect(overflowOf(message, undefined)).toEqual({ limit });
});

test.each([
  'Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000, Used 20000, Requested 15000.',
  'Request too large for model `llama-3.3-70b` on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size and try again.',
  'max_tokens is too large: 999999. This model supports at most 16384 completion tokens, whereas you provided 999999.',
  "Invalid 'messages[0].name': string too long. Expected a string with maximum length 64.",
  'Image exceeds the maximum size of 5 MB.',
  'stop: too many sequences',
])('no overflow: %s', (message) => {
  expect(overflowOf(message, undefined)).toBeUndefined();
});

const overflow = { status: 400, wireCode: 'context_length_exceeded', param: 'messages' };
const body = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('the client gets the code, the param and the limit in the words it looks for', () => {
  test('OpenAI and its like, whatever code and type they give', () => {
    const said =
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion).";
    for (const value of [
      { object: 'error', message: said, type: 'BadRequestError', param: null, code: 400 },
      { error: { message: said, type: 'BadRequestError', param: null, code: 400 } },
      { error: { message: said, type: 'invalid_request_error', code: 'invalid_request_error' } },
    ]) {
      const error = mapError(400, {}, body(value));
      expect(error).toMatchObject(overflow);
      expect(error.message).toBe(`The model provider rejected the request: ${said}`);
    }
  });

  test('llama.cpp tells by its type, and the limit in a field', () => {
    const message = 'the request exceeds the available context size, try increasing it';
    const type = 'exceed_context_size_error';
    const error = mapError(400, {}, body({ error: { code: 400, message, type, n_ctx: 4096 } }));
    expect(error).toMatchObject(overflow);
    expect(error.message).toContain('maximum context length is 4096 tokens');
    expect(error.message).toContain(message);
    const other = mapError(400, {}, body({ error: { code: 400, message: 'Too much.', type, n_ctx: 512 } }));
    expect(other).toMatchObject(overflow);
  });

  test.each([
    ['Anthropic', mapAnthropicError, { type: 'error' }, 'invalid_request_error'],
    ['Gemini', mapGeminiError, {}, undefined],
  ] as const)('%s', (_, map, outer, type) => {
    for (const [server, message, limit] of said) {
      const error = map(400, {}, body({ ...outer, error: { type, message, status: 'INVALID_ARGUMENT' } }));
      expect([server, error.wireCode, error.param]).toEqual([server, 'context_length_exceeded', 'messages']);
      if (limit !== undefined) expect(error.message).toMatch(/maximum context length is [\d,]+ tokens/);
    }
  });

  test('in a stream that has begun', () => {
    const message = 'prompt is too long: 213492 tokens > 200000 maximum';
    const type = 'invalid_request_error';
    for (const error of [
      mapErrorMember({ message, type }),
      mapErrorMember({ message, code: 400 }),
      mapAnthropicEvent({ message, type }),
      mapResponsesEvent({ error: { message, code: 'context_length_exceeded', param: 'input' } }),
    ]) {
      expect(error).toMatchObject(overflow);
      expect(error.message).toContain('maximum context length is 200000 tokens');
    }
  });

  test('a limit of the rate stays one', () => {
    const message =
      'Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce the length of the messages.';
    const error = mapError(
      413,
      {},
      body({ error: { message, type: 'tokens', code: 'rate_limit_exceeded' } }),
    );
    expect(error.wireCode).toBe('rate_limit_exceeded');
  });
});
