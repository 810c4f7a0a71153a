// A chat request as this server understands it: read and checked, defaults not yet applied. The wire's own shape
// stays in `server/`.
import type { ReasoningEffort } from '../../wire/openai/chat-request.ts';

export interface HistoryToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface HistoryMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly toolCalls?: readonly HistoryToolCall[];
  readonly toolCallId?: string;
  readonly name?: string;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The arguments are certain to fit the parameters, and these use nothing that cannot be made certain. */
  readonly strict: boolean;
  /** Where it lies in the request: `tools[2].function`. */
  readonly path: string;
}

export type JsonFormat =
  | { readonly kind: 'object' }
  | {
      readonly kind: 'schema';
      readonly name: string;
      readonly description?: string;
      readonly schema: Readonly<Record<string, unknown>>;
      readonly strict: boolean;
    };

export interface LocalChatRequest {
  readonly model: string;
  readonly messages: readonly HistoryMessage[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly frequencyPenalty: number | undefined;
  readonly presencePenalty: number | undefined;
  readonly stop: readonly string[];
  readonly seed: number | undefined;
  /** Token id -> bias. */
  readonly logitBias: ReadonlyMap<number, number>;
  /** Answers to the one prompt. */
  readonly choices: number;
  /** How many of the likeliest tokens are named with each token of the content; `undefined`: none, nor its own. */
  readonly topLogprobs: number | undefined;
  /** Those that may be called; empty when there are none or `tool_choice` is `none`. */
  readonly tools: readonly FunctionDefinition[];
  /** The answer is a call of one of `tools`. */
  readonly mustCall: boolean;
  /** `undefined`: the client leaves it open. */
  readonly parallelToolCalls: boolean | undefined;
  /** What content is; `undefined`: text. */
  readonly format: JsonFormat | undefined;
  /** The last message, the assistant's, is the beginning of the answer; with `format`, `mustCall` and thinking it is refused. */
  readonly goesOn: boolean;
  /** The client speaks of `functions`, the wire's name for tools before there were tools. */
  readonly legacyFunctions: boolean;
  readonly reasoningEffort: ReasoningEffort | undefined;
  /** Names of parameters that were sent and have no effect here. */
  readonly ignored: readonly string[];
}
