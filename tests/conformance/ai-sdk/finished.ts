// What the AI SDK shows of a finished step, as the matrix wants to see it.
import type { LanguageModelUsage } from 'ai';
import { type Seen, seen, type Usage } from '../matrix/client.ts';

export interface Finished {
  readonly rawFinishReason: string | undefined;
  readonly usage: LanguageModelUsage;
  readonly response: { readonly modelId: string; readonly headers?: Readonly<Record<string, string>> };
}

interface Whole extends Finished {
  readonly text: string;
  readonly reasoningText: string | undefined;
  readonly toolCalls: readonly {
    readonly toolCallId: string;
    readonly toolName: string;
    readonly input: unknown;
  }[];
}

export function ofFinished({
  text,
  reasoningText,
  toolCalls,
  rawFinishReason,
  usage,
  response,
}: Whole): Seen {
  return seen({
    text: text || undefined,
    reasoning: reasoningText,
    calls: toolCalls.length
      ? toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input }))
      : undefined,
    finish: rawFinishReason,
    usage: ofUsage(usage),
    model: response.modelId,
    requestId: response.headers?.['x-request-id'],
  });
}

/** `undefined` where the SDK was told nothing. */
export function ofUsage(usage: LanguageModelUsage): Usage | undefined {
  if (usage.inputTokens === undefined) return undefined;
  return {
    input: usage.inputTokens,
    output: usage.outputTokens ?? -1,
    total: usage.totalTokens ?? -1,
    cached: usage.inputTokenDetails.cacheReadTokens ?? -1,
    reasoning: usage.outputTokenDetails.reasoningTokens ?? -1,
  };
}
