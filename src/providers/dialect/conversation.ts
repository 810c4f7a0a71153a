// A chat request as every other dialect needs it: system text apart, one shape for each thing a turn can hold, deprecated
// spellings gone. What a dialect cannot say is refused here or by its adapter, with the exact `param`.
import { TollgateError } from '../../core/errors.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { type CacheMark, cachedAt, cacheMarkOf } from './cache-mark.ts';
import { chosenTool, type FunctionTool, toolsOf, type WantedCall } from './tools.ts';

type Message = ChatRequest['messages'][number];

export type UserPart =
  | { readonly type: 'text'; readonly text: string; readonly cached: boolean; readonly cache?: CacheMark }
  /** Either `url` or the bytes in base64. */
  | { readonly type: 'image'; readonly source: Source; readonly path: string; readonly cache?: CacheMark }
  | { readonly type: 'audio'; readonly format: 'wav' | 'mp3'; readonly data: string; readonly path: string }
  | {
      readonly type: 'file';
      readonly source: Source;
      readonly name?: string;
      readonly path: string;
      readonly cache?: CacheMark;
    };

export type Source =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly mediaType: string; readonly base64: string }
  /** A file that was uploaded to a provider. */
  | { readonly kind: 'id'; readonly id: string };

export interface PastCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as an object: checked to be one. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly extra: Readonly<Record<string, unknown>> | undefined;
}

export type Turn =
  | { readonly role: 'user'; readonly parts: readonly UserPart[] }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly calls: readonly PastCall[];
      readonly reasoning: string | undefined;
      readonly details: readonly unknown[];
    }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly name: string;
      readonly text: string;
      readonly cache?: CacheMark;
    };

export interface Conversation {
  /** System and developer messages in order; one that is cached in its middle is in pieces. */
  readonly system: readonly string[];
  /** Where the prompt is to be cached, by the place in `system`. */
  readonly systemCaches: ReadonlyMap<number, CacheMark>;
  readonly turns: readonly Turn[];
  readonly tools: readonly FunctionTool[];
  /** `undefined`: the provider's default, `auto`. */
  readonly choice: WantedCall | undefined;
  readonly parallel: boolean;
}

/** Throws TollgateError with the `param` of what no other dialect can express. */
export function conversationOf(request: ChatRequest): Conversation {
  const system: string[] = [];
  const systemCaches = new Map<number, CacheMark>();
  const turns: Turn[] = [];
  const names = new Map<string, string>();
  let legacy = 0;
  let openCall: string | undefined;
  for (const [index, message] of request.messages.entries()) {
    const path = `messages[${index}]`;
    switch (message.role) {
      case 'system':
      case 'developer':
        for (const { text, cache } of piecesOf(message.content)) {
          if (cache) systemCaches.set(system.length, cache);
          system.push(text);
        }
        break;
      case 'user':
        turns.push({ role: 'user', parts: partsOf(message.content, path) });
        break;
      case 'assistant': {
        const calls = callsOf(message, path, () => `call_function_${legacy++}`);
        for (const call of calls) names.set(call.id, call.name);
        openCall = message.tool_calls ? undefined : calls[0]?.id;
        turns.push({
          role: 'assistant',
          text: textOf(message.content) || (message.refusal ?? ''),
          calls,
          reasoning: message.reasoning_content ?? message.reasoning ?? undefined,
          details: (message.reasoning_details as readonly unknown[] | null | undefined) ?? [],
        });
        break;
      }
      case 'tool':
        turns.push({
          role: 'tool',
          callId: message.tool_call_id,
          name: names.get(message.tool_call_id) ?? '',
          text: textOf(message.content),
          ...cachedAt(Array.isArray(message.content) ? message.content.at(-1) : undefined),
        });
        break;
      case 'function': {
        const callId = openCall ?? `call_function_${legacy++}`;
        turns.push({ role: 'tool', callId, name: message.name, text: message.content ?? '' });
        openCall = undefined;
      }
    }
  }
  return { system, systemCaches, turns, ...toolsOf(request), choice: chosenTool(request) };
}

