// What a client may get wrong, and what it is told: status, code, param, and a connection that still works.
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateApiKey } from '../../src/accounts/api-key.ts';
import { createKeyWriter } from '../../src/accounts/key-admin.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openSqliteToolStore } from '../../src/store/sqlite/open.ts';
import { errorOf } from '../support/read-events.ts';
import { type Json, polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({ upstreams: [upstream.url], server: { body_limit: '64KiB' } });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await upstream?.[Symbol.asyncDispose]();
  expect(gateway.logs).toEqual([]);
});

/** Sends bytes as they are and gives the whole answer, until `enough` or the end of the connection. */
async function raw(bytes: string, enough: (text: string) => boolean = () => false): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.write(bytes);
  return heard(socket, enough);
}

function heard(socket: Socket, enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (piece) => {
      text += piece;
      if (!enough(text)) return;
      resolve(text);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('end', () => {
      resolve(text);
      socket.destroy();
    });
  });
}

async function writers() {
  const store = await openSqliteToolStore({
    folder: `${gateway.folder}/data`,
    clock: systemClock,
  });
  return { store, keys: createKeyWriter({ reader: store.keyReader, writer: store.keyWriter }, systemClock) };
}

describe('keys', () => {
  test.each([
    ['none', undefined, null],
    ['another scheme', 'Basic abc', null],
    ['an empty one', 'Bearer ', null],
    ['a malformed one', 'Bearer nonsense', 'invalid_api_key'],
    ['one nobody knows', `Bearer ${generateApiKey()}`, 'invalid_api_key'],
  ])('%s', async (_, authorization, code) => {
    for (const path of ['/v1/chat/completions', '/v1/models']) {
      const response = await fetch(`${gateway.url}${path}`, {
        method: path.endsWith('models') ? 'GET' : 'POST',
        headers: authorization ? { authorization } : {},
        ...(path.endsWith('models') ? {} : { body: JSON.stringify(ask()) }),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('x-request-id')).toMatch(/^req_/);
      const error = await errorOf(response);
      expect(error).toMatchObject({ type: 'invalid_request_error', param: null, code });
      if (authorization) expect(JSON.stringify(error)).not.toContain(authorization.slice(7) || '\0');
    }
    expect(await gateway.ledger()).toEqual([]);
  });

  test('a revocation through another handle of the store counts for the very next request', async () => {
    const { store, keys } = await writers();
    await using _ = store;
    const { plaintext, key } = await keys.create({ name: 'short lived' });
    expect((await gateway.chat(ask(), { key: plaintext })).status).toBe(200);
    await keys.revoke(key.id);
    const response = await gateway.chat(ask(), { key: plaintext });
    expect(response.status).toBe(401);
    expect(await errorOf(response)).toMatchObject({ code: 'invalid_api_key' });
    const models = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${plaintext}` },
    });
    expect(models.status).toBe(401);
  });

  test('expired, and limited to other models', async () => {
    const { store, keys } = await writers();
    await using _ = store;
    const old = await keys.create({ name: 'old', expiresAt: Date.now() - 1000 });
    const expired = await gateway.chat(ask(), { key: old.plaintext });
    expect(expired.status).toBe(403);
    expect(await errorOf(expired)).toMatchObject({ code: 'key_expired' });

    const narrow = await keys.create({ name: 'narrow', models: ['free-model'] });
    const forbidden = await gateway.chat(ask(), { key: narrow.plaintext });
    expect(forbidden.status).toBe(403);
    expect(await errorOf(forbidden)).toEqual({
      message: 'Project `default` does not have access to model `test-model`.',
      type: 'invalid_request_error',
      code: 'model_not_found',
      param: null,
    });
    expect((await gateway.chat(ask({ model: 'free-model' }), { key: narrow.plaintext })).status).toBe(200);
    const listed = (await (
      await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${narrow.plaintext}` } })
    ).json()) as Json;
    expect(listed.data.map(({ id }: Json) => id)).toEqual(['free-model']);
  });
});

