// The request for the next answer, as anybody's code would send it: only what is set, tools and schemas as they were typed.
// Throws nothing: what cannot be sent is told by `findProblem` before.
import { parseObject } from '../settings/json-text.ts';
import type { AssistantTurn, JsonFormat, Setup, Turn, UserTurn } from './session.ts';

type Message = Readonly<Record<string, unknown>>;

export interface ChatRequestBody {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly stream: true;
  readonly stream_options: { readonly include_usage: true };
  readonly [field: string]: unknown;
}

export function buildRequest(model: string, setup: Setup, turns: readonly Turn[]): ChatRequestBody {
  const { system, parameters, tools, format } = setup;
  const messages: Message[] = [
    ...(system.trim() === '' ? [] : [{ role: 'system', content: system }]),
    ...turns.flatMap((turn) => (turn.role === 'user' ? [userMessage(turn)] : assistantMessages(turn))),
  ];
  return {
    model,
    messages,
    ...parameters,
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters: schema, strict }) => ({
            type: 'function',
            function: {
              name,
              ...(description.trim() === '' ? {} : { description }),
              ...(schema.trim() === '' ? {} : { parameters: parseObject(schema) ?? {} }),
              ...(strict ? { strict: true } : {}),
            },
          })),
          ...toolChoiceField(setup),
        }),
    ...(format.type === 'text' ? {} : { response_format: responseFormat(format) }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** A tool that is gone is no choice any more. */
function toolChoiceField({ toolChoice, tools }: Setup): Message {
  if (toolChoice === 'auto') return {};
  if (!toolChoice.startsWith('function:')) return { tool_choice: toolChoice };
  const name = toolChoice.slice('function:'.length);
  return tools.some((tool) => tool.name === name)
    ? { tool_choice: { type: 'function', function: { name } } }
    : {};
}

function responseFormat(format: JsonFormat) {
  if (format.type === 'json_object') return { type: 'json_object' };
  const { name, schema, strict } = format;
  return {
    type: 'json_schema',
    json_schema: { name, schema: parseObject(schema) ?? {}, ...(strict ? { strict: true } : {}) },
  };
}

function userMessage({ text, images }: UserTurn): Message {
  if (images.length === 0) return { role: 'user', content: text };
  return {
    role: 'user',
    content: [
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...images.map(({ url }) => ({ type: 'image_url', image_url: { url } })),
    ],
  };
}

/** Nothing of an answer that failed before it said anything. Reasoning goes back where models want it: beside their calls. */
function assistantMessages({ answer, results }: AssistantTurn): Message[] {
  const { text, refusal, reasoning, toolCalls } = answer;
  if (text === '' && refusal === '' && toolCalls.length === 0) return [];
  const message = {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    ...(refusal === '' ? {} : { refusal }),
    ...(toolCalls.length === 0
      ? {}
      : {
          ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
          tool_calls: toolCalls.map(({ id, name, arguments: text }) => ({
            id,
            type: 'function',
            function: { name, arguments: text === '' ? '{}' : text },
          })),
        }),
  };
  const answers = toolCalls.map(({ id }, at) => ({
    role: 'tool',
    tool_call_id: id,
    content: results[at] ?? '',
  }));
  return [message, ...answers];
}
