// Google's errors -> the gateway's: `{error:{code,message,status,details}}`, sometimes inside an array. CONTRACT section 5b.
import type { TollgateError } from '../../core/errors.ts';
import type { AnswerHeaders } from '../../core/ports.ts';
import { mapError as mapOpenAIError } from '../openai-compatible/map-error.ts';

const statuses: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

interface GoogleError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly status?: unknown;
  readonly details?: unknown;
}

/** A wrong key is a 400 there, told apart by its words. */
const wrongKey = /API key not valid|API_KEY_INVALID/;

/** Its fields in a sentence of Google's -> what they are called in the client's request. */
const fields: readonly (readonly [RegExp, string])[] = [
  [/response_?(?:json_?)?schema|response_?mime_?type/i, 'response_format'],
  [/function_?declarations/i, 'tools'],
  [/\bcontents\b/, 'messages'],
];

function fieldOf(message: unknown): { param?: string } {
  const row = fields.find(([pattern]) => pattern.test(String(message)));
  return row ? { param: row[1] } : {};
}

export function mapError(
  status: number,
  headers: AnswerHeaders,
  body: Buffer,
  secrets: readonly string[] = [],
): TollgateError {
  const error = errorOf(body);
  const key = status === 400 && wrongKey.test(body.toString('utf8', 0, 4_000));
  const retry = retryDelayMs(error?.details);
  const waits = retry === undefined ? headers : { ...headers, 'retry-after-ms': String(retry) };
  // Its `code` is the status as a number, which is no code of an error there or here.
  const said = Buffer.from(
    JSON.stringify({ error: { message: error?.message, ...fieldOf(error?.message) } }),
  );
  return mapOpenAIError(key ? 401 : status, waits, error ? said : body, secrets);
}

/** An error that came with a status of success. */
export function mapErrorMember(error: unknown): TollgateError {
  const { status, code } = (error ?? {}) as GoogleError;
  const known = statuses[String(status)] ?? (Number(code) >= 400 ? Number(code) : 500);
  return mapError(known, {}, Buffer.from(JSON.stringify({ error })));
}

function errorOf(body: Buffer): GoogleError | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    const whole = (Array.isArray(parsed) ? parsed[0] : parsed) as { error?: GoogleError } | null;
    return whole?.error;
  } catch {
    // A proxy's page, or a body cut at the limit.
    return undefined;
  }
}

/** `retryDelay` of google.rpc.RetryInfo: `"3.5s"`. */
function retryDelayMs(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details as ({ retryDelay?: unknown } | null)[]) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(String(detail?.retryDelay))?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return undefined;
}
