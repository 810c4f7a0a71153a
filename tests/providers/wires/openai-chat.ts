// OpenAI's chat completions, as OpenAI, Azure and their like check and write them. CONTRACT sections 1 to 4.
import { done, event, type Json, refusal, whole } from '../../support/scripted-upstream.ts';
import { type Asked, exactlyOne, filled, insist, only, type Said, turn, type Wire } from './wire.ts';

const fields = [
  'model messages stream max_tokens max_completion_tokens temperature top_p frequency_penalty presence_penalty stop tools',
  'tool_choice parallel_tool_calls response_format stream_options reasoning_effort verbosity n logprobs top_logprobs',
  'logit_bias seed metadata store service_tier prediction modalities audio web_search_options safety_identifier',
  'prompt_cache_key prompt_cache_retention prompt_cache_options moderation user functions function_call',
]
  .join(' ')
  .split(' ');

/** `thinks`: whether its model tells its thoughts, as those of DeepSeek and others do and OpenAI's do not. */
export function chatWire(provider: (origin: string) => Json, thinks: boolean): Wire {
  return {
    provider,
    model: 'gpt-4.1',
    read: ({ body, path, headers }) => {
      insist(/\/chat\/completions(?:\?api-version=[\w-]+)?$/.test(path), `no such path: ${path}`);
      insist(headers.authorization ?? headers['api-key'], 'no credentials');
      return read(body, thinks);
    },
    whole: (said, asked) =>
      whole({
        ...headOf(said),
        object: 'chat.completion',
        system_fingerprint: 'fp_1',
        choices: said.choices.map(({ reasoning, tokens, calls, finish }, index) => ({
          index,
          message: {
            role: 'assistant',
            content: calls.length > 0 ? null : tokens.join(''),
            refusal: null,
            annotations: [],
            ...(reasoning ? { reasoning_content: reasoning } : {}),
            ...(calls.length > 0 ? { tool_calls: calls.map(toolCall) } : {}),
          },
          logprobs: logprobsOf(tokens, asked),
          finish_reason: finish,
        })),
        usage: usageOf(said),
      }),
    streamType: 'text/event-stream; charset=utf-8',
    frames: (said, asked) => {
      const chunk = (members: Json) =>
        event({ ...headOf(said), object: 'chat.completion.chunk', ...members });
      const deltas = said.choices.flatMap((choice, index) => choiceDeltas(choice, index, asked));
      return [
        ...deltas.map((choice) => chunk({ choices: [choice], usage: null })),
        chunk({ choices: [], usage: usageOf(said) }),
        done,
      ];
    },
    error: (status, message, param) =>
      refusal(status, { message, param, type: status < 500 ? 'invalid_request_error' : 'server_error' }),
    overloadedFrame: event({ error: { message: 'busy', type: 'server_error', param: null, code: 503 } }),
    garbageFrame: 'data: {"choices": oh no\n\n',
  };
}

export const openaiWire = chatWire((origin) => ({ type: 'openai', base_url: `${origin}/v1` }), false);
export const compatibleWire = chatWire(
  (origin) => ({ type: 'openai-compatible', base_url: `${origin}/v1` }),
  true,
);
export const azureWire = chatWire(
  (origin) => ({ type: 'azure-openai', base_url: `${origin}/openai/v1` }),
  false,
);
/** The deployment is in the path. */
export const datedAzureWire = chatWire(
  (origin) => ({ type: 'azure-openai', base_url: `${origin}/openai`, api_version: '2024-10-21' }),
  false,
);

function read(given: Json, thinks: boolean): Asked {
  insist(given !== undefined, 'We could not parse the JSON body of your request.');
  only(given, fields, 'request');
  // `null` is as good as absent there.
  const body: Json = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  insist(typeof body.model === 'string', 'model: required', 'model');
  insist(!body.stream_options || body.stream, 'stream_options: only with stream', 'stream_options');
  insist(
    !body.tool_choice || body.tools,
    "'tool_choice' is only allowed when 'tools' are specified",
    'tool_choice',
  );
  filled(body.messages, 'messages');
  const schema = body.response_format?.json_schema;
  if (body.response_format?.type === 'json_schema') {
    insist(schema?.name && schema.schema?.type === 'object', 'Invalid schema.', 'response_format');
  }
  checkToolOrder(body.messages);
  const tools = filled<Json>(body.tools, 'tools');
  for (const tool of tools) only(tool, ['type', 'function'], 'tools[]');
  const choice: Json = body.tool_choice ?? 'auto';
  const named: Asked['choice'] =
    typeof choice === 'string' ? (choice as 'auto') : { name: choice.function.name };
  return {
    stream: body.stream === true,
    system: body.messages
      .filter(isSystem)
      .map((message: Json) => textOf(message.content))
      .join('\n'),
    turns: body.messages.filter((message: Json) => !isSystem(message)).map(turnOf),
    tools: tools.map(({ function: { name, parameters } }) => ({ name, parameters })),
    choice: named,
    parallel: body.parallel_tool_calls !== false,
    ...(body.response_format?.type === 'json_object' ? { format: 'object' } : {}),
    ...(schema ? { format: schema.schema } : {}),
    thinks: thinks && (body.reasoning_effort ?? 'none') !== 'none',
    stop: [body.stop ?? []].flat(),
    cap: body.max_completion_tokens ?? body.max_tokens,
    choices: body.n ?? 1,
    ...(body.logprobs ? { logprobs: body.top_logprobs ?? 0 } : {}),
  };
}

