// What every answer of the gateway must be, whatever was asked and whoever lied: the sentences of CONTRACT sections 2
// and 4. Each judge gives what is wrong, in words; nothing = fine.
import type { Json } from '../support/scripted-upstream.ts';
import { type HttpAnswer, headerOf } from './http-bytes.ts';

const clientStatuses = new Set([400, 401, 403, 404, 405, 408, 413, 415, 431]);
const upstreamStatuses = new Set([400, 429, 502, 503, 504]);

const knownHeaders = new Set([
  'access-control-expose-headers',
  'allow',
  'cache-control',
  'connection',
  'content-length',
  'content-security-policy',
  'content-type',
  'cross-origin-embedder-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'date',
  'etag',
  'keep-alive',
  'openai-processing-ms',
  'openai-version',
  'permissions-policy',
  'referrer-policy',
  'retry-after',
  'retry-after-ms',
  'transfer-encoding',
  'vary',
  'x-accel-buffering',
  'x-content-type-options',
  'x-frame-options',
  'x-request-id',
  'x-should-retry',
]);
const ownHeader = /^x-tollgate-[a-z-]+$/;

/** Refusals of bytes that are no HTTP have no request and so no id. */
const withoutRequest = /is not valid HTTP|headers of the request are too large|took too long to arrive/;

export function judgeHead(answer: HttpAnswer): string[] {
  const wrong: string[] = [];
  for (const [name, value] of answer.headers) {
    if (!knownHeaders.has(name) && !ownHeader.test(name))
      wrong.push(`header nobody promised: ${name}: ${value}`);
    if (/^(retry-after|retry-after-ms)$/.test(name) && !/^[1-9]\d{0,11}$/.test(value))
      wrong.push(`${name}: ${value}`);
  }
  try {
    const id = headerOf(answer, 'x-request-id');
    if (id === undefined && !withoutRequest.test(answer.body.toString('latin1')))
      wrong.push('no x-request-id');
    if (id !== undefined && !/^(req_|chatcmpl-)[0-9A-Za-z]{22}$/.test(id)) wrong.push(`x-request-id: ${id}`);
    headerOf(answer, 'content-type');
  } catch (error) {
    wrong.push(String(error));
  }
  return wrong;
}

/** `liar`: the upstream's answer was damaged on purpose, so it may be blamed; otherwise nobody but the client may. */
export function judgeRefusal(answer: HttpAnswer, liar: boolean): string[] {
  const wrong: string[] = [];
  const json = parsed(answer.body.toString());
  const code = json?.error?.code;
  const fair =
    clientStatuses.has(answer.status) ||
    (liar && upstreamStatuses.has(answer.status)) ||
    (answer.status === 503 && code === 'price_unknown');
  if (!fair) wrong.push(`status ${answer.status} for ${liar ? 'an upstream’s lie' : 'a client’s input'}`);
  if (!headerOf(answer, 'content-type')?.startsWith('application/json'))
    wrong.push('an error that is no JSON');
  return [...wrong, ...judgeErrorBody(json)];
}

