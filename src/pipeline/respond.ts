// What goes to the client outside of a stream: headers every answer carries, a whole answer, and the one funnel that
// turns a failure into the error envelope.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TollgateError, toErrorBody } from '../core/errors.ts';

export type Headers = Record<string, string | number>;

/** SDKs show `x-request-id` to their users; the rest is what OpenAI sends. CONTRACT section 3, "Headers out". */
export function commonHeaders(requestId: string): Headers {
  return {
    'x-request-id': requestId,
    'openai-version': '2020-10-01',
    'access-control-expose-headers': 'X-Request-ID',
  };
}

export function sendJson(
  outgoing: ServerResponse,
  status: number,
  headers: Headers,
  json: Buffer | string,
): void {
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = Buffer.byteLength(json);
  outgoing.writeHead(status, headers);
  outgoing.end(json);
}

/** Before the first byte: status and JSON, also for a request that wanted a stream. */
export function sendError(outgoing: ServerResponse, requestId: string, error: TollgateError): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const headers = { ...commonHeaders(requestId), ...retryHeaders(error) };
  // The rest of an oversized or unread body is not waited for.
  if (!outgoing.req.complete && hasBody(outgoing.req)) headers.connection = 'close';
  sendJson(outgoing, error.status, headers, JSON.stringify(toErrorBody(error)));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** What SDKs obey before their own guess from the status: CONTRACT section 4, "Retries". */
function retryHeaders(error: TollgateError): Headers {
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