describe('bodies', () => {
  test.each([
    ['', 400],
    ['{', 400],
    ['"text"', 400],
    ['[]', 400],
    ['null', 400],
    ['{"model":"test-model","messages":[{"role":"user","content":"\uD800"}]', 400],
  ])('%j is no JSON object', async (body, status) => {
    const response = await gateway.chat(body);
    expect(response.status).toBe(status);
    expect(await errorOf(response)).toEqual({
      message: expect.stringMatching(/^We could not parse the JSON body of your request\. /),
      type: 'invalid_request_error',
      code: null,
      param: null,
    });
  });

  test('bytes that are no UTF-8 are refused here, not upstream', async () => {
    const [before, after] = JSON.stringify(ask({ messages: [{ role: 'user', content: '|' }] })).split('|');
    const sent = upstream.requests.length;
    const response = await gateway.chat(
      Buffer.concat([Buffer.from(before ?? ''), Buffer.of(0xff, 0xfe), Buffer.from(after ?? '')]),
    );
    expect(response.status).toBe(400);
    expect(upstream.requests.length).toBe(sent);
  });

  test.each([
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-8', 200],
    ['Application/JSON', 200],
    ['json', 415],
    ['a/b/c', 415],
    ['', 200],
  ])('content type %j', async (contentType, status) => {
    const response = await gateway.chat(ask(), { headers: { 'content-type': contentType } });
    expect(response.status).toBe(status);
    if (status !== 415) return;
    const type = contentType.split(';')[0];
    expect(await errorOf(response)).toEqual({
      message: `Unsupported content type: '${type}'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: ${type}'.`,
      type: 'invalid_request_error',
      code: 'unsupported_content_type',
      param: null,
    });
  });

  test('one that nests without end', async () => {
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    const request = {
      messages: [
        { role: 'developer', content: 'x' },
        { role: 'user', content: 'x', deep: 0 },
      ],
    };
    const response = await gateway.chat(JSON.stringify(ask(request)).replace('"deep":0', `"deep":${deep}`));
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toEqual({
      message: 'The JSON body of your request is nested more than 1000 levels deep.',
      type: 'invalid_request_error',
      code: 'nested_too_deeply',
      param: null,
    });
  });

  test.each([
    ['announced', (size: number) => 'x'.repeat(size)],
    [
      'chunked',
      (size: number) =>
        new ReadableStream({
          pull(controller) {
            controller.enqueue(Buffer.alloc(16 * 1024, 'x'));
            size -= 16 * 1024;
            if (size <= 0) controller.close();
          },
        }),
    ],
  ])('over the limit, %s', async (_, make) => {
    for (const size of [65 * 1024, 8 * 1024 * 1024]) {
      const response = await gateway.chat('', { body: make(size), duplex: 'half' } as RequestInit);
      expect(response.status).toBe(413);
      expect(await errorOf(response)).toEqual({
        message: 'The request body is larger than the limit of 65536 bytes.',
        type: 'invalid_request_error',
        code: 'request_too_large',
        param: null,
      });
    }
    expect((await gateway.chat(ask())).status).toBe(200);
  });

  test('exactly at the limit', async () => {
    const body = JSON.stringify(ask());
    const padded = body + ' '.repeat(64 * 1024 - body.length);
    expect((await gateway.chat(padded)).status).toBe(200);
    expect((await gateway.chat(`${padded} `)).status).toBe(413);
  });

  test.each([
    ['who sends everything before reading', 'Bearer nonsense-nonsense', 401],
    ['with a key, too much', '', 413],
  ])('a client %s still gets the answer', async (_, authorization, status) => {
    const socket = connect(gateway.port, '127.0.0.1');
    const size = 4 * 1024 * 1024;
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization || `Bearer ${gateway.key}`}\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n`,
    );
    // As blocking clients do: nothing is read until all is written.
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.write(Buffer.alloc(size, 'x'), () => resolve());
    });
    const answer = await heard(socket, (text) => text.includes('}}'));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('an early 401 comes before the body does, and nobody waits for the rest of it', async () => {
    const started = performance.now();
    const answer = await raw(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer nonsense-nonsense\r\ncontent-length: 30000000\r\n\r\nbegin',
      (text) => text.includes('}}'),
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('a client that leaves in the middle of its body is no error of ours', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: 100\r\n\r\n{"model":`,
    );
    await new Promise((resolve) => socket.once('connect', () => setTimeout(resolve, 30)));
    socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(gateway.logs).toEqual([]);
  });
});

