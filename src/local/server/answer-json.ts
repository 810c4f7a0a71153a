// One chat completion as one JSON object. Shape: CONTRACT section 2.
import type { ChatCompletion, WireToolCall } from '../../wire/openai/chat-response.ts';
import type { AnswerEvent } from '../chat/answer.ts';
import type { ChatEnd } from '../chat/chat-model.ts';

export interface AnswerIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The name the client sent. */
  readonly model: string;
  newCallId(): string;
}

/** Collects events until the answer ends. */
export interface JsonAnswer {
  add(event: AnswerEvent): void;
  complete(end: ChatEnd): ChatCompletion;
}

export function createJsonAnswer(identity: AnswerIdentity): JsonAnswer {
  let content = '';
  let reasoning = '';
  const calls: WireToolCall[] = [];
  return {
    add(event) {
      if (event.type === 'text-delta') content += event.text;
      else if (event.type === 'reasoning-delta') reasoning += event.text;
      else calls.push({ id: identity.newCallId(), type: 'function', function: { ...event.call } });
    },
    complete: ({ finishReason, usage }) => ({
      id: identity.id,
      object: 'chat.completion',
      created: identity.created,
      model: identity.model,
      service_tier: 'default',
      system_fingerprint: null,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: content === '' && calls.length > 0 ? null : content,
            refusal: null,
            annotations: [],
            ...(reasoning !== '' && { reasoning_content: reasoning }),
            ...(calls.length > 0 && { tool_calls: calls }),
          },
          logprobs: null,
          finish_reason: finishReason,
        },
      ],
      usage,
    }),
  };
}
