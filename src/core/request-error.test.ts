// The sentences that clients read, whole: what the checker finds and what the catalogue makes of it. CONTRACT section 4.
import { describe, expect, test } from 'vitest';
import { createChatRequestChecker } from '../wire/openai/check-chat-request.ts';
import { toErrorBody } from './errors.ts';
import { toRequestError } from './request-error.ts';

const check = createChatRequestChecker();
const user = { role: 'user', content: 'Hi' };
const tool = { type: 'function', function: { name: 'f' } };
const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const part = (value: object) => ({ messages: [user, { role: 'user', content: [value] }] });
const image = (url: unknown) => part({ type: 'image_url', image_url: { url } });
const audio = (data: unknown, format: unknown = 'wav') =>
  part({ type: 'input_audio', input_audio: { data, format } });
const file = (value: object) => part({ type: 'file', file: value });

/** The error body for a request with these members; `undefined` where it is right. */
function refusal(members: object) {
  const problem = check({ model: 'm', messages: [user], ...members });
  if (!problem) return undefined;
  const error = toRequestError(problem);
  expect(error.status).toBe(400);
  const body = toErrorBody(error).error;
  expect(body.type).toBe('invalid_request_error');
  expect(body.message).not.toMatch(/\{\w+\}|undefined|\[object/);
  return body;
}

describe('missing', () => {
  test.each<[object, string]>([
    [{ messages: undefined }, 'messages'],
    [{ messages: null }, 'messages'],
    [{ model: undefined }, 'model'],
    [{ model: null }, 'model'],
    [{ messages: [{}] }, 'messages[0].role'],
    [{ messages: [user, { role: 'user' }] }, 'messages[1].content'],
    [{ messages: [{ role: 'assistant' }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{}] }] }, 'messages[0].content[0].type'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [part({ type: 'image_url' }), 'messages[1].content[0].image_url'],
    [part({ type: 'image_url', image_url: {} }), 'messages[1].content[0].image_url.url'],
    [part({ type: 'file', file: {} }), 'messages[1].content[0].file.file_id'],
    [
      part({ type: 'input_audio', input_audio: { data: 'AAAA' } }),
      'messages[1].content[0].input_audio.format',
    ],
    [{ tools: [tool, { type: 'function' }] }, 'tools[1].function'],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
    [{ functions: [{ parameters: {} }] }, 'functions[0].name'],
    [{ tools: [tool], tool_choice: { type: 'function', function: {} } }, 'tool_choice.function.name'],
    [{ response_format: {} }, 'response_format.type'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ moderation: {} }, 'moderation.model'],
    [{ modalities: ['text', 'audio'] }, 'audio'],
    [{ prediction: { type: 'content' } }, 'prediction.content'],
  ])('%j', (members, param) => {
    expect(refusal(members)).toEqual({
      message: `Missing required parameter: '${param}'.`,
      type: 'invalid_request_error',
      code: 'missing_required_parameter',
      param,
    });
  });
});

