// OpenAI's Responses API as its reference and its error messages describe it. CONTRACT section 5c.
import { createHash } from 'node:crypto';
import { event, type Json, refusal, whole } from '../../support/scripted-upstream.ts';
import {
  type Asked,
  base64,
  checkType,
  filled,
  halves,
  insist,
  only,
  type Said,
  turn,
  type Wire,
} from './wire.ts';

const fields = [
  'model input instructions stream stream_options store reasoning include max_output_tokens tools tool_choice text',
  'parallel_tool_calls temperature top_p metadata service_tier safety_identifier user prompt_cache_key truncation',
  'prompt_cache_retention prompt_cache_options moderation top_logprobs previous_response_id background',
]
  .join(' ')
  .split(' ');

export const responsesWire: Wire = {
  provider: (origin) => ({
    type: 'openai',
    base_url: `${origin}/v1`,
    capabilities: { responses: 'always' },
  }),
  model: 'gpt-5.1',
  read({ body, path, headers }) {
    insist(path === '/v1/responses', `no such path: ${path}`);
    insist(headers.authorization, 'no credentials');
    return read(body);
  },
  whole: (said) => whole(ended(said)),
  streamType: 'text/event-stream; charset=utf-8',
  frames(said) {
    const response = ended(said);
    const items: Json[] = response.output;
    return [
      named('response.created', {
        response: { ...response, status: 'in_progress', output: [], usage: null },
      }),
      named('response.in_progress', {
        response: { ...response, status: 'in_progress', output: [], usage: null },
      }),
      ...items.flatMap(itemFrames),
      named(`response.${response.status}`, { response }),
    ];
  },
  error: (status, message, param) =>
    refusal(status, { message, param, type: status < 500 ? 'invalid_request_error' : 'server_error' }),
  overloadedFrame: named('error', { code: 'server_is_overloaded', message: 'busy', param: null }),
  garbageFrame: 'event: response.output_text.delta\ndata: {"type": oh no\n\n',
};

function named(type: string, members: Json): string {
  return `event: ${type}\n${event({ type, sequence_number: 1, ...members })}`;
}

/** Only what it encrypted itself is taken back. */
const encrypt = (text: string) => createHash('sha256').update(`responses ${text}`).digest('base64');

function ended({ number, choices: [choice], usage }: Said): Json {
  const { reasoning, tokens, calls, finish } = choice as Said['choices'][number];
  const incomplete = finish === 'length';
  return {
    id: `resp_${number}`,
    object: 'response',
    created_at: 1_755_133_833,
    status: incomplete ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: incomplete ? { reason: 'max_output_tokens' } : null,
    model: 'gpt-5.1-2025-11-13',
    output: [
      ...(reasoning
        ? [
            {
              type: 'reasoning',
              id: `rs_${number}`,
              summary: [{ type: 'summary_text', text: reasoning }],
              encrypted_content: encrypt(`rs_${number}`),
            },
          ]
        : []),
      ...(tokens.length > 0
        ? [
            {
              type: 'message',
              id: `msg_${number}`,
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text: tokens.join(''), annotations: [], logprobs: [] }],
            },
          ]
        : []),
      ...calls.map(({ id, name, input }) => ({
        type: 'function_call',
        id: `fc_${id}`,
        call_id: id,
        name,
        arguments: JSON.stringify(input),
        status: 'completed',
      })),
    ],
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.input + usage.output,
    },
  };
}

