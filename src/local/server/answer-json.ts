// One chat completion as one JSON object. Shape: CONTRACT section 2.
import type { ChatCompletion, ChatCompletionMessage, FinishReason } from '../../wire/openai/chat-response.ts';
import type { AnswerEvent } from '../chat/answer.ts';
import type { TokenLogprob } from '../chat/answer-logprobs.ts';
import type { ChatEnd } from '../chat/chat-model.ts';

export interface AnswerIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The name the client sent. */
  readonly model: string;
  /** How many choices there will be. */
  readonly choices: number;
  /** Whether tokens come with their probabilities. */
  readonly logprobs: boolean;
  /** A call is told as `function_call`, the wire's name for it before there were tools. */
  readonly legacyFunctions: boolean;
  newCallId(): string;
}

/** Collects events until the answer ends. */
export interface JsonAnswer {
  add(choice: number, event: AnswerEvent): void;
  complete(end: ChatEnd): ChatCompletion;
}

export function createJsonAnswer(identity: AnswerIdentity): JsonAnswer {
  const choices = Array.from({ length: identity.choices }, (_, index) => createJsonChoice(identity, index));
  return {
    add: (choice, event) => choices[choice]?.add(event),
    complete: ({ usage }) => ({
      id: identity.id,
      object: 'chat.completion',
      created: identity.created,
      model: identity.model,
      service_tier: 'default',
      system_fingerprint: null,
      choices: choices.map((choice) => choice.complete()),
      usage,
    }),
  };
}

interface Called {
  readonly name: string;
  arguments: string;
}

function createJsonChoice(identity: AnswerIdentity, index: number) {
  let content = '';
  let reasoning = '';
  let finishReason: FinishReason = 'stop';
  const logprobs: TokenLogprob[] = [];
  const calls: Called[] = [];
  return {
    add(event: AnswerEvent) {
      if (event.type === 'text-delta') {
        content += event.text;
        for (const logprob of event.logprobs) logprobs.push(logprob);
      } else if (event.type === 'reasoning-delta') reasoning += event.text;
      else if (event.type === 'tool-input-start') calls.push({ name: event.name, arguments: '' });
      else if (event.type === 'tool-input-delta') (calls[event.index] as Called).arguments += event.text;
      else finishReason = wireFinishReason(event.reason, identity);
    },
    complete(): ChatCompletion['choices'][number] {
      const message: ChatCompletionMessage = {
        role: 'assistant',
        content: content === '' && calls.length > 0 ? null : content,
        refusal: null,
        annotations: [],
        ...(reasoning !== '' && { reasoning_content: reasoning }),
        ...(calls.length > 0 && wireCalls(calls, identity)),
      };
      return {
        index,
        message,
        logprobs: identity.logprobs ? wireLogprobs(logprobs) : null,
        finish_reason: finishReason,
      };
    },
  };
}

function wireCalls(calls: readonly Called[], { legacyFunctions, newCallId }: AnswerIdentity): object {
  if (legacyFunctions) return { function_call: calls[0] };
  return { tool_calls: calls.map((call) => ({ id: newCallId(), type: 'function', function: call })) };
}

export function wireFinishReason(reason: FinishReason, { legacyFunctions }: AnswerIdentity): FinishReason {
  return reason === 'tool_calls' && legacyFunctions ? 'function_call' : reason;
}

export function wireLogprobs(content: readonly TokenLogprob[]): object {
  return { content: content.length > 0 ? content : null, refusal: null };
}
