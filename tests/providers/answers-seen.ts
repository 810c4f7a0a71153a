// What a client has of an answer in the end, in one form for whole answers and streams, so that they can be compared.
import type { Events } from '../support/read-events.ts';
import type { Json } from '../support/scripted-upstream.ts';

export interface SeenChoice {
  readonly role: string;
  readonly content: string | null;
  readonly refusal: string | null;
  readonly reasoning: string;
  /** Ids are those of the provider and differ: only that they are there and not the same twice. */
  readonly calls: readonly { readonly type: string; readonly name: string; readonly input: Json }[];
  readonly functionCall?: { readonly name: string; readonly input: Json };
  readonly finish: string;
}

export interface SeenAnswer {
  readonly choices: readonly SeenChoice[];
  readonly usage: Json;
}

export function ofWhole(answer: Json): SeenAnswer {
  return {
    choices: answer.choices.map(({ message, finish_reason: finish }: Json) => seen(message, finish)),
    usage: usageOf(answer.usage),
  };
}

/** Puts the deltas together as the contract wants them: whatever comes twice shows. */
export function ofStream({ data }: Events): SeenAnswer {
  const choices: Json[] = [];
  for (const { index, delta, finish_reason: finish } of data.flatMap((chunk) => chunk.choices)) {
    choices[index] ??= { message: { content: null, refusal: null, reasoning_content: '' }, finish: '' };
    const choice = choices[index];
    choice.finish += finish ?? '';
    add(choice.message, delta);
  }
  return {
    choices: choices.map(({ message, finish }) => seen(message, finish)),
    usage: usageOf(data.at(-1).usage),
  };
}

function add(message: Json, { tool_calls: calls = [], function_call: call, ...delta }: Json): void {
  for (const name of ['role', 'content', 'refusal', 'reasoning_content']) {
    if (typeof delta[name] === 'string') message[name] = (message[name] ?? '') + delta[name];
  }
  for (const { index, id = '', type = '', function: fn } of calls) {
    message.tool_calls ??= [];
    message.tool_calls[index] ??= { id: '', type: '', function: { name: '', arguments: '' } };
    const open = message.tool_calls[index];
    open.id += id;
    open.type += type;
    open.function.name += fn.name ?? '';
    open.function.arguments += fn.arguments ?? '';
  }
  if (!call) return;
  message.function_call ??= { name: '', arguments: '' };
  message.function_call.name += call.name ?? '';
  message.function_call.arguments += call.arguments ?? '';
}

function seen(message: Json, finish: string): SeenChoice {
  const calls: Json[] = message.tool_calls ?? [];
  const ids = calls.map(({ id }) => id);
  if (ids.some((id) => !id) || new Set(ids).size < ids.length) throw new Error(`ids of calls: ${ids}`);
  const called = ({ name, arguments: text }: Json) => ({ name, input: JSON.parse(text) });
  const silent = calls.length > 0 || message.function_call;
  return {
    role: message.role,
    // A stream opens with an empty text, where a whole answer with calls has null.
    content: silent ? message.content || null : message.content,
    refusal: message.refusal || null,
    reasoning: message.reasoning_content ?? '',
    calls: calls.map((call) => ({ type: call.type, ...called(call.function) })),
    ...(message.function_call ? { functionCall: called(message.function_call) } : {}),
    finish,
  };
}

function usageOf(usage: Json): Json {
  return {
    prompt: usage.prompt_tokens,
    completion: usage.completion_tokens,
    total: usage.total_tokens,
    cached: usage.prompt_tokens_details.cached_tokens,
    reasoning: usage.completion_tokens_details.reasoning_tokens,
  };
}