function itemFrames(item: Json, index: number): string[] {
  const at = { item_id: item.id, output_index: index };
  const framed = (begun: Json, ...inside: string[]) => [
    named('response.output_item.added', { output_index: index, item: begun }),
    ...inside,
    named('response.output_item.done', { output_index: index, item }),
  ];
  switch (item.type) {
    case 'reasoning': {
      const [part] = item.summary;
      const place = { ...at, summary_index: 0 };
      return framed(
        { ...item, summary: [] },
        named('response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } }),
        ...halves(part.text).map((delta) =>
          named('response.reasoning_summary_text.delta', { ...place, delta }),
        ),
        named('response.reasoning_summary_text.done', { ...place, text: part.text }),
        named('response.reasoning_summary_part.done', { ...place, part }),
      );
    }
    case 'message': {
      const [part] = item.content;
      const place = { ...at, content_index: 0 };
      return framed(
        { ...item, status: 'in_progress', content: [] },
        named('response.content_part.added', { ...place, part: { ...part, text: '' } }),
        ...(part.text.match(/\S+\s*/gu) ?? []).map((delta: string) =>
          named('response.output_text.delta', { ...place, delta }),
        ),
        named('response.output_text.done', { ...place, text: part.text }),
        named('response.content_part.done', { ...place, part }),
      );
    }
    default:
      return framed(
        { ...item, status: 'in_progress', arguments: '' },
        ...halves(item.arguments).map((delta) =>
          named('response.function_call_arguments.delta', { ...at, delta }),
        ),
        named('response.function_call_arguments.done', { ...at, arguments: item.arguments }),
      );
  }
}

function read(body: Json): Asked {
  insist(body !== undefined, 'We could not parse the JSON body of your request.');
  only(body, fields, 'request');
  insist(typeof body.model === 'string', 'model: required', 'model');
  const cap = body.max_output_tokens;
  insist(cap === undefined || cap >= 16, 'integer below minimum value', 'max_output_tokens');
  insist(!body.tool_choice || body.tools, "'tool_choice' is only allowed with 'tools'", 'tool_choice');
  const input = filled<Json>(body.input, 'input');
  checkItems(input);
  const tools = filled<Json>(body.tools, 'tools');
  for (const tool of tools) {
    only(tool, ['type', 'name', 'description', 'parameters', 'strict'], 'tools[]');
    insist(tool.type === 'function' && 'strict' in tool, 'tools[].strict: required', 'tools');
  }
  const format = body.text?.format;
  if (format?.schema) {
    only(format, ['type', 'name', 'description', 'schema', 'strict'], 'text.format');
    try {
      checkType(format.schema, 'text.format.schema');
    } catch {
      insist(false, 'Invalid schema.', 'text.format.schema');
    }
  }
  const choice: Json = body.tool_choice ?? 'auto';
  const isSystem = ({ role }: Json) => role === 'system' || role === 'developer';
  return {
    stream: body.stream === true,
    system: input
      .filter(isSystem)
      .map(({ content }) => textOf(content))
      .join('\n'),
    turns: input.filter((item) => !isSystem(item) && item.type !== 'reasoning').map(turnOf),
    tools: tools.map(({ name, parameters }) => ({ name, parameters })),
    choice: typeof choice === 'string' ? (choice as 'auto') : { name: choice.name },
    parallel: body.parallel_tool_calls !== false,
    ...(format && format.type !== 'text' ? { format: format.schema ?? 'object' } : {}),
    thinks: (body.reasoning?.effort ?? 'none') !== 'none' && body.reasoning?.summary !== undefined,
    remembered: input.filter(({ type }) => type === 'reasoning').length,
    // It has no such parameter.
    stop: [],
    cap,
    choices: 1,
  };
}

function checkItems(input: readonly Json[]): void {
  const calls = input.filter(({ type }) => type === 'function_call').map(({ call_id: id }) => id);
  const outputs = input.filter(({ type }) => type === 'function_call_output').map(({ call_id: id }) => id);
  for (const id of calls)
    insist(outputs.includes(id), `No tool output found for function call ${id}.`, 'input');
  for (const id of outputs)
    insist(calls.includes(id), `No tool call found for function call output ${id}.`, 'input');
  for (const [at, item] of input.entries()) {
    if (item.type !== 'reasoning') continue;
    insist(
      item.encrypted_content === encrypt(item.id),
      `input[${at}]: the encrypted content is not valid`,
      'input',
    );
    const follower = input[at + 1]?.type ?? input[at + 1]?.role;
    insist(
      follower && follower !== 'user' && follower !== 'function_call_output',
      `Item '${item.id}' of type 'reasoning' was provided without its required following item.`,
      'input',
    );
  }
}

function turnOf(item: Json) {
  if (item.type === 'function_call') {
    const { call_id: id, name, arguments: text } = item;
    return turn({ role: 'assistant', calls: [{ id, name, input: JSON.parse(text) }] });
  }
  if (item.type === 'function_call_output') {
    return turn({ role: 'tool', results: [{ id: item.call_id, text: textOf(item.output) }] });
  }
  insist(item.role === 'user' || item.role === 'assistant', `input: unknown role '${item.role}'`, 'input');
  const media = Array.isArray(item.content) ? item.content.flatMap(mediaOf) : undefined;
  return turn({ role: item.role, text: textOf(item.content), media });
}

function textOf(content: Json): string {
  return Array.isArray(content) ? content.map(({ text }) => text ?? '').join('') : content;
}

function mediaOf(part: Json): string[] {
  if (part.type === 'input_text' || part.type === 'output_text') return [];
  insist(part.type === 'input_image' || part.type === 'input_file', `unknown part '${part.type}'`, 'input');
  const url: string = part.image_url ?? part.file_data;
  const data = /^data:([^;]+);base64,(.*)$/.exec(url);
  return [data ? `${data[1]}:${base64(data[2], 'input')}` : url];
}
