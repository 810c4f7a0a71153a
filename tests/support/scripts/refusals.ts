// Answers that are no success from the start, with what the client is to be told instead. CONTRACT section 4.
import type { Script } from '../scripted-upstream.ts';
import { event, refusal, stream, whole } from './pieces.ts';

export interface Refusal {
  readonly script: Script;
  /** What the gateway says of it: status, and `type`, `code` and `param` of the error body. */
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  /** A part of the message. */
  readonly says: RegExp;
}

const server = (status: number, code: string, says: RegExp) => ({
  status,
  type: 'server_error',
  code,
  param: null,
  says,
});
const limited = { status: 429, type: 'requests', code: 'rate_limit_exceeded', param: null };
const tooLong =
  "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.";

/** No wait in them is longer than a few ms: clients that retry obey it. */
export const refusals: Readonly<Record<string, Refusal>> = {
  '400 with code and param': {
    script: refusal(400, { message: tooLong, code: 'context_length_exceeded', param: 'messages' }),
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'messages',
    says: /maximum context length is 4096 tokens/,
  },
  '400 flat, as vLLM wrote it': {
    script: whole(
      { object: 'error', message: 'top_k is wrong', type: 'BadRequestError', param: 'top_k', code: 400 },
      400,
    ),
    status: 400,
    type: 'invalid_request_error',
    code: null,
    param: 'top_k',
    says: /top_k is wrong/,
  },
  '401: the key of the gateway, not of the client': {
    script: refusal(401, { message: 'Incorrect API key provided: sk-upstream', code: 'invalid_api_key' }),
    ...server(502, 'upstream_auth_error', /did not accept the credentials of this gateway/),
  },
  '429 with retry-after': {
    script: refusal(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '1', 'retry-after-ms': '5' }),
    ...limited,
    says: /rate limiting/,
  },
  '429 without retry-after': {
    script: refusal(429, { code: 'rate_limit_exceeded' }),
    ...limited,
    says: /rate limiting/,
  },
  '500 with a stack trace': {
    script: whole('Traceback (most recent call last): secret.py', 500, { 'retry-after-ms': '5' }),
    ...server(502, 'upstream_error', /failed to answer/),
  },
  '503 overloaded': {
    script: refusal(503, { message: 'busy' }, { 'retry-after-ms': '5' }),
    ...server(503, 'overloaded', /at capacity/),
  },
  'HTML of a proxy': {
    script: whole('<html><body>502 Bad Gateway</body></html>', 502, { 'content-type': 'text/html' }),
    ...server(502, 'upstream_error', /failed to answer/),
  },
  'an error in a success': {
    script: whole({ error: { message: 'boom', code: 500 } }),
    ...server(502, 'upstream_error', /failed to answer/),
  },
  'a reset before the first byte': {
    script: ({ reset }) => reset(),
    ...server(502, 'upstream_error', /failed to answer/),
  },
};

/** The first event of a stream is an error: the status is still to be decided, so it is told as a status. */
export const errorFirst: Script = stream([
  event({ error: { message: 'busy', type: 'server_error', param: null, code: 503 } }),
]);