describe('parameters', () => {
  const tool = { type: 'function', function: { name: 'f' } };
  test.each<[Json, string | null, string]>([
    [{ model: undefined }, 'missing_required_parameter', 'model'],
    [{ model: '' }, 'empty_string', 'model'],
    [{ model: 7 }, 'invalid_type', 'model'],
    [{ messages: undefined }, 'missing_required_parameter', 'messages'],
    [{ messages: [] }, 'empty_array', 'messages'],
    [{ messages: 'hi' }, 'invalid_type', 'messages'],
    [{ messages: [{ content: 'x' }] }, 'missing_required_parameter', 'messages[0].role'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'invalid_value', 'messages[0].role'],
    [{ messages: [{ role: 'user' }] }, 'missing_required_parameter', 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [] }] }, 'empty_array', 'messages[0].content'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'missing_required_parameter',
      'messages[0].content[0].image_url.url',
    ],
    [
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: null, tool_calls: [] },
        ],
      },
      'empty_array',
      'messages[1].tool_calls',
    ],
    [{ messages: [{ role: 'tool', tool_call_id: 'a', content: 'x' }] }, null, 'messages[0].role'],
    [{ temperature: 2.1 }, 'decimal_above_max_value', 'temperature'],
    [{ temperature: -0.1 }, 'decimal_below_min_value', 'temperature'],
    [{ temperature: 'hot' }, 'invalid_type', 'temperature'],
    [{ top_p: 1.1 }, 'decimal_above_max_value', 'top_p'],
    [{ top_p: -1 }, 'decimal_below_min_value', 'top_p'],
    [{ frequency_penalty: 3 }, 'decimal_above_max_value', 'frequency_penalty'],
    [{ presence_penalty: -3 }, 'decimal_below_min_value', 'presence_penalty'],
    [{ n: 0 }, 'integer_below_min_value', 'n'],
    [{ n: 129 }, 'integer_above_max_value', 'n'],
    [{ n: 1.5 }, 'invalid_type', 'n'],
    [{ max_tokens: 0 }, 'integer_below_min_value', 'max_tokens'],
    [{ max_completion_tokens: 0 }, 'integer_below_min_value', 'max_completion_tokens'],
    [{ top_logprobs: 21, logprobs: true }, 'integer_above_max_value', 'top_logprobs'],
    [{ top_logprobs: 2 }, null, 'top_logprobs'],
    [{ stop: [] }, 'empty_array', 'stop'],
    [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'array_above_max_length', 'stop'],
    [{ tools: [] }, 'empty_array', 'tools'],
    [{ tools: Array.from({ length: 129 }, () => tool) }, 'array_above_max_length', 'tools'],
    [{ tools: [{ type: 'function', function: {} }] }, 'missing_required_parameter', 'tools[0].function.name'],
    [
      { tools: [{ type: 'function', function: { name: 'no spaces' } }] },
      'invalid_value',
      'tools[0].function.name',
    ],
    [{ reasoning_effort: 'extreme' }, 'invalid_value', 'reasoning_effort'],
    [{ response_format: { type: 'xml' } }, 'invalid_value', 'response_format.type'],
    [{ stream_options: { include_usage: true } }, null, 'stream_options'],
    [{ stream: 'yes' }, 'invalid_type', 'stream'],
    [{ safety_identifier: 'x'.repeat(129) }, 'string_above_max_length', 'safety_identifier'],
    [{ logit_bias: { 5: 101 } }, 'decimal_above_max_value', 'logit_bias.5'],
  ])('%j', async (members, code, param) => {
    const response = await gateway.chat(ask(members));
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toEqual({
      message: expect.any(String),
      type: 'invalid_request_error',
      param,
      code,
    });
  });

  test('null counts as absent', async () => {
    const members = [
      'temperature',
      'top_p',
      'n',
      'stop',
      'tools',
      'stream',
      'max_tokens',
      'stream_options',
      'seed',
    ];
    const response = await gateway.chat(ask(Object.fromEntries(members.map((name) => [name, null]))));
    expect(response.status).toBe(200);
  });

  test('no cap is too large for the books', async () => {
    for (const cap of [Number.MAX_SAFE_INTEGER, 1e300, Number.MAX_VALUE]) {
      expect((await gateway.chat(ask({ max_tokens: cap, n: 128 }))).status).toBe(200);
    }
  });

  test('unknown model, model without a price', async () => {
    const unknown = await gateway.chat(ask({ model: 'x'.repeat(5000) }));
    expect(unknown.status).toBe(404);
    const error = await errorOf(unknown);
    expect(error).toEqual({
      message: `The model \`${'x'.repeat(100)}\` does not exist or you do not have access to it.`,
      type: 'invalid_request_error',
      code: 'model_not_found',
      param: null,
    });

    const unpriced = await gateway.chat(ask({ model: 'unpriced-model' }));
    expect(unpriced.status).toBe(503);
    expect(unpriced.headers.get('x-should-retry')).toBe('false');
    expect(await errorOf(unpriced)).toMatchObject({ code: 'price_unknown' });
    gateway.logs.splice(0);
  });
});

