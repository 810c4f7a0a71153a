// What codes of the wire mean, in words: why an answer ended, and what to do about an error.
import type { Answer, AnswerError } from '../stream/answer.ts';

const finishWords: Readonly<Record<string, string>> = {
  stop: 'Finished',
  length: 'Cut off: the output limit was reached',
  tool_calls: 'Waits for tool results',
  function_call: 'Waits for a function result',
  content_filter: 'Stopped by the provider’s content filter',
};

/** How it ended, or how it is going. `openCalls`: that nobody has answered. */
export function statusWords(
  { status, finishReason, reasoning, text, toolCalls, error }: Answer,
  openCalls: number,
): string {
  if (status === 'waiting') return 'Waiting for the first token';
  if (status === 'streaming') {
    if (toolCalls.length > 0) return 'Calling tools';
    return text === '' && reasoning !== '' ? 'Thinking' : 'Answering';
  }
  if (status === 'stopped') return 'Stopped by you';
  if (status === 'failed') return error?.code === 'stream_broken' ? 'Broke off' : 'Failed';
  if (toolCalls.length > 0 && openCalls === 0) {
    return toolCalls.length === 1 ? 'Called a tool' : `Called ${toolCalls.length} tools`;
  }
  if (finishReason === undefined) return 'Finished';
  return finishWords[finishReason] ?? `Ended: ${finishReason}`;
}

const advice: Readonly<Record<string, string>> = {
  insufficient_quota: 'The budget of this key is used up. Raise it under Limits, or choose another project.',
  model_not_found: 'Choose another model, or look under Models which there are.',
  price_unknown: 'Set a price for this model under Models, or mark it as free.',
  context_length_exceeded: 'Shorten the conversation: delete turns, or begin a new one.',
  key_disabled: 'An administrator can enable the playground’s key under API keys.',
  overloaded: 'The model is busy or still loading. Try again in a moment.',
  upstream_timeout: 'The provider took too long. Try again, or choose another model.',
};

/** What to do next, where that is known better than by the message itself. */
export function adviceFor({ code, message }: AnswerError): string | undefined {
  // Providers' limits have the same code, and nothing under Limits changes them.
  if (code === 'rate_limit_exceeded') {
    return message.startsWith('Rate limit reached for')
      ? 'Wait a moment, then try again; or raise the limit under Limits.'
      : 'Wait a moment, then try again, or choose another model.';
  }
  return code === null ? undefined : advice[code];
}