describe('of another type', () => {
  test.each<[object, string, string]>([
    [{ temperature: 'hot' }, 'temperature', 'a decimal, but got a string'],
    [{ n: '2' }, 'n', 'an integer, but got a string'],
    [{ seed: 1.5 }, 'seed', 'an integer, but got a decimal number'],
    [{ store: 'yes' }, 'store', 'a boolean, but got a string'],
    [{ user: { a: 1 } }, 'user', 'a string, but got an object'],
    [{ tools: 'none' }, 'tools', 'an array of objects, but got a string'],
    [{ messages: 'ping' }, 'messages', 'an array of objects, but got a string'],
    [{ messages: ['ping'] }, 'messages[0]', 'an object, but got a string'],
    [
      { messages: [{ role: 'user', content: 7 }] },
      'messages[0].content',
      'one of a string or array of objects, but got an integer',
    ],
    [
      { messages: [{ role: 'user', content: null }] },
      'messages[0].content',
      'one of a string or array of objects, but got null',
    ],
    [
      { messages: [{ role: 'assistant', content: null }] },
      'messages[0].content',
      'one of a string or array of objects, but got null',
    ],
    [{ stop: 7 }, 'stop', 'one of a string or array of strings, but got an integer'],
    [{ stop: ['a', 7] }, 'stop[1]', 'a string, but got an integer'],
    [{ metadata: { k: 7 } }, 'metadata.k', 'a string, but got an integer'],
    [{ response_format: 'json' }, 'response_format', 'an object, but got a string'],
    [
      { prompt_cache_retention: { a: 1 } },
      'prompt_cache_retention',
      "one of 'in_memory' or '24h', but got an object",
    ],
    [{ tool_choice: 7 }, 'tool_choice', "one of 'none', 'auto', or 'required' or object, but got an integer"],
    [
      { messages: [{ role: 7 }] },
      'messages[0].role',
      "one of 'system', 'developer', 'assistant', 'user', 'function', or 'tool', but got an integer",
    ],
    [
      { max_tokens: Number.POSITIVE_INFINITY },
      'max_tokens',
      'an integer, but got a number too large for a double',
    ],
    [image(7), 'messages[1].content[0].image_url.url', 'a string, but got an integer'],
    [
      part({ type: 'image_url', image_url: 7 }),
      'messages[1].content[0].image_url',
      'one of an object or string, but got an integer',
    ],
    [{ logit_bias: { 5: 'x' } }, 'logit_bias.5', 'a decimal, but got a string'],
    [
      { reasoning_effort: {} },
      'reasoning_effort',
      "one of 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', or 'max', but got an object",
    ],
  ])('%j', (members, param, what) => {
    expect(refusal(members)).toEqual({
      message: `Invalid type for '${param}': expected ${what} instead.`,
      type: 'invalid_request_error',
      code: 'invalid_type',
      param,
    });
  });
});

describe('no such value', () => {
  test.each<[object, string, string]>([
    [
      { messages: [{ role: 'bogus', content: 'x' }] },
      'messages[0].role',
      "'system', 'developer', 'assistant', 'user', 'function', and 'tool'",
    ],
    [{ verbosity: 'bogus' }, 'verbosity', "'low', 'medium', and 'high'"],
    [{ service_tier: 'bogus' }, 'service_tier', "'auto', 'default', 'flex', 'scale', 'priority', and 'fast'"],
    [
      { response_format: { type: 'bogus' } },
      'response_format.type',
      "'text', 'json_object', and 'json_schema'",
    ],
    [{ tools: [tool], tool_choice: 'bogus' }, 'tool_choice', "'none', 'auto', and 'required'"],
    [
      { tools: [tool], tool_choice: { type: 'bogus' } },
      'tool_choice.type',
      "'function', 'custom', and 'allowed_tools'",
    ],
    [{ tools: [{ type: 'bogus' }] }, 'tools[0].type', "'function' and 'custom'"],
    [
      part({ type: 'bogus' }),
      'messages[1].content[0].type',
      "'text', 'image_url', 'input_audio', and 'file'",
    ],
    [audio('AAAA', 'bogus'), 'messages[1].content[0].input_audio.format', "'wav' and 'mp3'"],
    [{ modalities: ['bogus'] }, 'modalities[0]', "'text' and 'audio'"],
    [{ prediction: { type: 'bogus', content: '' } }, 'prediction.type', "'content'"],
    [{ prompt_cache_options: { ttl: 'bogus' } }, 'prompt_cache_options.ttl', "'30m'"],
    [
      { web_search_options: { search_context_size: 'bogus' } },
      'web_search_options.search_context_size',
      "'low', 'medium', and 'high'",
    ],
  ])('%j', (members, param, supported) => {
    expect(refusal(members)).toEqual({
      message: `Invalid value: 'bogus'. Supported values are: ${supported}.`,
      type: 'invalid_request_error',
      code: 'invalid_value',
      param,
    });
  });
});

