// The upper bound of a prompt in tokens, whichever of the planned targets gets it. The size of the request's text bounds it
// always, as a token is at least a byte; where all targets have a tokenizer we know, it is counted.
import type { TokenCounter, TokenEncoding } from '../../core/ports.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import { countBound } from './count-bound.ts';
import { type MediaPart, mediaPartsOf } from './media-parts.ts';
import { promptTextsOf } from './prompt-texts.ts';
import { encodingOf } from './tokenizer-family.ts';

/** What chat templates write of their own: the date, the model's name, the form of its answer. gpt-oss writes most. */
const templateTokens = 128;
/** What explains the use of tools: 530 tokens at Claude 3 Opus, the most that is known. A schema may go out as a tool. */
const toolTemplateTokens = 640;
/** Role, separators and the start of the answer at OpenAI's own models: 3 + 1 a message and 3, and some that newer ones add. */
const perMessage = 6;
const perRequest = 16;

export interface PromptBoundOptions {
  readonly request: ChatRequest;
  readonly bodyBytes: number;
  /** The names of the targets' models at their providers. */
  readonly upstreamModels: readonly string[];
  /** Tokens; no image, sound or file takes more than that. */
  readonly contextWindow?: number | undefined;
}

/** Counts with `counter`, or is content with bytes where there is none: that costs nothing, and nobody has to wait for it. */
export function promptBound(options: PromptBoundOptions, counter?: TokenCounter): Promise<number> | number {
  const { request, upstreamModels } = options;
  const media = mediaPartsOf(request);
  const pictured = media.length === 0 ? 0 : mediaBound(media, options);
  const plain = textBytes(options.bodyBytes, media) + templateOf(request);
  const encodings = counter ? commonEncodings(upstreamModels) : undefined;
  if (!counter || !encodings) return plain + pictured;
  return mostCounted(request, counter, encodings).then((counted) => Math.min(plain, counted) + pictured);
}

async function mostCounted(
  request: ChatRequest,
  counter: TokenCounter,
  encodings: ReadonlySet<TokenEncoding>,
): Promise<number> {
  let most = 0;
  for (const encoding of encodings) most = Math.max(most, await countedBound(request, counter, encoding));
  return most;
}

/** The body without the data of its media; the names of its members are in it, so messages cost nothing beside. */
function textBytes(bodyBytes: number, media: readonly MediaPart[]): number {
  return Math.max(bodyBytes - media.reduce((sum, { length }) => sum + length, 0), 0);
}

function templateOf({ tools, functions, response_format: format }: ChatRequest): number {
  return tools || functions || format ? templateTokens + toolTemplateTokens : templateTokens;
}

function mediaBound(
  media: readonly MediaPart[],
  { upstreamModels, contextWindow = Number.POSITIVE_INFINITY }: PromptBoundOptions,
): number {
  let most = 0;
  for (const model of upstreamModels) {
    most = Math.max(
      most,
      media.reduce((sum, part) => sum + part.tokens(model), 0),
    );
  }
  return Math.min(most, contextWindow);
}

/** `undefined` as soon as one is not known. */
function commonEncodings(upstreamModels: readonly string[]): Set<TokenEncoding> | undefined {
  const encodings = new Set<TokenEncoding>();
  for (const model of upstreamModels) {
    const encoding = encodingOf(model);
    if (!encoding) return undefined;
    encodings.add(encoding);
  }
  return encodings;
}

async function countedBound(
  request: ChatRequest,
  counter: TokenCounter,
  encoding: TokenEncoding,
): Promise<number> {
  const { messages, definitions } = promptTextsOf(request);
  const texts = await countBound(counter, messages, encoding);
  const overhead = perMessage * request.messages.length;
  if (definitions === '') return texts + perRequest + overhead;
  // Upstreams write definitions in another form: TypeScript takes more tokens than JSON for a list of short words.
  return texts + 2 * (await countBound(counter, [definitions], encoding)) + templateOf(request) + overhead;
}
