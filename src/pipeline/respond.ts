// What goes to the client outside of a stream: headers every answer carries, a whole answer, and the one funnel that
// turns a failure into the error envelope.
import { type TollgateError, toErrorBody } from '../core/errors.ts';
import type { AnswerOutput } from '../core/exchange.ts';

export type Headers = Record<string, string | number>;

/** SDKs show `x-request-id` to their users; the rest is what OpenAI sends. CONTRACT section 3, "Headers out". */
export function commonHeaders(requestId: string, limits?: Readonly<Record<string, string>>): Headers {
  const headers: Headers = {
    'x-request-id': requestId,
    'openai-version': '2020-10-01',
    'access-control-expose-headers': 'X-Request-ID',
  };
  if (limits) Object.assign(headers, limits);
  return headers;
}

export function sendJson(outgoing: AnswerOutput, status: number, headers: Headers, json: string): void {
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = Buffer.byteLength(json);
  outgoing.writeHead(status, headers);
  outgoing.end(json);
}

/** Before the first byte: status and JSON, also for a request that wanted a stream. */
export function sendError(
  outgoing: AnswerOutput,
  requestId: string,
  error: TollgateError,
  limits?: Readonly<Record<string, string>>,
): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const headers = { ...commonHeaders(requestId, limits), ...error.headers, ...retryHeaders(error) };
  sendJson(outgoing, error.status, headers, JSON.stringify(toErrorBody(error)));
  if (!outgoing.req.complete) dropRest(outgoing.req);
}

/** How long the rest of a body that nobody wants may take. */
const lingerMs = 2000;

/**
 * Reads the rest of an unwanted body and drops it: many clients read no answer before they have sent everything, and
 * a connection closed under them would cost them the answer. RFC 9112 section 9.6.
 */
export function dropRest(incoming: AnswerOutput['req']): void {
  incoming.resume();
  const patience = setTimeout(() => incoming.socket.destroy(), lingerMs);
  patience.unref();
  incoming.once('close', () => clearTimeout(patience));
}

/** What SDKs obey before their own guess from the status: CONTRACT section 4, "Retries". */
export function retryHeaders(error: TollgateError): Headers {
  const headers: Headers = {};
  if (error.retryAfterMs !== undefined) {
    headers['retry-after'] = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    headers['retry-after-ms'] = Math.max(1, Math.ceil(error.retryAfterMs));
  }
  const guessedRetry = error.status === 429 || error.status >= 500;
  if (error.shouldRetry !== undefined) headers['x-should-retry'] = String(error.shouldRetry);
  else if (guessedRetry && !error.entry.retryable && error.code !== 'internal_error')
    headers['x-should-retry'] = 'false';
  return headers;
}
