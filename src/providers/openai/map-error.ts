// Errors of the Responses API -> the gateway's: with a status, as an `error` event, or in a response that failed. The fields
// they name are those of that API; the client is told the ones it sent. CONTRACT section 5c.
import type { TollgateError } from '../../core/errors.ts';
import type { AnswerHeaders } from '../../core/ports.ts';
import { mapError as mapOpenAIError } from '../openai-compatible/map-error.ts';

export function mapError(
  status: number,
  headers: AnswerHeaders,
  body: Buffer,
  secrets: readonly string[] = [],
): TollgateError {
  return mapOpenAIError(status, headers, withChatParam(body), secrets);
}

/** The body of an error with `param` in terms of chat completions; as it is where there is nothing to change. */
export function withChatParam(body: Buffer): Buffer {
  const error = errorOf(body);
  const param = typeof error?.param === 'string' ? chatParam(error.param) : undefined;
  return error && param !== error.param ? Buffer.from(JSON.stringify({ error: { ...error, param } })) : body;
}

/** An error inside an answer whose status was a success: the `error` member of a response, or an `error` event. */
export function mapErrorEvent(event: unknown): TollgateError {
  const given = (event ?? {}) as WireError & { readonly error?: unknown };
  const error = (typeof given.error === 'object' && given.error !== null ? given.error : given) as WireError;
  const { code, message, param, type } = error;
  const said = {
    message: message ?? 'no reason was given',
    code,
    param,
    type: type === 'error' ? null : type,
  };
  return mapError(statusOf(said), {}, Buffer.from(JSON.stringify({ error: said })));
}

interface WireError {
  readonly code?: unknown;
  readonly type?: unknown;
  readonly message?: unknown;
  readonly param?: unknown;
}

const statuses: Readonly<Record<string, number>> = {
  server_error: 500,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  tokens: 429,
  requests: 429,
  server_is_overloaded: 503,
  slow_down: 503,
  vector_store_timeout: 504,
};
/** What is wrong with the request itself: `invalid_prompt`, `image_too_large`, `bio_policy`, … */
const ofTheRequest = /invalid|image|prompt|policy|context_length|unsupported|data_residency/;

function statusOf({ code, type }: WireError): number {
  for (const name of [code, type]) {
    if (typeof name !== 'string') continue;
    const known = statuses[name];
    if (known !== undefined) return known;
    if (ofTheRequest.test(name)) return 400;
  }
  return 500;
}

const renamed: readonly (readonly [RegExp, string])[] = [
  [/^max_output_tokens$/, 'max_completion_tokens'],
  [/^reasoning(?:\.effort)?$/, 'reasoning_effort'],
  [/^text\.verbosity$/, 'verbosity'],
  [/^text\.format\.(name|schema|strict|description)/, 'response_format.json_schema.$1'],
  [/^text(?:\.format)?\b/, 'response_format'],
  // Items and messages are not counted alike.
  [/^input\b.*$/, 'messages'],
  [/^tools\[(\d+)\]\.(name|description|parameters|strict)\b/, 'tools[$1].function.$2'],
];

function chatParam(param: string): string {
  for (const [pattern, name] of renamed) {
    if (pattern.test(param)) return param.replace(pattern, name);
  }
  return param;
}

function errorOf(body: Buffer): WireError | undefined {
  try {
    const parsed = JSON.parse(body.toString()) as { readonly error?: WireError } | null;
    return typeof parsed?.error === 'object' ? (parsed.error ?? undefined) : undefined;
  } catch {
    // A proxy's page, or a body cut at the limit.
    return undefined;
  }
}
