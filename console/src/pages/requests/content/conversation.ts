// What was said, read out of the bodies that were kept: the messages of the prompt and the answer, assembled where it was a
// stream. Whatever cannot be read, because it was cut off or is no chat, is left to the raw view.

export interface ToolCall {
  readonly name: string;
  readonly arguments: string;
}

export interface Message {
  readonly role: string;
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  /** Images, sounds and files. */
  readonly attachments: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` where the body is no chat request, or was cut off. */
export function promptOf(
  body: string,
): { readonly messages: readonly Message[]; readonly request: Json } | undefined {
  const request = parsed(body);
  if (!isObject(request) || !Array.isArray(request.messages)) return undefined;
  return { messages: request.messages.filter(isObject).map(messageOf), request };
}

/** `undefined` where it is an error, or cannot be read. */
export function answerOf(body: string, stream: boolean): readonly Message[] | undefined {
  if (stream) return assembled(body);
  const answer = parsed(body);
  if (!isObject(answer) || !Array.isArray(answer.choices)) return undefined;
  return answer.choices.filter(isObject).map(({ message }) => messageOf(isObject(message) ? message : {}));
}

/** The message of an error that was the answer, or ended the stream. */
export function errorIn(body: string, stream: boolean): string | undefined {
  const bodies = stream ? eventsOf(body) : [parsed(body)];
  for (const each of bodies) {
    if (isObject(each) && isObject(each.error)) return text(each.error.message);
  }
  return undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function messageOf(message: Json): Message {
  const { content } = message;
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject) : [];
  return {
    role: text(message.role) || 'assistant',
    text: typeof content === 'string' ? content : parts.map((part) => text(part.text)).join(''),
    reasoning: text(message.reasoning_content) || text(message.reasoning),
    toolCalls: calls.map(({ function: called }) => {
      const { name, arguments: given } = isObject(called) ? called : {};
      return { name: text(name), arguments: text(given) };
    }),
    attachments: parts.filter(({ type }) => type !== 'text').map((part) => attachmentOf(part)),
  };
}

function attachmentOf(part: Json): string {
  const type = text(part.type);
  const url = isObject(part.image_url) ? text(part.image_url.url) : text(part.image_url);
  const note = /\[[\d,]+ bytes left out\]/.exec(JSON.stringify(part))?.[0];
  const kind = /^data:([\w/+.-]+)/.exec(url)?.[1] ?? type;
  if (note) return `${kind}, ${note.slice(1, -1)}`;
  return url.startsWith('http') ? url : kind;
}

function eventsOf(body: string): readonly unknown[] {
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => parsed(line.slice(6)));
}

interface Growing {
  role: string;
  text: string;
  reasoning: string;
  toolCalls: { name: string; arguments: string }[];
}

/** Deltas of each choice, one after the other. */
function assembled(body: string): readonly Message[] | undefined {
  const choices: Growing[] = [];
  for (const event of eventsOf(body)) {
    if (!isObject(event) || !Array.isArray(event.choices)) continue;
    for (const choice of event.choices.filter(isObject)) {
      const index = Number(choice.index ?? 0);
      choices[index] ??= { role: 'assistant', text: '', reasoning: '', toolCalls: [] };
      const growing = choices[index];
      if (growing && isObject(choice.delta)) grow(growing, choice.delta);
    }
  }
  const known = choices.filter((choice) => choice !== undefined);
  return known.length === 0 ? undefined : known.map((choice) => ({ ...choice, attachments: [] }));
}

function grow(growing: Growing, delta: Json): void {
  growing.text += text(delta.content);
  growing.reasoning += text(delta.reasoning_content) || text(delta.reasoning);
  const calls = Array.isArray(delta.tool_calls) ? delta.tool_calls.filter(isObject) : [];
  for (const call of calls) {
    const place = Number(call.index ?? 0);
    growing.toolCalls[place] ??= { name: '', arguments: '' };
    const own = growing.toolCalls[place];
    if (!own || !isObject(call.function)) continue;
    own.name += text(call.function.name);
    own.arguments += text(call.function.arguments);
  }
}
