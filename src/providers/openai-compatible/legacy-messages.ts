// The deprecated `function_call` and `function` messages of a conversation as tool calls and tool messages, for upstreams
// that only know those. Every call gets an id and an answer, as the order rule of CONTRACT section 1 wants it.

import { patchMembers } from '../../wire/json-members.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';

type Message = ChatRequest['messages'][number];

/** Gets the messages in order, each with its bytes; gives those to send in its place, `undefined` to keep it. */
export type MessageMapper = (
  message: Message,
  bytes: Buffer,
  isLast: boolean,
) => readonly (Buffer | string)[] | undefined;

export function isLegacyMessage(message: Message): boolean {
  return message.role === 'function' || callOf(message) !== undefined;
}

export function createLegacyMessageMapper(): MessageMapper {
  let count = 0;
  /** Id of the call that waits for its answer. */
  let waiting: string | undefined;

  return function mapMessage(message, bytes, isLast) {
    const call = callOf(message);
    if (message.role === 'function') {
      const id = waiting ?? `call_function_${count++}`;
      const made = waiting ? [] : [callMessage(id, message.name)];
      waiting = undefined;
      return [...made, toToolMessage(bytes, id, message.content)];
    }
    const unanswered = waiting === undefined ? [] : [emptyAnswer(waiting)];
    waiting = undefined;
    if (!call) return unanswered.length > 0 ? [...unanswered, bytes] : undefined;
    waiting = `call_function_${count++}`;
    const called = patchMembers(bytes, { function_call: undefined, tool_calls: callsOf(waiting, call) });
    return [...unanswered, called, ...(isLast ? [emptyAnswer(waiting)] : [])];
  };
}

interface Call {
  readonly name: string;
  readonly arguments: string;
}

function callOf(message: Message): Call | undefined {
  if (message.role !== 'assistant' || message.tool_calls) return undefined;
  return message.function_call ?? undefined;
}

function callsOf(id: string, { name, arguments: written }: Call): string {
  const wire = { id, type: 'function', function: { name, arguments: written === '' ? '{}' : written } };
  return JSON.stringify([wire]);
}

function toToolMessage(bytes: Buffer, id: string, content: string | null): Buffer {
  return patchMembers(bytes, {
    role: '"tool"',
    tool_call_id: JSON.stringify(id),
    name: undefined,
    ...(content === null ? { content: '""' } : {}),
  });
}

/** The old form lets a function's result stand without the call that asked for it. */
function callMessage(id: string, name: string): string {
  return `{"role":"assistant","content":null,"tool_calls":${callsOf(id, { name, arguments: '{}' })}}`;
}

/** And a call without a result. */
function emptyAnswer(id: string): string {
  return JSON.stringify({ role: 'tool', tool_call_id: id, content: '' });
}