describe('out of range', () => {
  test.each<[object, string, string, string]>([
    [
      { n: 130 },
      'integer_above_max_value',
      'n',
      'integer above maximum value. Expected a value <= 128, but got 130 instead.',
    ],
    [
      { n: 0 },
      'integer_below_min_value',
      'n',
      'integer below minimum value. Expected a value >= 1, but got 0 instead.',
    ],
    [
      { max_tokens: 0 },
      'integer_below_min_value',
      'max_tokens',
      'integer below minimum value. Expected a value >= 1, but got 0 instead.',
    ],
    [
      { max_completion_tokens: -5 },
      'integer_below_min_value',
      'max_completion_tokens',
      'integer below minimum value. Expected a value >= 1, but got -5 instead.',
    ],
    [
      { top_logprobs: 21, logprobs: true },
      'integer_above_max_value',
      'top_logprobs',
      'integer above maximum value. Expected a value <= 20, but got 21 instead.',
    ],
    [
      { temperature: 2.1 },
      'decimal_above_max_value',
      'temperature',
      'decimal above maximum value. Expected a value <= 2, but got 2.1 instead.',
    ],
    [
      { temperature: Number.POSITIVE_INFINITY },
      'decimal_above_max_value',
      'temperature',
      'decimal above maximum value. Expected a value <= 2, but got a number too large for a double instead.',
    ],
    [
      { presence_penalty: Number.NEGATIVE_INFINITY },
      'decimal_below_min_value',
      'presence_penalty',
      'decimal below minimum value. Expected a value >= -2, but got a number too large for a double instead.',
    ],
    [
      { top_p: -0.5 },
      'decimal_below_min_value',
      'top_p',
      'decimal below minimum value. Expected a value >= 0, but got -0.5 instead.',
    ],
    [
      { frequency_penalty: 2.5 },
      'decimal_above_max_value',
      'frequency_penalty',
      'decimal above maximum value. Expected a value <= 2, but got 2.5 instead.',
    ],
    [
      { seed: 2 ** 64 },
      'integer_above_max_value',
      'seed',
      'integer above maximum value. Expected a value <= 9223372036854775807, but got 18446744073709551616 instead.',
    ],
    [
      { seed: -(2 ** 64) },
      'integer_below_min_value',
      'seed',
      'integer below minimum value. Expected a value >= -9223372036854775808, but got -18446744073709551616 instead.',
    ],
    [
      { logit_bias: { 5: 101 } },
      'decimal_above_max_value',
      'logit_bias.5',
      'decimal above maximum value. Expected a value <= 100, but got 101 instead.',
    ],
    [
      { messages: [] },
      'empty_array',
      'messages',
      'empty array. Expected an array with minimum length 1, but got an empty array instead.',
    ],
    [
      { tools: [] },
      'empty_array',
      'tools',
      'empty array. Expected an array with minimum length 1, but got an empty array instead.',
    ],
    [
      { functions: [] },
      'empty_array',
      'functions',
      'empty array. Expected an array with minimum length 1, but got an empty array instead.',
    ],
    [
      { stop: [] },
      'empty_array',
      'stop',
      'empty array. Expected an array with minimum length 1, but got an empty array instead.',
    ],
    [
      { messages: [user, { role: 'assistant', content: null, tool_calls: [] }] },
      'empty_array',
      'messages[1].tool_calls',
      'empty array. Expected an array with minimum length 1, but got an empty array instead.',
    ],
    [
      { messages: [{ role: 'user', content: [] }] },
      'empty_array',
      'messages[0].content',
      'empty array. Expected an array with minimum length 1, but got an empty array instead.',
    ],
    [
      { tools: Array(129).fill(tool) },
      'array_above_max_length',
      'tools',
      'array too long. Expected an array with maximum length 128, but got an array with length 129 instead.',
    ],
    [
      { functions: Array(129).fill({ name: 'f' }) },
      'array_above_max_length',
      'functions',
      'array too long. Expected an array with maximum length 128, but got an array with length 129 instead.',
    ],
    [
      { stop: ['a', 'b', 'c', 'd', 'e'] },
      'array_above_max_length',
      'stop',
      'array too long. Expected an array with maximum length 4, but got an array with length 5 instead.',
    ],
    [
      { safety_identifier: 'é'.repeat(129) },
      'string_above_max_length',
      'safety_identifier',
      'string too long. Expected a string with maximum length 128, but got a string with length 129 instead.',
    ],
    [
      { metadata: { k: '😀'.repeat(513) } },
      'string_above_max_length',
      'metadata.k',
      'string too long. Expected a string with maximum length 512, but got a string with length 513 instead.',
    ],
    [
      { tools: [{ type: 'function', function: { name: 'f'.repeat(65) } }] },
      'string_above_max_length',
      'tools[0].function.name',
      'string too long. Expected a string with maximum length 64, but got a string with length 65 instead.',
    ],
    [
      { model: '' },
      'empty_string',
      'model',
      'empty string. Expected a string with minimum length 1, but got an empty string instead.',
    ],
    [
      { tools: [{ type: 'function', function: { name: 'a b' } }] },
      'invalid_value',
      'tools[0].function.name',
      "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'ä' } } },
      'invalid_value',
      'response_format.json_schema.name',
      "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    ],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v'])) },
      'object_above_max_properties',
      'metadata',
      'too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.',
    ],
  ])('%j', (members, code, param, what) => {
    const message = `Invalid '${param}': ${what}`;
    expect(refusal(members)).toEqual({ message, type: 'invalid_request_error', code, param });
  });

  test('edges are in', () => {
    for (const members of [
      { n: 128 },
      { seed: 2 ** 63 },
      { seed: -(2 ** 63) },
      { temperature: 0, top_p: 1, frequency_penalty: -2, presence_penalty: 2 },
      { top_logprobs: 0, logprobs: true },
      { tools: Array(128).fill(tool) },
      { metadata: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'v'])) },
      { metadata: { ['k'.repeat(64)]: '😀'.repeat(512) } },
      { safety_identifier: 'x'.repeat(128) },
      { logit_bias: { 5: -100, 6: 100, 7: 0.5 } },
    ]) {
      expect(refusal(members)).toBeUndefined();
    }
  });

  test('names of members', () => {
    expect(refusal({ metadata: { ['k'.repeat(70)]: 'v' } })).toMatchObject({
      message: `Invalid property name in 'metadata': '${'k'.repeat(57)}…' is too long. Expected a string with maximum length 64, but got a string with length 70 instead.`,
      code: 'property_name_above_max_length',
      param: `metadata.${'k'.repeat(70)}`,
    });
    expect(refusal({ logit_bias: { foo: 0 } })).toMatchObject({
      code: 'invalid_value',
      param: 'logit_bias.foo',
    });
    expect(refusal({ metadata: { ['k'.repeat(100_000)]: 'v' } })?.param?.length).toBeLessThan(200);
  });
});

