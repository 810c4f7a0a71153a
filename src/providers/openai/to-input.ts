// The messages of a request -> the items of `input`. Texts, URLs and arguments go as the client wrote them. CONTRACT
// section 5c.
import type { ChatMessage, ChatRequest, UserPart } from '../../wire/openai/chat-request.ts';
import { unsupported } from '../dialect/conversation.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { createPastReasoning } from './past-reasoning.ts';

type AssistantMessage = ChatMessage & { readonly role: 'assistant' };

/** `reasons`: whether the model takes the reasoning of earlier turns back. Throws for audio and custom tools. */
export function toInput({ messages }: ChatRequest, memory: ReasoningMemory, reasons: boolean): object[] {
  const legacyId = createLegacyIds();
  const pastOf = reasons ? memory : undefined;
  return messages.flatMap((message, index) => itemsOf(message, index, pastOf, legacyId));
}

function itemsOf(
  message: ChatMessage,
  index: number,
  memory: ReasoningMemory | undefined,
  legacyId: LegacyIds,
): object[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ role: message.role, content: textContent(message.content) }];
    case 'user':
      return [{ role: 'user', content: userContent(message.content, index) }];
    case 'assistant':
      return assistantItems(message, index, memory, legacyId.called);
    case 'tool':
      return [output(message.tool_call_id, textContent(message.content))];
    case 'function':
      return [output(legacyId.answered(), message.content ?? '')];
  }
}

interface LegacyIds {
  called(): string;
  answered(): string;
}

/** The deprecated form has no ids: each call is answered by the next function message. */
function createLegacyIds(): LegacyIds {
  let calls = 0;
  const id = () => `call_function_${calls}`;
  return {
    called() {
      calls++;
      return id();
    },
    answered: id,
  };
}

function output(callId: string, text: unknown): object {
  return { type: 'function_call_output', call_id: callId, output: text };
}

function textContent(content: string | readonly { readonly text: string }[]): string | object[] {
  if (typeof content === 'string') return content;
  return content.map((part) => ({ type: 'input_text', text: part.text, ...breakpointOf(part) }));
}

function userContent(content: string | readonly UserPart[], index: number): string | object[] {
  if (typeof content === 'string') return content;
  return content.map((part, place) => ({
    ...userPart(part, `messages[${index}].content[${place}]`),
    ...breakpointOf(part),
  }));
}

function userPart(part: UserPart, place: string): object {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image_url': {
      const image = typeof part.image_url === 'string' ? { url: part.image_url } : part.image_url;
      return { type: 'input_image', image_url: image.url, detail: image.detail ?? 'auto' };
    }
    case 'file': {
      const { file_id: id, file_data: data, filename } = part.file;
      if (id) return { type: 'input_file', file_id: id };
      const source = data?.startsWith('http') ? { file_url: data } : { file_data: data };
      return { type: 'input_file', ...source, ...(filename ? { filename } : {}) };
    }
    case 'input_audio':
      throw unsupported(place, "'input_audio'", 'audio together with what only the Responses API gives');
  }
}

function breakpointOf(part: object): object {
  const { prompt_cache_breakpoint: breakpoint } = part as { readonly prompt_cache_breakpoint?: unknown };
  return breakpoint ? { prompt_cache_breakpoint: breakpoint } : {};
}

/** As the model wrote it: its reasoning, what it said, its calls. Reasoning must be followed by what it led to. */
function assistantItems(
  message: AssistantMessage,
  index: number,
  memory: ReasoningMemory | undefined,
  nextLegacyId: () => string,
): object[] {
  const past = createPastReasoning(message, memory);
  const spoken = spokenItems(message);
  const calls = callItems(message, index, nextLegacyId);
  const [first, ...others] = calls;
  if (!first) return spoken.length > 0 ? [...past.before(undefined), ...spoken] : [];
  return [
    ...past.before(first.call_id),
    ...spoken,
    first,
    ...others.flatMap((call) => [...past.before(call.call_id), call]),
  ];
}

function spokenItems({ content, refusal }: AssistantMessage): object[] {
  const given = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? []);
  const parts = given
    .map((part) =>
      part.type === 'text'
        ? { type: 'output_text', text: part.text }
        : { type: 'refusal', refusal: part.refusal },
    )
    .filter((part) => part.text !== '' && part.refusal !== '');
  if (refusal) parts.push({ type: 'refusal', refusal });
  return parts.length === 0 ? [] : [{ type: 'message', role: 'assistant', content: parts }];
}

interface CallItem {
  readonly type: 'function_call';
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
}

function callItems(message: AssistantMessage, index: number, nextLegacyId: () => string): CallItem[] {
  const item = (id: string, fn: { readonly name: string; readonly arguments: string }): CallItem => ({
    type: 'function_call',
    call_id: id,
    name: fn.name,
    arguments: fn.arguments,
  });
  if (!message.tool_calls) return message.function_call ? [item(nextLegacyId(), message.function_call)] : [];
  return message.tool_calls.map((call, place) => {
    if (call.type === 'function') return item(call.id, call.function);
    const path = `messages[${index}].tool_calls[${place}].type`;
    throw unsupported(path, `'${call.type}'`, 'custom tools together with what only the Responses API gives');
  });
}
