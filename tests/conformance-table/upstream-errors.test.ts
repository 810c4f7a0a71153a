// The rows of the contract's section 4 that an upstream is the cause of, whole and for a stream that has not begun.
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  type Json,
  polite,
  refusal,
  type Script,
  type ScriptedUpstream,
  startUpstream,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type ErrorRow, expectError } from './expect-error.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({
    upstreams: [upstream.url],
    model: { timeouts: { first_token: '300ms' } },
    server: { circuit_breaker: 'off' },
  });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
});

describe('the upstream says no to the request: its own words, code and param', () => {
  const overflow =
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.";
  const unsupported =
    "Unsupported value: 'temperature' does not support 0.1 with this model. Only the default (1) value is supported.";

  test.each<[string, Json, ErrorRow]>([
    [
      'context overflow',
      { message: overflow, code: 'context_length_exceeded', param: 'messages' },
      {
        status: 400,
        code: 'context_length_exceeded',
        param: 'messages',
        message: /maximum context length is 8192 tokens/,
      },
    ],
    [
      'blocked content',
      { message: 'The prompt was filtered.', code: 'content_filter', param: 'prompt' },
      { status: 400, code: 'content_filter', param: 'prompt', message: /The prompt was filtered\./ },
    ],
    [
      'blocked by policy',
      { message: 'Rejected.', code: 'content_policy_violation', param: null },
      { status: 400, code: 'content_policy_violation', message: /Rejected\./ },
    ],
    [
      'an unsupported value',
      { message: unsupported, code: 'unsupported_value', param: 'temperature' },
      {
        status: 400,
        code: 'unsupported_value',
        param: 'temperature',
        message: /Only the default \(1\) value is supported\./,
      },
    ],
  ])('%s', async (_, error, row) => {
    for (const stream of [false, true]) {
      upstream.next(refusal(400, error));
      await expectError(await gateway.chat(ask({ stream })), row);
    }
  });
});

describe('the upstream fails', () => {
  const server = { type: 'server_error' } as const;
  const stall: Script = async ({ gone }) => void (await gone);

  test.each<[string, Script, ErrorRow]>([
    [
      'a rate limit',
      refusal(429, { message: 'org-1 is over its limit' }, { 'retry-after': '7' }),
      {
        status: 429,
        type: 'requests',
        code: 'rate_limit_exceeded',
        message: /^The model provider is rate limiting this gateway\. Please retry in 7/,
        headers: { 'retry-after': '7', 'retry-after-ms': '7000', 'x-should-retry': null },
      },
    ],
    [
      'a failure',
      refusal(500, { message: 'at 10.1.2.3' }),
      {
        ...server,
        status: 502,
        code: 'upstream_error',
        message: /^The model provider failed to answer this request \([^)]*\)\.$/,
      },
    ],
    [
      'garbage',
      whole('<html>gw-7.internal</html>', 200, { 'content-type': 'text/html' }),
      { ...server, status: 502, code: 'upstream_error', message: /^The model provider failed to answer/ },
    ],
    [
      'overload',
      refusal(503, {}, { 'retry-after': '12' }),
      {
        ...server,
        status: 503,
        code: 'overloaded',
        message: /^The model is at capacity and takes no more requests right now\. Please retry in 12/,
        headers: { 'retry-after': '12', 'retry-after-ms': '12000' },
      },
    ],
    [
      'silence',
      stall,
      {
        ...server,
        status: 504,
        code: 'upstream_timeout',
        message: /^The model provider did not answer in time \(/,
      },
    ],
    [
      'a key of ours that it does not know: never 401',
      refusal(401, { message: 'Incorrect API key provided: sk-upstream', code: 'invalid_api_key' }),
      {
        ...server,
        status: 502,
        code: 'upstream_auth_error',
        message: /^The model provider did not accept the credentials of this gateway\. Your own key is fine;/,
      },
    ],
    [
      'an account of ours that is empty: never the client’s quota',
      refusal(429, { code: 'insufficient_quota' }),
      { ...server, status: 503, code: 'no_available_upstream', message: /^The account of this gateway/ },
    ],
  ])('%s', async (_, script, row) => {
    for (const stream of [false, true]) {
      upstream.next(script);
      await expectError(await gateway.chat(ask({ stream })), row);
    }
  });
});
