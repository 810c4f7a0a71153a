// The text of a request, for counting: what goes into the prompt word by word, and the definitions of tools and formats,
// which every upstream writes down in a form of its own.
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { isMedia } from './media-parts.ts';

export interface PromptTexts {
  /** Every text of the messages, whatever member it is of. */
  readonly messages: readonly string[];
  /** Tools, functions, formats, and whatever else may be shown to the model, as JSON; empty when there is none. */
  readonly definitions: string;
}

/** What steers the request and is no part of its prompt. */
const settings = new Set(
  (
    'model messages stream stream_options max_tokens max_completion_tokens temperature top_p frequency_penalty ' +
    'presence_penalty stop n seed parallel_tool_calls reasoning_effort verbosity logprobs top_logprobs logit_bias ' +
    'metadata store service_tier modalities audio safety_identifier prompt_cache_key prompt_cache_retention ' +
    'prompt_cache_options moderation user'
  ).split(' '),
);

export function promptTextsOf(request: ChatRequest): PromptTexts {
  const messages: string[] = [];
  for (const message of request.messages) collect(message, messages);
  const definitions: string[] = [];
  for (const [name, value] of Object.entries(request)) {
    if (!settings.has(name) && value !== null && value !== undefined) definitions.push(JSON.stringify(value));
  }
  return { messages, definitions: definitions.join('\n') };
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') {
    if (value !== '') texts.push(value);
  } else if (Array.isArray(value)) {
    for (const element of value) collect(element, texts);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name === 'content' && Array.isArray(member)) collectParts(member, texts);
      else collect(member, texts);
    }
  }
}

/** Of an image, a sound or a file only its name is text. */
function collectParts(parts: readonly unknown[], texts: string[]): void {
  for (const part of parts) {
    const { type, file } = part as {
      readonly type?: unknown;
      readonly file?: { readonly filename?: string };
    };
    if (!isMedia(type)) collect(part, texts);
    else if (file?.filename) texts.push(file.filename);
  }
}
