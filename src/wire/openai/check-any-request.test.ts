// What holds for every request: the whole of the contract is accepted, `null` is absent, and nothing a client sends makes
// the checker throw or name a field that is not there.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toErrorBody } from '../../core/errors.ts';
import { toRequestError } from '../../core/request-error.ts';
import { createChatRequestChecker } from './check-chat-request.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
type Json = any;

const check = createChatRequestChecker();
const breakpoint = { mode: 'explicit', ttl: '12h' };

/** Every field of CONTRACT section 1, each message role and each kind of part. */
const everything = (): Json => ({
  model: 'm',
  messages: [
    { role: 'system', content: 'a', name: 'n' },
    { role: 'developer', content: [{ type: 'text', text: 'b', prompt_cache_breakpoint: breakpoint }] },
    {
      role: 'user',
      name: 'n',
      content: [
        {
          type: 'text',
          text: 'c',
          prompt_cache_breakpoint: { mode: 'explicit', ttl: '30m' },
          cache_control: {},
        },
        {
          type: 'image_url',
          image_url: { url: 'https://a.example/b.png', detail: 'low' },
          prompt_cache_breakpoint: breakpoint,
        },
        { type: 'image_url', image_url: 'data:image/gif;base64,aGVs' },
        {
          type: 'input_audio',
          input_audio: { data: 'aGVs', format: 'mp3' },
          prompt_cache_breakpoint: breakpoint,
        },
        {
          type: 'file',
          file: { file_data: 'data:application/pdf;base64,aGVs', filename: 'a.pdf' },
          prompt_cache_breakpoint: breakpoint,
        },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'd' },
        { type: 'refusal', refusal: 'e' },
      ],
      name: 'n',
      refusal: 'r',
      audio: { id: 'audio-1' },
      reasoning_content: 'thought',
      reasoning: 'thought',
      reasoning_details: [{ type: 'reasoning.text', text: 'thought', signature: 's' }],
      tool_calls: [
        {
          id: 'a',
          type: 'function',
          function: { name: 'f', arguments: '{}' },
          extra_content: { google: { thought_signature: 's' } },
        },
        { id: 'b', type: 'custom', custom: { name: 'g', input: 'x' }, extra_content: {} },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: 'x' },
    { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'y' }] },
    { role: 'assistant', content: 'z', function_call: { name: 'h', arguments: '{}' } },
    { role: 'function', name: 'h', content: 'w' },
  ],
  stream: true,
  stream_options: { include_usage: true, include_obfuscation: false },
  max_completion_tokens: 10,
  max_tokens: 10,
  temperature: 0.5,
  top_p: 0.5,
  frequency_penalty: 0.5,
  presence_penalty: -0.5,
  stop: ['a', 'b'],
  n: 2,
  seed: 7,
  tools: [
    {
      type: 'function',
      function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    },
    { type: 'custom', custom: { name: 'g', description: 'd', format: { type: 'text' } } },
    {
      type: 'custom',
      custom: { name: 'i', format: { type: 'grammar', grammar: { definition: 'x', syntax: 'lark' } } },
    },
  ],
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: {
      mode: 'auto',
      tools: [
        { type: 'function', function: { name: 'f' } },
        { type: 'custom', custom: { name: 'g' } },
      ],
    },
  },
  parallel_tool_calls: false,
  response_format: {
    type: 'json_schema',
    json_schema: { name: 's', description: 'd', schema: { type: 'object' }, strict: true },
  },
  reasoning_effort: 'minimal',
  verbosity: 'low',
  logprobs: true,
  top_logprobs: 3,
  logit_bias: { 1: 5 },
  metadata: { a: 'b' },
  store: true,
  service_tier: 'flex',
  prediction: { type: 'content', content: [{ type: 'text', text: 'p' }] },
  modalities: ['text', 'audio'],
  audio: { voice: { id: 'v' }, format: 'opus' },
  web_search_options: {
    search_context_size: 'low',
    user_location: {
      type: 'approximate',
      approximate: { city: 'c', country: 'AT', region: 'r', timezone: 'Europe/Vienna' },
    },
  },
  safety_identifier: 's',
  prompt_cache_key: 'k',
  prompt_cache_retention: '24h',
  prompt_cache_options: { mode: 'explicit', ttl: '30m' },
  moderation: { model: 'm', policy: { input: { mode: 'score' }, output: { mode: 'block' } } },
  functions: [{ name: 'h', description: 'd', parameters: {} }],
  function_call: { name: 'h' },
  user: 'u',
  top_k: 5,
  chat_template_kwargs: { enable_thinking: false },
});

type Path = readonly (string | number)[];

/** Of every member and element below `value`. */
function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => [[...path, key], ...pathsOf(value[key], [...path, key])]);
}

/** Where an earlier change took the way to the place along, the body stays as it is. */
function set(body: Json, [key, ...rest]: Path, value: Json): Json {
  if (key === undefined) return value;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, key)) return body;
  const copy = Array.isArray(body) ? [...body] : { ...body };
  copy[key] = set(body[key], rest, value);
  return copy;
}

