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
}

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
  /** Empty when there are none or `tool_choice` is `none`. */
  readonly tools: readonly FunctionDefinition[];
  readonly parallelToolCalls: boolean;
  readonly reasoningEffort: ReasoningEffort | undefined;
  /** Names of parameters that were sent and have no effect here. */
  readonly ignored: readonly string[];
}
