// An upstream's refusal -> the gateway's error. What the client did wrong is told to the client; what is wrong between
// the gateway and its upstream (credentials, credit, an unknown upstream model) is not the client's to mend.
import { TollgateError } from '../../core/errors.ts';
import type { AnswerHeaders } from '../../core/ports.ts';
import { overflowOf, withLimit } from './context-overflow.ts';

/**
 * Shapes: CONTRACT sections 4 and 5d (`{error:{…}}`, vLLM's flat `{object:"error",message}`). `secrets`: texts that no
 * client may see, such as the upstream's host and key.
 */
export function mapError(
  status: number,
  headers: AnswerHeaders,
  body: Buffer,
  secrets: readonly string[] = [],
  rejection: 'upstream_rejected' | 'model_rejected' = 'upstream_rejected',
): TollgateError {
  // The embedded model's words are the gateway's own; an address in them is the client's.
  const ours = rejection === 'model_rejected';
  const safe = (message: string) => (ours ? message : withoutSecrets(message, secrets));
  const said = readErrorBody(body);
  const retryAfterMs = readRetryAfter(headers);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const cause = new Error(
    `upstream status ${status}: ${safe(said?.message ?? body.toString('utf8', 0, 300))}`,
  );
  if (status === 401 || status === 403) return new TollgateError('upstream_auth_error', { cause });
  if (status === 408 || status === 504) {
    return new TollgateError('upstream_timeout', { cause, ...wait, values: { reason: `status ${status}` } });
  }
  // It is the operator's account that is empty, not the client's; it does not fill up by being asked again.
  if (status === 402 || (status === 429 && isOutOfCredit(said))) {
    return new TollgateError('upstream_out_of_credit', { cause, shouldRetry: false });
  }
  if (status === 429) {
    const waitMs = retryAfterMs ?? 1000;
    const values = { retry: inSeconds(waitMs) };
    return new TollgateError('upstream_rate_limited', { cause, retryAfterMs: waitMs, values });
  }
  if (status === 503 || status === 529) {
    const waitMs = retryAfterMs ?? 1000;
    return new TollgateError('upstream_overloaded', {
      cause,
      retryAfterMs: waitMs,
      values: { retry: inSeconds(waitMs) },
    });
  }
  if (status === 400 || status === 413 || status === 422) {
    const overflow = said && overflowOf(said.message, said.type);
    const param = overflow ? 'messages' : said?.param;
    return new TollgateError(rejection, {
      cause,
      values: {
        reason: said ? withLimit(safe(said.message), overflow?.limit ?? said.limit) : 'it gave no reason.',
      },
      ...(param ? { param } : {}),
      wireCode: overflow ? 'context_length_exceeded' : (said?.code ?? null),
    });
  }
  return new TollgateError('upstream_error', { cause, ...wait, values: { reason: `status ${status}` } });
}

/** The error inside an answer or event that began as a success. */
export function mapErrorMember(error: unknown): TollgateError {
  const said = readErrorMember(error);
  // Without a number, its type tells that the request was at fault.
  const isRefusal = said?.type === 'invalid_request_error';
  const status = isOutOfCredit(said) ? 429 : (said?.numericCode ?? (isRefusal ? 400 : 502));
  if (status >= 400 && status < 600 && status !== 502) {
    return mapError(status, {}, Buffer.from(JSON.stringify({ error })));
  }
  return new TollgateError('upstream_error', {
    cause: new Error(said?.message ?? 'an error without a message'),
    values: { reason: 'it reported an error' },
  });
}

/** OpenAI, Azure, EvoLink, Zhipu, Moonshot. */
const outOfCredit =
  /^(insufficient_quota|insufficient_user_quota|quota_exceeded|billing_hard_limit_reached|billing_not_active|insufficient_balance|exceeded_current_quota_error)$/;

function isOutOfCredit(said: Said | undefined): boolean {
  return outOfCredit.test(said?.code ?? '') || outOfCredit.test(said?.type ?? '');
}

/** Proxies such as LiteLLM write the status as text. */
const statusCode = /^[1-5]\d\d$/;

interface Said {
  readonly message: string;
  readonly param?: string;
  readonly code?: string;
  readonly type?: string;
  readonly numericCode?: number;
  /** Of the context in tokens, in a field of its own. */
  readonly limit?: number;
}