const written = (path: Path) =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${key}` : key),
    '',
  );

test('every field is accepted', () => {
  expect(check(everything())).toBeUndefined();
});

/** Of `everything`: what may be left out. All else is needed. */
const optional = new Set(
  `
  messages[0].name
  messages[1].content[0].prompt_cache_breakpoint
  messages[1].content[0].prompt_cache_breakpoint.ttl
  messages[2].name
  messages[2].content[0].prompt_cache_breakpoint
  messages[2].content[0].prompt_cache_breakpoint.ttl
  messages[2].content[0].cache_control
  messages[2].content[1].image_url.detail
  messages[2].content[1].prompt_cache_breakpoint
  messages[2].content[1].prompt_cache_breakpoint.ttl
  messages[2].content[3].prompt_cache_breakpoint
  messages[2].content[3].prompt_cache_breakpoint.ttl
  messages[2].content[4].file.filename
  messages[2].content[4].prompt_cache_breakpoint
  messages[2].content[4].prompt_cache_breakpoint.ttl
  messages[3].content
  messages[3].name
  messages[3].refusal
  messages[3].audio
  messages[3].reasoning_content
  messages[3].reasoning
  messages[3].reasoning_details
  messages[3].reasoning_details[0].type
  messages[3].reasoning_details[0].text
  messages[3].reasoning_details[0].signature
  messages[3].tool_calls[0].extra_content
  messages[3].tool_calls[0].extra_content.google
  messages[3].tool_calls[0].extra_content.google.thought_signature
  messages[3].tool_calls[1].extra_content
  messages[6].content
  messages[7].content
  stream_options
  stream_options.include_usage
  stream_options.include_obfuscation
  max_completion_tokens
  max_tokens
  temperature
  top_p
  frequency_penalty
  presence_penalty
  stop
  n
  seed
  tools[0].function.description
  tools[0].function.parameters
  tools[0].function.parameters.type
  tools[0].function.strict
  tools[1].custom.description
  tools[1].custom.format
  tools[2].custom.format
  tool_choice
  parallel_tool_calls
  response_format
  response_format.json_schema.description
  response_format.json_schema.schema
  response_format.json_schema.schema.type
  response_format.json_schema.strict
  reasoning_effort
  verbosity
  top_logprobs
  logit_bias
  metadata
  store
  service_tier
  prediction
  modalities
  web_search_options
  web_search_options.search_context_size
  web_search_options.user_location
  web_search_options.user_location.approximate.city
  web_search_options.user_location.approximate.country
  web_search_options.user_location.approximate.region
  web_search_options.user_location.approximate.timezone
  safety_identifier
  prompt_cache_key
  prompt_cache_retention
  prompt_cache_options
  prompt_cache_options.mode
  prompt_cache_options.ttl
  moderation
  moderation.policy
  moderation.policy.input
  moderation.policy.output
  functions[0].description
  functions[0].parameters
  function_call
  user
  top_k
  chat_template_kwargs
  chat_template_kwargs.enable_thinking
  `.match(/\S+/g),
);

/** Optional too, but something else in `everything` needs it, and says so. */
const neededBy: Readonly<Record<string, string>> = {
  stream: 'stream_options',
  logprobs: 'top_logprobs',
  tools: 'tool_choice',
  functions: 'function_call',
  'messages[3].tool_calls': 'messages[4].role',
  'messages[6].function_call': 'messages[7].role',
  'messages[2].content[4].file.file_data': 'messages[2].content[4].file.file_id',
};

describe('null counts as absent', () => {
  test.each(pathsOf(everything()).map((path) => [written(path), path] as const))('%s', (name, path) => {
    const problem = check(set(everything(), path, null));
    expect(problem?.param).toBe(optional.has(name) ? undefined : (neededBy[name] ?? name));
  });
});

/** Names without a dot or bracket, so that a path can be read back. */
const name = fc.stringMatching(/^\w{1,8}$/);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true }),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const anything = fc.oneof(
  json,
  fc.constantFrom(
    null,
    '',
    'a',
    'auto',
    'data:image/png;base64,',
    -1,
    0,
    0.5,
    2 ** 64,
    Number.POSITIVE_INFINITY,
    [],
    {},
    { type: 'function' },
    { type: 'text', text: 'x' },
    { role: 'tool', tool_call_id: 'q', content: 'x' },
    [null],
    JSON.parse('{"__proto__":{"type":"text"},"constructor":1}') as Json,
  ),
);

describe('whatever a client sends', () => {
  /** The problem, if its body can be sent and its param leads to something. */
  function examine(body: Json): void {
    const problem = check(body);
    if (!problem) return;
    const { error } = toErrorBody(toRequestError(problem));
    expect(error.message).not.toMatch(/\{\w+\}|undefined|\[object/);
    expect(error.message.isWellFormed()).toBe(true);
    if (problem.param === '') return;
    const steps = problem.param.split(/\.|\[(\d+)\]/).filter((step) => step !== undefined && step !== '');
    const last = steps.pop() ?? '';
    let parent = body;
    for (const step of steps) {
      expect(Object.hasOwn(parent, step), `${problem.param} of ${JSON.stringify(body)}`).toBe(true);
      parent = parent[step];
    }
    const there = Object.hasOwn(parent, last);
    const nothing = !there || parent[last] === null;
    if (problem.code === 'missing_required_parameter') expect(nothing).toBe(true);
    else expect(there, `${problem.param} of ${JSON.stringify(body)}`).toBe(true);
  }

  test('in the place of any part of a request', () => {
    const paths = pathsOf(everything());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...paths), anything), { minLength: 1, maxLength: 3 }),
        (changes) => {
          let body = everything();
          for (const [path, value] of changes) body = set(body, path, value);
          examine(body);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('as a whole', () => {
    fc.assert(
      fc.property(anything, (body) => examine(body)),
      { numRuns: 2000 },
    );
  });

  test('with members left out', () => {
    for (const path of pathsOf(everything())) {
      const last = path.at(-1) as string | number;
      if (typeof last === 'number') continue;
      const body = everything();
      const parent = path.slice(0, -1).reduce<Json>((value, key) => value[key], body);
      delete parent[last];
      examine(body);
    }
  });
});