describe('URLs, methods, bytes', () => {
  test.each([
    ['GET', '/v1/nope', 404, 'unknown_url', null],
    ['POST', '/v1/chat/completion', 404, 'unknown_url', null],
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed', 'POST'],
    ['DELETE', '/v1/chat/completions?x=1', 405, 'method_not_allowed', 'POST'],
    ['PUT', '/v1/models', 405, 'method_not_allowed', 'GET, HEAD'],
    ['POST', '/v1/models/a', 405, 'method_not_allowed', 'GET, HEAD'],
    ['GET', '/%zz', 404, 'unknown_url', null],
    ['GET', '/v1/models/%zz', 404, 'unknown_url', null],
  ])('%s %s', async (method, path, status, code, allow) => {
    const response = await fetch(`${gateway.url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe(allow);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const message =
      code === 'unknown_url'
        ? `Invalid URL (${method} ${path})`
        : `Not allowed to ${method} on ${path.split('?')[0]}. Allowed: ${allow}.`;
    expect(await errorOf(response)).toEqual({ message, type: 'invalid_request_error', code, param: null });
  });

  test.each(['/health', '/ready', '/v1/models', '/v1/models/test-model'])(
    'HEAD %s is GET without a body',
    async (path) => {
      const headers = { authorization: `Bearer ${gateway.key}` };
      const head = await fetch(`${gateway.url}${path}`, { method: 'HEAD', headers });
      const get = await fetch(`${gateway.url}${path}`, { headers });
      expect(head.status).toBe(get.status);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
      expect(await head.text()).toBe('');
    },
  );

  test.each([
    ['what is no HTTP', 'HELLO\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(20_000)}\r\n`, 431],
    [
      'a second content-length',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
    ],
    [
      'a chunk whose size is no number',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer KEY\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
  ])('%s', async (_, bytes, status) => {
    const answer = await raw(bytes.replace('KEY', gateway.key));
    expect(answer).toMatch(/\r\nx-request-id: req_\w+\r\n/);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))).error).toMatchObject({
      code: null,
      param: null,
    });
  });

  test('garbage behind a request does not get into its answer', async () => {
    let proceed = () => {};
    const held = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    upstream.next(async (answer) => {
      answer.head(200, { 'content-type': 'text/event-stream' });
      await answer.write('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n');
      await Promise.race([held, answer.gone]);
    });
    const body = JSON.stringify(ask({ stream: true }));
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    const rest = heard(socket, () => false).catch(() => '');
    socket.write('\0\0garbage\r\n\r\n');
    expect(await rest).not.toContain('HTTP/1.1');
    expect(await upstream.last().closed).toBe('aborted');
    proceed();
  });

  test('a pipelining client that leaves takes its second request along', async () => {
    const before = upstream.requests.length;
    upstream.next(
      async ({ gone }) => void (await gone),
      async ({ gone }) => void (await gone),
    );
    const body = JSON.stringify(ask());
    const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${gateway.key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(request + request);
    const both = [await upstream.arrival(before + 1), await upstream.arrival(before + 2)];
    socket.destroy();
    expect(await Promise.all(both.map(({ closed }) => closed))).toEqual(['aborted', 'aborted']);
  });
});