function readErrorBody(body: Buffer): Said | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    // Not JSON: a proxy's HTML page, or a body cut at the limit. Its text is only for the log.
    return undefined;
  }
  const whole = parsed as { error?: unknown; message?: unknown } | null;
  return readErrorMember(whole?.error) ?? readErrorMember(whole);
}

function readErrorMember(error: unknown): Said | undefined {
  if (typeof error === 'string') return { message: error };
  if (typeof error !== 'object' || error === null) return undefined;
  const {
    param,
    code,
    type,
    detail,
    message: told = detail,
    n_ctx: limit,
  } = error as Record<string, unknown>;
  const message = unwrapped(told);
  if (Array.isArray(message)) return readValidation(message);
  if (typeof message !== 'string') return undefined;
  return {
    message,
    ...(typeof param === 'string' ? { param } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof type === 'string' ? { type } : {}),
    ...(statusCode.test(String(code)) ? { numericCode: Number(code) } : {}),
    ...(type === 'exceed_context_size_error' && typeof limit === 'number' ? { limit } : {}),
  };
}

/** Mistral's 422 has FastAPI's answer in the place of the sentence: `{object: "error", message: {detail: […]}}`. */
function unwrapped(told: unknown): unknown {
  return typeof told === 'object' && told !== null && 'detail' in told ? told.detail : told;
}

/** FastAPI's 422, as vLLM and many a proxy send it: `{detail: [{loc: ["body", "temperature"], msg, type}]}`. */
function readValidation(details: readonly unknown[]): Said | undefined {
  const [first] = details as ({ loc?: unknown; msg?: unknown } | null)[];
  if (typeof first?.msg !== 'string') return undefined;
  const steps = Array.isArray(first.loc) ? (first.loc as unknown[]).filter((step) => step !== 'body') : [];
  const param = steps
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${String(step)}`))
    .join('');
  return { message: first.msg, ...(param === '' ? {} : { param }) };
}

/** Keeps an upstream's sentence, without keys, addresses or length that are nobody's business. */
function withoutSecrets(message: string, secrets: readonly string[]): string {
  let masked = message;
  for (const secret of secrets) masked = masked.replaceAll(secret, '***');
  masked = masked
    .replace(/\bBearer\s+\S+/gi, '***')
    .replace(/\b(?:sk|pk|rk|key|gsk|xai|hf|nvapi|AIza)[-_]?[A-Za-z0-9_*-]{12,}/g, '***')
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"')]+/gi, 'the provider')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, 'the provider')
    .replace(/\[[0-9a-f:]*:[0-9a-f:.]*\](?::\d+)?/gi, 'the provider')
    .replace(/\b(?:localhost|(?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d{2,5})\b/gi, 'the provider')
    .replace(
      /\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|ai|dev|cloud|app|local|internal|lan|corp|svc)\b/gi,
      'the provider',
    );
  return masked.length > 600 ? `${masked.slice(0, 597)}…` : masked;
}

/** Nobody waits longer; what an upstream says beyond it goes into a header of ours all the same. */
const longestWaitMs = 24 * 3600 * 1000;

/** As `retry-after` will say it, which has no fractions and no "at once" (RFC 9110 10.2.3; respond.ts). */
const inSeconds = (ms: number) => ` in ${Math.max(1, Math.ceil(ms / 1000))} s`;

/** Milliseconds from `retry-after-ms` or `retry-after` (seconds or date). */
function readRetryAfter(headers: AnswerHeaders): number | undefined {
  const given = readNumber(headers['retry-after-ms']);
  const ms =
    given !== undefined && given >= 0 && given < Number.POSITIVE_INFINITY ? given : readSeconds(headers);
  return ms === undefined ? undefined : Math.min(ms, longestWaitMs);
}

function readSeconds({ 'retry-after': text }: AnswerHeaders): number | undefined {
  if (typeof text !== 'string') return undefined;
  const seconds = readNumber(text);
  if (seconds !== undefined && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** An empty header says nothing; `Number('')` is 0. */
function readNumber(text: string | string[] | undefined): number | undefined {
  return typeof text === 'string' && text.trim() !== '' ? Number(text) : undefined;
}