describe('images, sounds, files', () => {
  const url = 'messages[1].content[0].image_url.url';
  const anImage =
    "a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=')";
  test.each<[string, object, string, string]>([
    [
      'no URL',
      image('aGVsbG8='),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got a value without the 'data:' prefix.`,
    ],
    [
      'empty',
      image(''),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got a value without the 'data:' prefix.`,
    ],
    [
      'a path',
      image('file:///etc/passwd'),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got a value without the 'data:' prefix.`,
    ],
    [
      'not base64',
      image('data:image/png,abc'),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got a value without the ';base64' separator.`,
    ],
    [
      'no image',
      image('data:application/pdf;base64,aGVsbG8='),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got unsupported MIME type 'application/pdf'.`,
    ],
    [
      'a drawing',
      image('data:image/svg+xml;base64,aGVsbG8='),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got unsupported MIME type 'image/svg+xml'.`,
    ],
    [
      'nothing',
      image('data:image/png;base64,'),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got empty base64-encoded bytes.`,
    ],
    [
      'cut off',
      image('data:image/png;base64,aGVsbG8'),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got an invalid base64-encoded value.`,
    ],
    [
      'another alphabet',
      image('data:image/png;base64,aGVs-_8='),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got an invalid base64-encoded value.`,
    ],
    [
      'line breaks',
      image('data:image/png;base64,aGVs\nbG8='),
      url,
      `image URL: '${url}'. Expected ${anImage}, but got an invalid base64-encoded value.`,
    ],
    [
      'no host',
      image('https://'),
      url,
      `image URL: '${url}'. Expected a valid URL, but got a value with an invalid format.`,
    ],
    [
      'as a bare string',
      part({ type: 'image_url', image_url: 'nonsense' }),
      'messages[1].content[0].image_url',
      `image URL: 'messages[1].content[0].image_url'. Expected ${anImage}, but got a value without the 'data:' prefix.`,
    ],
    [
      'a sound with prefix',
      audio('data:audio/wav;base64,aGVsbG8='),
      'messages[1].content[0].input_audio.data',
      "audio data: 'messages[1].content[0].input_audio.data'. Expected base64-encoded bytes without a 'data:' prefix, but got an invalid base64-encoded value.",
    ],
    [
      'an empty sound',
      audio(''),
      'messages[1].content[0].input_audio.data',
      "audio data: 'messages[1].content[0].input_audio.data'. Expected base64-encoded bytes without a 'data:' prefix, but got empty base64-encoded bytes.",
    ],
    [
      'a file without prefix',
      file({ file_data: 'aGVsbG8=', filename: 'a.pdf' }),
      'messages[1].content[0].file.file_data',
      "file data: 'messages[1].content[0].file.file_data'. Expected a base64-encoded data URL with a MIME type (e.g. 'data:application/pdf;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.",
    ],
    [
      'a file without type',
      file({ file_data: 'data:;base64,aGVsbG8=' }),
      'messages[1].content[0].file.file_data',
      "file data: 'messages[1].content[0].file.file_data'. Expected a base64-encoded data URL with a MIME type (e.g. 'data:application/pdf;base64,aW1nIGJ5dGVzIGhlcmU='), but got unsupported MIME type ''.",
    ],
  ])('%s', (_, members, param, message) => {
    expect(refusal(members)).toEqual({
      message: `Invalid ${message}`,
      type: 'invalid_request_error',
      code: 'invalid_value',
      param,
    });
  });

  test.each<[string, object]>([
    ['https', image('https://example.org/a.png?x=1')],
    ['http', image('http://example.org/a')],
    ['png', image('data:image/png;base64,aGVsbG8=')],
    ['other case, a parameter', image('DATA:image/JPEG;name=a.jpg;Base64,aGVs')],
    ['jpg', image('data:image/jpg;base64,aGVs')],
    ['bare', part({ type: 'image_url', image_url: 'data:image/webp;base64,aGVs' })],
    ['detail', part({ type: 'image_url', image_url: { url: 'https://a.example/', detail: 'original' } })],
    ['detail null', part({ type: 'image_url', image_url: { url: 'https://a.example/', detail: null } })],
    ['a sound', audio('aGVsbG8=', 'mp3')],
    ['a file', file({ file_data: 'data:application/pdf;base64,aGVsbG8=', filename: 'a.pdf' })],
    ['a table', file({ file_data: 'data:text/csv;charset=utf-8;base64,aGVsbG8=', file_id: null })],
    ['a file by id', file({ file_id: 'file-1' })],
  ])('%s is right', (_, members) => {
    expect(refusal(members)).toBeUndefined();
  });
});

describe('between fields', () => {
  const assistant = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map(call) });
  const answer = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'x' });
  const unanswered = (ids: string) =>
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`;
  test.each<[string, object, string, string]>([
    [
      'stream options',
      { stream_options: {} },
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    ],
    [
      'top logprobs',
      { top_logprobs: 1 },
      'top_logprobs',
      "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
    ],
    [
      'a tool without tools',
      { tool_choice: 'required' },
      'tool_choice',
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    ],
    [
      'a named tool without tools',
      { tool_choice: tool },
      'tool_choice',
      "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    ],
    [
      'a tool that is not there',
      { tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } },
      'tool_choice',
      "Invalid value for 'tool_choice': no tool named 'g' was specified in the 'tools' parameter.",
    ],
    [
      'a custom tool that is a function',
      { tools: [tool], tool_choice: { type: 'custom', custom: { name: 'f' } } },
      'tool_choice',
      "Invalid value for 'tool_choice': no tool named 'f' was specified in the 'tools' parameter.",
    ],
    [
      'allowed tools',
      {
        tools: [tool],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [tool, { type: 'function', function: { name: 'g' } }] },
        },
      },
      'tool_choice',
      "Invalid value for 'tool_choice': no tool named 'g' was specified in the 'tools' parameter.",
    ],
    [
      'a function call without functions',
      { function_call: { name: 'f' } },
      'function_call',
      "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.",
    ],
    [
      'a function that is not there',
      { functions: [{ name: 'f' }], function_call: { name: 'g' } },
      'function_call',
      "Invalid value for 'function_call': no function named 'g' was specified in the 'functions' parameter.",
    ],
    [
      'an orphan tool message',
      { messages: [user, answer('a')] },
      'messages[1].role',
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    ],
    [
      'an answer to another call',
      { messages: [user, assistant('a'), answer('b')] },
      'messages[2].role',
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    ],
    [
      'an answer too late',
      { messages: [user, assistant('a'), answer('a'), user, answer('a')] },
      'messages[4].role',
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    ],
    [
      'an orphan function message',
      { messages: [user, { role: 'function', name: 'f', content: 'x' }] },
      'messages[1].role',
      "Invalid parameter: messages with role 'function' must be a response to a preceeding message with 'function_call'.",
    ],
    [
      'a call unanswered',
      { messages: [user, assistant('a', 'b'), answer('b'), user] },
      'messages[1].tool_calls',
      unanswered('a'),
    ],
    [
      'calls unanswered at the end',
      { messages: [user, assistant('a', 'b')] },
      'messages[1].tool_calls',
      unanswered('a, b'),
    ],
    [
      'the next turn answers nothing',
      { messages: [assistant('a'), assistant('b'), answer('b')] },
      'messages[0].tool_calls',
      unanswered('a'),
    ],
  ])('%s', (_, members, param, message) => {
    expect(refusal(members)).toEqual({ message, type: 'invalid_request_error', code: null, param });
  });

  test.each<[string, object]>([
    ['tool_choice none and auto without tools', { tool_choice: 'none' }],
    ['tool_choice auto without tools', { tool_choice: 'auto' }],
    ['parallel_tool_calls without tools', { parallel_tool_calls: false }],
    [
      'calls and answers',
      { messages: [user, assistant('a', 'b'), answer('b'), answer('a'), assistant('c'), answer('c'), user] },
    ],
    ['two answers of one call', { messages: [user, assistant('a'), answer('a'), answer('a')] }],
    [
      'a function and its answer',
      {
        messages: [
          user,
          { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
          { role: 'function', name: 'f', content: null },
        ],
      },
    ],
    [
      'allowed tools',
      {
        tools: [tool],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [tool] } },
      },
    ],
    ['options of a stream that is off, null', { stream: false, stream_options: null }],
    ['a spoken answer', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }],
    ['a voice of one’s own', { modalities: ['audio'], audio: { voice: { id: 'v' }, format: 'pcm16' } }],
  ])('%s is right', (_, members) => {
    expect(refusal(members)).toBeUndefined();
  });
});

test('what a client sent is shown short and well-formed', () => {
  for (const members of [
    { service_tier: 'x'.repeat(10_000) },
    { verbosity: `${'x'.repeat(56)}😀😀` },
    { verbosity: '\ud800' },
    { tools: [tool], tool_choice: { type: 'function', function: { name: 'x'.repeat(10_000) } } },
    {
      messages: [
        user,
        {
          role: 'assistant',
          content: null,
          tool_calls: Array.from({ length: 1000 }, (_, index) => call(`${'x'.repeat(5000)}${index}`)),
        },
      ],
    },
  ]) {
    const message = refusal(members)?.message ?? '';
    expect(message.length).toBeGreaterThan(20);
    expect(message.length).toBeLessThan(1000);
    expect(message.isWellFormed()).toBe(true);
  }
});
