// The conversation of a checked request as text: every role, and the parts that are text.
import type { ChatMessage } from '../../wire/openai/chat-request.ts';
import type { HistoryMessage, HistoryToolCall } from '../chat/request.ts';
import { unsupportedValue } from './unsupported.ts';

/** Throws TollgateError `unsupported_value` for parts that are no text, with their place. */
export function readMessages(messages: readonly ChatMessage[]): HistoryMessage[] {
  return messages.map((message, index) => readMessage(message, `messages[${index}]`));
}

function readMessage(message: ChatMessage, path: string): HistoryMessage {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: readContent(message.content, path), ...named(message) };
    case 'user':
      return { role: 'user', content: readContent(message.content, path), ...named(message) };
    case 'assistant':
      return readAssistant(message, path);
    case 'tool':
      return { role: 'tool', content: readContent(message.content, path), toolCallId: message.tool_call_id };
    case 'function':
      return { role: 'tool', content: message.content ?? '', toolCallId: message.name, name: message.name };
  }
}

function named({ name }: { readonly name?: string | null }): { readonly name?: string } {
  return name ? { name } : {};
}

function readAssistant(message: Extract<ChatMessage, { role: 'assistant' }>, path: string): HistoryMessage {
  const toolCalls = readToolCalls(message);
  const content = readContent(message.content, path) || (message.refusal ?? '');
  return { role: 'assistant', content, ...named(message), ...(toolCalls.length > 0 && { toolCalls }) };
}

function readToolCalls(message: Extract<ChatMessage, { role: 'assistant' }>): HistoryToolCall[] {
  const { tool_calls: calls, function_call: legacy } = message;
  if (calls) {
    return calls.map((call) =>
      call.type === 'custom'
        ? { id: call.id, name: call.custom.name, arguments: JSON.stringify(call.custom.input) }
        : { id: call.id, name: call.function.name, arguments: call.function.arguments },
    );
  }
  return legacy ? [{ id: legacy.name, name: legacy.name, arguments: legacy.arguments }] : [];
}

type Content = ChatMessage['content'];
type Part = Exclude<NonNullable<Content>, string>[number];

function readContent(content: Content, path: string): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part, index) => readPart(part, `${path}.content[${index}]`)).join('\n');
}

function readPart(part: Part, path: string): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'refusal') return part.refusal;
  throw unsupportedValue(path, `content of type '${part.type}'`, 'This model reads text only.');
}
