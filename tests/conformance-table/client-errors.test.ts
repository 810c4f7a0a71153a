// The rows of the contract's section 4 that the client or this gateway is the cause of. What is said of single fields is
// in refused-fields.test.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateApiKey } from '../../src/accounts/api-key.ts';
import { createKeyWriter } from '../../src/accounts/key-admin.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { absentEngine, ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { expectError } from './expect-error.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;
let narrowKey: string;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({
    upstreams: [upstream.url],
    engine: absentEngine({
      status() {
        throw new Error('the engine at 10.0.0.7 has a bug');
      },
    }),
  });
  await using store = await openSqliteToolStore({ folder: `${gateway.folder}/data`, clock: systemClock });
  const keys = createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock);
  narrowKey = (await keys.create({ name: 'narrow', project: 'p', models: ['free-model'] })).plaintext;
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(upstream.requests).toHaveLength(0);
});

const post = (path: string, init: RequestInit = {}) =>
  fetch(`${gateway.url}${path}`, { method: 'POST', ...init });

describe('the client', () => {
  test('no key', async () =>
    expectError(await post('/v1/chat/completions', { body: JSON.stringify(ask()) }), {
      status: 401,
      code: null,
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    }));

  test('a bad key is shown masked', async () => {
    const key = generateApiKey();
    const response = await gateway.chat(ask(), { key });
    expect(await response.clone().text()).not.toContain(key.slice(8, -4));
    await expectError(response, {
      status: 401,
      code: 'invalid_api_key',
      message: new RegExp(`^Incorrect API key provided: sk-\\S*\\*+\\S*${key.slice(-4)}\\. `),
    });
  });

  test('an unknown model', async () =>
    expectError(await gateway.chat(ask({ model: 'gpt-9' })), {
      status: 404,
      code: 'model_not_found',
      param: null,
      message: 'The model `gpt-9` does not exist or you do not have access to it.',
    }));

  test('a model that is forbidden for the key', async () =>
    expectError(await gateway.chat(ask(), { key: narrowKey }), {
      status: 403,
      code: 'model_not_found',
      param: null,
      message: 'Project `p` does not have access to model `test-model`.',
    }));

  test.each(['{', '[]', '7', '"x"', ''])('no JSON object: %j', async (body) =>
    expectError(await gateway.chat(body), {
      status: 400,
      code: null,
      message: /^We could not parse the JSON body of your request\. /,
    }),
  );

  test('another content type', async () =>
    expectError(await gateway.chat(ask(), { headers: { 'content-type': 'text/plain; charset=x' } }), {
      status: 415,
      code: 'unsupported_content_type',
      message:
        "Unsupported content type: 'text/plain'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: text/plain'.",
    }));

  test('a body above 32 MiB, the usual limit', async () =>
    expectError(await gateway.chat(Buffer.alloc(32 * 1024 * 1024 + 1, ' ')), {
      status: 413,
      code: 'request_too_large',
      message: 'The request body is larger than the limit of 33554432 bytes.',
    }));

  test('an unknown path', async () =>
    expectError(await post('/v1/x?secret=1'), {
      status: 404,
      code: 'unknown_url',
      message: 'Invalid URL (POST /v1/x)',
    }));

  test('another method', async () =>
    expectError(await fetch(`${gateway.url}/v1/chat/completions`, { method: 'PUT' }), {
      status: 405,
      code: 'method_not_allowed',
      message: 'Not allowed to PUT on /v1/chat/completions. Allowed: POST.',
      headers: { allow: 'POST' },
    }));
});

describe('the gateway', () => {
  test('a model without a price, which no retry helps', async () =>
    expectError(await gateway.chat(ask({ model: 'unpriced-model' })), {
      status: 503,
      type: 'server_error',
      code: 'price_unknown',
      message:
        /^The model `unpriced-model` has no price on this gateway.* in the console or by `price` in tollgate\.yaml/,
      headers: { 'x-should-retry': 'false' },
    }));

  test('a fault of our own says nothing of itself, but to the log', async () => {
    await expectError(await gateway.chat(ask({ model: 'gpt-5.1' })), {
      status: 500,
      type: 'server_error',
      code: null,
      message:
        'The server had an error while processing your request. Quote the x-request-id when you ask about it.',
    });
    // The log has it once the request is settled.
    await expect
      .poll(() => JSON.stringify(gateway.logs), { timeout: 20_000 })
      .toContain('the engine at 10.0.0.7 has a bug');
  });
});
