// The conversation of a request body: every role and kind of part, text only.
import { TollgateError } from '../../core/errors.ts';
import type { HistoryMessage, HistoryToolCall } from '../chat/request.ts';
import {
  fieldPath,
  invalidType,
  invalidValue,
  isObject,
  type JsonObject,
  missing,
  readArray,
  readObject,
  readRequiredString,
  readString,
} from './read-field.ts';

export function readMessages(body: JsonObject): HistoryMessage[] {
  const messages = readArray(body, 'messages');
  if (messages === undefined) throw missing('messages');
  if (messages.length === 0) {
    throw new TollgateError('empty_array', { param: 'messages', values: { limit: 1 } });
  }
  return messages.map((message, index) => readMessage(message, `messages[${index}]`));
}

function readMessage(message: unknown, path: string): HistoryMessage {
  if (!isObject(message)) throw invalidType(path, 'an object', message);
  const role = readRequiredString(message, 'role', path);
  const name = readString(message, 'name', path);
  const named = name === undefined ? {} : { name };
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: readContent(message, path, true), ...named };
    case 'user':
      return { role: 'user', content: readContent(message, path, true), ...named };
    case 'assistant':
      return readAssistant(message, path, named);
    case 'tool': {
      const toolCallId = readRequiredString(message, 'tool_call_id', path);
      return { role: 'tool', content: readContent(message, path, true), toolCallId, ...named };
    }
    case 'function':
      return { role: 'tool', content: readContent(message, path, false), ...named };
    default:
      throw invalidValue(
        `${path}.role`,
        `'${role}' is not one of 'system', 'developer', 'user', 'assistant', 'tool', 'function'.`,
      );
  }
}

function readAssistant(message: JsonObject, path: string, named: { name?: string }): HistoryMessage {
  const toolCalls = readToolCalls(message, path);
  const refusal = readString(message, 'refusal', path);
  const content = readContent(message, path, toolCalls.length === 0 && refusal === undefined);
  const text = content === '' && refusal !== undefined ? refusal : content;
  return { role: 'assistant', content: text, ...named, ...(toolCalls.length > 0 && { toolCalls }) };
}

function readToolCalls(message: JsonObject, path: string): HistoryToolCall[] {
  const legacy = readObject(message, 'function_call', path);
  if (legacy) {
    const callPath = fieldPath(path, 'function_call');
    const name = readRequiredString(legacy, 'name', callPath);
    return [{ id: name, name, arguments: readRequiredString(legacy, 'arguments', callPath) }];
  }
  const calls = readArray(message, 'tool_calls', path);
  if (calls?.length === 0) {
    throw new TollgateError('empty_array', { param: `${path}.tool_calls`, values: { limit: 1 } });
  }
  return (calls ?? []).map((call, index) => {
    const callPath = `${path}.tool_calls[${index}]`;
    if (!isObject(call)) throw invalidType(callPath, 'an object', call);
    const id = readRequiredString(call, 'id', callPath);
    const kind = call.type === 'custom' ? 'custom' : 'function';
    const called = readObject(call, kind, callPath);
    if (called === undefined) throw missing(`${callPath}.${kind}`);
    const text = readRequiredString(called, kind === 'custom' ? 'input' : 'arguments', `${callPath}.${kind}`);
    return {
      id,
      name: readRequiredString(called, 'name', `${callPath}.${kind}`),
      arguments: kind === 'custom' ? JSON.stringify(text) : text,
    };
  });
}

function readContent(message: JsonObject, path: string, required: boolean): string {
  const content = message.content ?? undefined;
  const contentPath = fieldPath(path, 'content');
  if (content === undefined) {
    if (required) throw missing(contentPath);
    return '';
  }
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw invalidType(contentPath, 'a string or an array', content);
  if (content.length === 0)
    throw new TollgateError('empty_array', { param: contentPath, values: { limit: 1 } });
  return content.map((part: unknown, index) => readPart(part, `${contentPath}[${index}]`)).join('\n');
}

function readPart(part: unknown, path: string): string {
  if (!isObject(part)) throw invalidType(path, 'an object', part);
  const type = readRequiredString(part, 'type', path);
  if (type === 'text') return readRequiredString(part, 'text', path);
  if (type === 'refusal') return readRequiredString(part, 'refusal', path);
  throw new TollgateError('unsupported_value', {
    param: path,
    values: { actual: `content of type '${type}'`, reason: 'This model reads text only.' },
  });
}
