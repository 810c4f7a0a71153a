// Claude's errors -> the gateway's. `{type:"error",error:{type,message}}`, with a status or inside a stream. CONTRACT
// section 5a, "Errors".
import type { TollgateError } from '../../core/errors.ts';
import type { AnswerHeaders } from '../../core/ports.ts';
import { mapError as mapOpenAIError } from '../openai-compatible/map-error.ts';

/** The status an error has where it comes inside a stream. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** An account without credit is a 400 there, told apart by its words. */
const noCredit = /credit balance is too low/i;

/** Its fields, at the beginning of its sentences -> what they are called in the client's request. */
const fields: readonly (readonly [RegExp, string])[] = [
  [/^output_config\.format\b/, 'response_format'],
  [/^messages\b/, 'messages'],
  [/^stop_sequences\b/, 'stop'],
  [/^thinking\b/, 'reasoning_effort'],
];

export function mapError(
  status: number,
  headers: AnswerHeaders,
  body: Buffer,
  secrets: readonly string[] = [],
): TollgateError {
  const message = messageOf(body);
  const empty = status === 400 && noCredit.test(message ?? '');
  const row = fields.find(([pattern]) => pattern.test(message ?? ''));
  // Its `type` says no more than the status.
  const said =
    message === undefined ? body : Buffer.from(JSON.stringify({ error: { message, param: row?.[1] } }));
  return mapOpenAIError(empty ? 402 : status, headers, said, secrets);
}

/** `error` is the member of that name of an `error` event. */
export function mapErrorEvent(error: unknown): TollgateError {
  const type = String((error as { type?: unknown } | null)?.type);
  return mapError(statuses[type] ?? 500, {}, Buffer.from(JSON.stringify({ error: error ?? {} })));
}

function messageOf(body: Buffer): string | undefined {
  try {
    const { error } = JSON.parse(body.toString()) as { readonly error?: { readonly message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    // A proxy's page, or a body cut at the limit.
    return undefined;
  }
}
