// One chat completion as a stream of chunks. Order and shape: CONTRACT section 3.
import { type TollgateError, toErrorBody } from '../../core/errors.ts';
import type {
  ChatCompletionChunk,
  ChunkDelta,
  FinishReason,
  WireUsage,
} from '../../wire/openai/chat-response.ts';
import { doneEvent, encodeData } from '../../wire/sse/encode.ts';
import type { AnswerEvent } from '../chat/answer.ts';
import type { ChatEnd } from '../chat/chat-model.ts';
import type { AnswerIdentity } from './answer-json.ts';

export interface StreamAnswer {
  /** The text to send first. */
  begin(): string;
  event(event: AnswerEvent): string;
  end(end: ChatEnd): string;
  /** In place of `end`; the connection closes after it, without `[DONE]`. */
  fail(error: TollgateError): string;
}

export function createStreamAnswer(identity: AnswerIdentity, includeUsage: boolean): StreamAnswer {
  const chunk = (choices: ChatCompletionChunk['choices'], usage: WireUsage | null = null): string => {
    const body: ChatCompletionChunk = {
      id: identity.id,
      object: 'chat.completion.chunk',
      created: identity.created,
      model: identity.model,
      system_fingerprint: null,
      choices,
      ...(includeUsage && { usage }),
    };
    return encodeData(JSON.stringify(body));
  };
  const delta = (value: ChunkDelta, finishReason: FinishReason | null = null): string =>
    chunk([{ index: 0, delta: value, logprobs: null, finish_reason: finishReason }]);

  return {
    begin: () => delta({ role: 'assistant', content: '', refusal: null }),
    event(event) {
      if (event.type === 'text-delta') return delta({ content: event.text });
      if (event.type === 'reasoning-delta') return delta({ reasoning_content: event.text });
      const { index, call } = event;
      const head = { index, id: identity.newCallId(), type: 'function' as const };
      return (
        delta({ tool_calls: [{ ...head, function: { name: call.name, arguments: '' } }] }) +
        delta({ tool_calls: [{ index, function: { arguments: call.arguments } }] })
      );
    },
    end: ({ finishReason, usage }) =>
      delta({}, finishReason) + (includeUsage ? chunk([], usage) : '') + doneEvent,
    fail: (error) => encodeData(JSON.stringify(toErrorBody(error))),
  };
}
