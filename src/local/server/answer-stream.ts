// One chat completion as a stream of chunks. Order and shape: CONTRACT section 3.
import { type TollgateError, toErrorBody } from '../../core/errors.ts';
import type { ChatCompletionChunk, FinishReason, WireUsage } from '../../wire/openai/chat-response.ts';
import { doneEvent, encodeData } from '../../wire/sse/encode.ts';
import type { AnswerEvent } from '../chat/answer.ts';
import type { TokenLogprob } from '../chat/answer-logprobs.ts';
import type { ChatEnd } from '../chat/chat-model.ts';
import { type AnswerIdentity, wireFinishReason, wireLogprobs } from './answer-json.ts';

export interface StreamAnswer {
  /** The text to send first: it opens every choice, in order. */
  begin(): string;
  event(choice: number, event: AnswerEvent): string;
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
  const delta = (
    index: number,
    value: object,
    finishReason: FinishReason | null = null,
    tokens: readonly TokenLogprob[] = [],
  ): string => {
    const logprobs = identity.logprobs && tokens.length > 0 ? wireLogprobs(tokens) : null;
    return chunk([{ index, delta: value, logprobs, finish_reason: finishReason }]);
  };

  return {
    begin: () =>
      Array.from({ length: identity.choices }, (_, index) =>
        delta(index, { role: 'assistant', content: '', refusal: null }),
      ).join(''),
    event(choice, event) {
      if (event.type === 'text-delta') return delta(choice, { content: event.text }, null, event.logprobs);
      if (event.type === 'reasoning-delta') return delta(choice, { reasoning_content: event.text });
      if (event.type === 'finish') return delta(choice, {}, wireFinishReason(event.reason, identity));
      return delta(choice, callDelta(event, identity));
    },
    end: ({ usage }) => (includeUsage ? chunk([], usage) : '') + doneEvent,
    fail: (error) => encodeData(JSON.stringify(toErrorBody(error))),
  };
}

type CallEvent = Extract<AnswerEvent, { type: 'tool-input-start' | 'tool-input-delta' }>;

/** Name and id once, then the arguments as they come. */
function callDelta(event: CallEvent, { legacyFunctions, newCallId }: AnswerIdentity): object {
  const starts = event.type === 'tool-input-start';
  const called = starts ? { name: event.name, arguments: '' } : { arguments: event.text };
  if (legacyFunctions) return { function_call: called };
  const head = starts ? { id: newCallId(), type: 'function' } : {};
  return { tool_calls: [{ index: event.index, ...head, function: called }] };
}
