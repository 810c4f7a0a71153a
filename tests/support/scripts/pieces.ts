// The bytes an OpenAI-style upstream writes, piece by piece, and the ways to play them. Families of whole answers are in
// the files beside; knows nothing of the gateway.
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Json, Script } from '../scripted-upstream.ts';

export const standardUsage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** A whole chat completion, with members replaced or added. */
export function completion(members: Json = {}): Json {
  return {
    id: 'chatcmpl-upstream',
    object: 'chat.completion',
    created: 1_755_133_833,
    model: 'upstream-model',
    choices: [choice()],
    usage: standardUsage,
    ...members,
  };
}

export function choice(members: Json = {}): Json {
  const { message, ...rest } = members;
  return {
    index: 0,
    message: { role: 'assistant', content: 'Hello, world!', refusal: null, ...message },
    logprobs: null,
    finish_reason: 'stop',
    ...rest,
  };
}

/** Answers with one JSON body. */
export function whole(body: Json = completion(), status = 200, headers: Record<string, string> = {}): Script {
  return ({ head, end }) => {
    head(status, { 'content-type': 'application/json', ...headers });
    end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };
}

/** OpenAI's error body with a status. */
export function refusal(status: number, error: Json = {}, headers: Record<string, string> = {}): Script {
  return whole(
    { error: { message: 'no', type: 'invalid_request_error', param: null, code: null, ...error } },
    status,
    headers,
  );
}

/** A step of a stream: bytes as one packet, or something to happen. */
export type Step = string | Buffer | Promise<unknown> | { readonly wait: number } | 'RESET' | 'END' | 'STALL';

/** Answers with an event stream of these steps; it ends behind the last one. */
export function stream(steps: readonly Step[], headers: Record<string, string> = {}): Script {
  return async (answer) => {
    answer.head(200, { 'content-type': 'text/event-stream', ...headers });
    answer.response.flushHeaders();
    for (const step of steps) {
      if (!(await play(step, answer))) return;
    }
    answer.end();
  };
}

/** Plays one step; `false` when the stream is over. */
export async function play(step: Step, answer: Answer): Promise<boolean> {
  if (step === 'RESET') {
    answer.reset();
    return false;
  }
  if (step === 'END') {
    answer.end();
    return false;
  }
  if (step === 'STALL') {
    await answer.gone;
    return false;
  }
  if (typeof step === 'string' || Buffer.isBuffer(step)) return answer.write(step);
  await Promise.race([step instanceof Promise ? step : delay(step.wait), answer.gone]);
  return true;
}

/** `data: {…}` and a blank line. */
export function event(value: Json): string {
  return `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
}

export const done = 'data: [DONE]\n\n';

/** One chat completion chunk with this delta in choice 0. */
export function chunk(delta: Json, members: Json = {}): string {
  const { index = 0, finish_reason = null, ...rest } = members;
  return event({
    id: 'chatcmpl-upstream',
    object: 'chat.completion.chunk',
    created: 1_755_133_833,
    model: 'upstream-model',
    choices: [{ index, delta, finish_reason }],
    ...rest,
  });
}

export const roleChunk = chunk({ role: 'assistant', content: '', refusal: null });
export const text = (content: string, members?: Json): string => chunk({ content }, members);
export const finish = (reason = 'stop', members: Json = {}): string =>
  chunk({}, { finish_reason: reason, ...members });
export const usageChunk = (usage: Json = standardUsage): string =>
  event({
    id: 'chatcmpl-upstream',
    object: 'chat.completion.chunk',
    created: 1_755_133_833,
    model: 'upstream-model',
    choices: [],
    usage,
  });

/** The steps of a well-behaved stream that writes these texts. */
export function goodStream(...texts: string[]): Step[] {
  return [roleChunk, ...texts.map((content) => text(content)), finish(), usageChunk(), done];
}

/** The standing script of most tests: whole or streamed, as the request asks. */
export const polite: Script = (answer) =>
  answer.request.body?.stream ? stream(goodStream('Hello', ', ', 'world!'))(answer) : whole()(answer);