function textOf(content: Message['content']): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  return content
    .map((part) => (part.type === 'text' ? part.text : part.type === 'refusal' ? part.refusal : ''))
    .join('');
}

/** The texts of a system message, cut behind each part that is to be cached. */
function piecesOf(content: Message['content']): { readonly text: string; readonly cache?: CacheMark }[] {
  if (!Array.isArray(content)) return [{ text: textOf(content) }];
  const pieces: { text: string; cache?: CacheMark }[] = [];
  let open = '';
  for (const part of content as readonly { readonly text: string }[]) {
    open += part.text;
    const cache = cacheMarkOf(part);
    if (!cache) continue;
    pieces.push({ text: open, cache });
    open = '';
  }
  return open === '' && pieces.length > 0 ? pieces : [...pieces, { text: open }];
}

function partsOf(content: (Message & { readonly role: 'user' })['content'], path: string): UserPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content, cached: false }];
  return content.map((part, index) => partOf(part, `${path}.content[${index}]`));
}

type GivenPart = Exclude<(Message & { readonly role: 'user' })['content'], string>[number];

function partOf(part: GivenPart, place: string): UserPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, cached: cacheMarkOf(part) !== undefined, ...cachedAt(part) };
    case 'image_url': {
      const url = typeof part.image_url === 'string' ? part.image_url : part.image_url.url;
      return { type: 'image', source: sourceOf(url), path: `${place}.image_url.url`, ...cachedAt(part) };
    }
    case 'input_audio':
      return { type: 'audio', ...part.input_audio, path: `${place}.input_audio.data` };
    case 'file': {
      const { file_id: id, file_data: data, filename } = part.file;
      const source = id ? ({ kind: 'id', id } as const) : sourceOf(data ?? '');
      const name = filename ? { name: filename } : {};
      return { type: 'file', source, path: `${place}.file`, ...name, ...cachedAt(part) };
    }
  }
}

/** RFC 2397; the request check has seen to it that the data is base64. */
const dataUrl = /^data:([^;,]*)[^,]*;base64,/i;

function sourceOf(url: string): Source {
  const head = dataUrl.exec(url.slice(0, 1300));
  if (!head) return { kind: 'url', url };
  return { kind: 'data', mediaType: (head[1] ?? '').toLowerCase(), base64: url.slice(head[0].length) };
}

function callsOf(
  message: Message & { readonly role: 'assistant' },
  path: string,
  nextId: () => string,
): PastCall[] {
  if (message.tool_calls) {
    return message.tool_calls.map((call, index) => {
      const place = `${path}.tool_calls[${index}]`;
      if (call.type !== 'function') throw unsupported(`${place}.type`, `'${call.type}'`, 'custom tools');
      const { name, arguments: written } = call.function;
      const input = inputOf(written, `${place}.function.arguments`);
      return { id: call.id, name, input, extra: (call.extra_content as PastCall['extra']) ?? undefined };
    });
  }
  const call = message.function_call;
  if (!call) return [];
  const input = inputOf(call.arguments, `${path}.function_call.arguments`);
  return [{ id: nextId(), name: call.name, input, extra: undefined }];
}

/** Arguments as the object other dialects want; no arguments are an empty one. */
function inputOf(written: string, param: string): Record<string, unknown> {
  if (written.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(written);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // Said below: a text that is no JSON is the same mistake as JSON that is no object.
  }
  throw new TollgateError('invalid_value', {
    param,
    values: { reason: 'it must be the text of a JSON object.' },
  });
}

/** What the provider of this model cannot take. */
export function unsupported(param: string, actual: string, need: string): TollgateError {
  return new TollgateError('unsupported_value', {
    param,
    values: { actual, reason: `It takes no ${need}.` },
  });
}