const isSystem = ({ role }: Json) => role === 'system' || role === 'developer';

function textOf(content: Json): string {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part) => part.text ?? '').join('');
}

function turnOf({ role, content, tool_calls: calls, tool_call_id: id }: Json) {
  if (role === 'tool') return turn({ role, results: [{ id, text: textOf(content) }] });
  insist(role === 'user' || role === 'assistant', `unknown role '${role}'`);
  return turn({
    role,
    text: textOf(content),
    media: Array.isArray(content) ? content.flatMap(mediaOf) : undefined,
    calls: filled<Json>(calls, 'tool_calls').map((call) => ({
      id: call.id,
      name: call.function.name,
      input: JSON.parse(call.function.arguments),
    })),
  });
}

function mediaOf(part: Json): string[] {
  if (part.type === 'text') return [];
  const kind = exactlyOne(part, ['image_url', 'file', 'input_audio'], 'content part');
  if (kind === 'input_audio') return [`audio/${part.input_audio.format}:${part.input_audio.data}`];
  const url: string = part.image_url?.url ?? part.file.file_data;
  const data = /^data:([^;]+);base64,(.*)$/.exec(url);
  return [data ? `${data[1]}:${data[2]}` : url];
}

/** Every call is answered before the next message that is no answer. */
function checkToolOrder(messages: readonly Json[]): void {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      insist(open.includes(message.tool_call_id), "'tool' must be a response to a preceeding message");
      open = open.filter((id) => id !== message.tool_call_id);
      continue;
    }
    insist(open.length === 0, `tool_call_ids did not have response messages: ${open}`);
    open = (message.tool_calls ?? []).map(({ id }: Json) => id);
  }
}

const headOf = ({ number }: Said) => ({
  id: `chatcmpl-upstream-${number}`,
  created: 1_755_133_833,
  model: 'gpt-4.1-2025-04-14',
});
const toolCall = ({ id, name, input }: Json) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
});

function choiceDeltas(
  { reasoning, tokens, calls, finish }: Said['choices'][number],
  index: number,
  asked: Asked,
): Json[] {
  const delta = (value: Json, members: Json = {}) => ({
    index,
    delta: value,
    finish_reason: null,
    ...members,
  });
  return [
    delta({ role: 'assistant', content: '', refusal: null }),
    ...(reasoning?.match(/\S+\s*/g) ?? []).map((piece) => delta({ reasoning_content: piece })),
    ...tokens.map((content) => delta({ content }, { logprobs: logprobsOf([content], asked) })),
    ...calls
      .map(toolCall)
      .flatMap(({ function: fn, ...call }, place) => [
        delta({ tool_calls: [{ index: place, ...call, function: { name: fn.name, arguments: '' } }] }),
        ...(fn.arguments.match(/.{1,5}/g) ?? []).map((text) =>
          delta({ tool_calls: [{ index: place, function: { arguments: text } }] }),
        ),
      ]),
    delta({}, { finish_reason: finish }),
  ];
}

function logprobsOf(tokens: readonly string[], { logprobs }: Asked): Json {
  if (logprobs === undefined) return null;
  const entry = (token: string, logprob: number) => ({ token, logprob, bytes: [...Buffer.from(token)] });
  const content = tokens.map((token) => ({
    ...entry(token, -0.1),
    top_logprobs: Array.from({ length: logprobs }, (_, rank) =>
      rank === 0 ? entry(token, -0.1) : entry(`other${rank}`, -2 - rank),
    ),
  }));
  return { content, refusal: null };
}

function usageOf({ usage }: Said): Json {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: 0 },
  };
}