export function judgeErrorBody(json: Json): string[] {
  const error = json?.error;
  if (typeof error !== 'object' || error === null)
    return [`no error envelope: ${JSON.stringify(json)?.slice(0, 200)}`];
  const wrong: string[] = [];
  if (Object.keys(json).join() !== 'error') wrong.push(`beside the error: ${Object.keys(json)}`);
  if (Object.keys(error).sort().join() !== 'code,message,param,type')
    wrong.push(`keys: ${Object.keys(error)}`);
  if (typeof error.message !== 'string' || error.message === '') wrong.push('no message');
  else if (error.message.length > 1000) wrong.push(`a message of ${error.message.length} characters`);
  // What a client presented as its key it may see again, masked.
  else if (
    /\{\w+\}|undefined|\[object|127\.0\.0\.1|sk-\d(?!\*\*\*)|sk-upstream/.test(withoutQuotes(error.message))
  )
    wrong.push(`message: ${error.message}`);
  if (
    !['invalid_request_error', 'server_error', 'requests', 'tokens', 'insufficient_quota'].includes(
      error.type,
    )
  )
    wrong.push(`type ${error.type}`);
  for (const name of ['param', 'code']) {
    if (error[name] !== null && (typeof error[name] !== 'string' || error[name].length > 1000))
      wrong.push(`${name}: ${JSON.stringify(error[name])?.slice(0, 100)}`);
  }
  return wrong;
}

/** What is quoted may be the client's own. */
function withoutQuotes(message: string): string {
  return message
    .replace(/'[^']*'|`[^`]*`|’[^’]*’/g, '')
    .replace(/^[\s\S]*(Invalid|Unrecognized|Unsupported)[\s\S]*$/, '');
}

export const finishReasons = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'];

/** A whole completion; `model` is the public name the client sent. */
export function judgeCompletion(body: Buffer, model: unknown): string[] {
  const answer = parsed(body.toString());
  if (answer === undefined) return ['the answer is not JSON'];
  const wrong: string[] = [];
  const must = (fits: boolean, what: string, value: unknown) => {
    if (!fits) wrong.push(`${what} is ${JSON.stringify(value)?.slice(0, 120)}`);
  };
  must(typeof answer.id === 'string' && answer.id !== '', 'id', answer.id);
  must(answer.object === 'chat.completion', 'object', answer.object);
  must(Number.isSafeInteger(answer.created) && answer.created >= 0, 'created', answer.created);
  must(answer.model === model, 'model', answer.model);
  must(Array.isArray(answer.choices) && answer.choices.length > 0, 'choices', answer.choices);
  if (wrong.length > 0) return wrong;
  for (const choice of answer.choices) {
    must(Number.isSafeInteger(choice.index) && choice.index >= 0, 'index', choice.index);
    must(finishReasons.includes(choice.finish_reason), 'finish_reason', choice.finish_reason);
    must(isLogprobs(choice.logprobs), 'logprobs', choice.logprobs);
    const { message } = choice;
    must(message?.role === 'assistant', 'role', message?.role);
    must(isTextOrNull(message?.content), 'content', message?.content);
    must(isTextOrNull(message?.refusal), 'refusal', message?.refusal);
    must(['string', 'undefined'].includes(typeof message?.reasoning_content), 'reasoning_content', message);
    must(Array.isArray(message?.annotations), 'annotations', message?.annotations);
    const calls = message?.tool_calls;
    must(
      calls === undefined || (Array.isArray(calls) && calls.length > 0 && calls.every(isCall)),
      'tool_calls',
      calls,
    );
    must(fitsCalls(choice.finish_reason, calls !== undefined), 'finish_reason beside calls', choice);
  }
  const indexes = answer.choices.map((choice: Json) => choice.index);
  must(new Set(indexes).size === indexes.length, 'indexes', indexes);
  must(answer.usage === undefined || isUsage(answer.usage), 'usage', answer.usage);
  return wrong;
}

/** `stop` beside calls ends an agent's loop, `tool_calls` without any makes it endless. */
export function fitsCalls(reason: unknown, called: boolean): boolean {
  return called ? reason !== 'stop' : reason !== 'tool_calls';
}

export function isUsage(usage: Json): boolean {
  const counts = [usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens];
  return (
    counts.every((count) => Number.isSafeInteger(count) && count >= 0) && counts[0] + counts[1] === counts[2]
  );
}

export const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
export const isLogprobs = (value: Json): boolean =>
  value === null ||
  (typeof value === 'object' &&
    ['content', 'refusal'].every(
      (name) => value[name] === undefined || value[name] === null || Array.isArray(value[name]),
    ));

function isCall(call: Json): boolean {
  const called = call?.type === 'custom' ? call.custom : call?.function;
  const input = call?.type === 'custom' ? called?.input : called?.arguments;
  return (
    typeof call?.id === 'string' &&
    call.id !== '' &&
    ['function', 'custom'].includes(call.type) &&
    typeof called?.name === 'string' &&
    typeof input === 'string' &&
    !('index' in call)
  );
}

export function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
