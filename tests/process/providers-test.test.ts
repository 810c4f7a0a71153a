// `tollgate providers test` as operators run it: every target is asked once, by its own wire; what is printed, what is
// not, and the exit codes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  event,
  goodStream,
  type Json,
  refusal,
  type ScriptedUpstream,
  type Step,
  startUpstream,
  stream,
  whole,
} from '../support/scripted-upstream.ts';
import { runCommand } from '../support/serve-process.ts';

const key = 'sk-operator-0123456789abcdefghij';
let upstream: ScriptedUpstream;
let folder: string;

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream[Symbol.asyncDispose]());
beforeEach(async () => {
  upstream.always(stream(goodStream('O', 'K')));
  upstream.requests.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'tollgate-providers-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const compatible = () => ({ type: 'openai-compatible', base_url: upstream.url, api_key: key });
const model = (...targets: Json[]) => ({ price: 'free', route: [targets] });

async function run(config: Json, args: readonly string[] = [], ending?: Promise<NodeJS.Signals>) {
  const file = join(folder, 'tollgate.yaml');
  await writeFile(file, JSON.stringify(config));
  const environment = { TOLLGATE_CONFIG: file, TOLLGATE_DATA: join(folder, 'data') };
  return await runCommand(['providers', 'test', ...args], environment, ending);
}

async function runJson(
  config: Json,
  args: readonly string[] = [],
): Promise<{ code: number | null; results: Json[] }> {
  const { code, output } = await run(config, ['--json', ...args]);
  return { code, results: JSON.parse(output).results };
}

describe('targets that answer', { timeout: 120_000 }, () => {
  test('each pair of provider and model is asked once, with the same small request', async () => {
    const { code, output } = await run({
      providers: { one: compatible(), two: compatible() },
      models: {
        a: model({ provider: 'one', model: 'x' }, { provider: 'two', model: 'x' }),
        b: model({ provider: 'one', model: 'x' }, { provider: 'one', model: 'y' }),
      },
    });
    expect(code, output).toBe(0);
    const rows = output.split('\n').filter((line) => /^(?:one|two) /.test(line));
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual([
      ['one', 'x', 'ok'],
      ['two', 'x', 'ok'],
      ['one', 'y', 'ok'],
    ]);
    expect(rows[0]).toMatch(/\d ?m?s {2,}[\d.]+ m?s +upstream-model +10 \+ 5$/);
    expect(upstream.requests.map(({ body }) => body.model).sort()).toEqual(['x', 'x', 'y']);
    const { body, headers } = upstream.last();
    expect(body).toMatchObject({
      messages: [{ role: 'user', content: 'Say OK.' }],
      max_tokens: 16,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(headers.authorization).toBe(`Bearer ${key}`);
    expect(output).not.toContain(key);
  });

  const anthropic: Step[] = [
    event({
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-real-20260101',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 9, output_tokens: 1 },
      },
    }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'OK' } }),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }),
    event({ type: 'message_stop' }),
  ];
  const gemini: Step[] = [
    event({
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'OK' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1, totalTokenCount: 4 },
      modelVersion: 'gemini-real-002',
    }),
  ];

  test.each([
    ['openai', {}, goodStream('OK'), 'upstream-model', '/v1/chat/completions', 'authorization'],
    [
      'azure-openai',
      { api_version: '2024-10-21' },
      goodStream('OK'),
      'upstream-model',
      '/v1/deployments/up/chat/completions?api-version=2024-10-21',
      'api-key',
    ],
    ['anthropic', {}, anthropic, 'claude-real-20260101', '/v1/messages', 'x-api-key'],
    [
      'gemini',
      {},
      gemini,
      'gemini-real-002',
      '/v1/models/up:streamGenerateContent?alt=sse',
      'x-goog-api-key',
    ],
  ])('%s by its own wire', async (type, members, steps, answeredBy, path, header) => {
    upstream.next(stream(steps));
    const { code, results } = await runJson(
      {
        providers: { p: { type, base_url: upstream.url, api_key: key, ...members } },
        models: { m: model({ provider: 'p', model: 'up' }) },
      },
      ['--provider', 'p'],
    );
    expect(results).toEqual([
      {
        provider: 'p',
        model: 'up',
        models: ['m'],
        result: 'ok',
        http_status: 200,
        latency_ms: expect.any(Number),
        first_token_ms: expect.any(Number),
        answered_by: answeredBy,
        usage: { input: expect.any(Number), output: expect.any(Number) },
      },
    ]);
    expect(code).toBe(0);
    expect(upstream.last().path).toBe(path);
    expect(upstream.last().headers[header]).toContain(key);
  });
});

test('models that use the same target in another way have it tried in both', {
  timeout: 120_000,
}, async () => {
  const { results } = await runJson(
    {
      providers: { p: compatible() },
      models: {
        a: model({ provider: 'p', model: 'x' }),
        b: {
          ...model({ provider: 'p', model: 'x' }),
          capabilities: { max_tokens_field: 'max_completion_tokens' },
        },
        c: model({ provider: 'p', model: 'x' }),
      },
    },
    ['--provider', 'p'],
  );
  expect(results.map(({ models }) => models)).toEqual([['a', 'c'], ['b']]);
  expect(upstream.requests.map(({ body }) => body.max_tokens ?? -body.max_completion_tokens).sort()).toEqual([
    -16, 16,
  ]);
});

describe('a provider with several keys', { timeout: 120_000 }, () => {
  const other = 'sk-operator-9876543210zyxwvutsrq';
  const config = () => ({
    providers: {
      p: { type: 'openai-compatible', base_url: upstream.url, api_keys: [key, { key: other, weight: 9 }] },
    },
    models: { m: model({ provider: 'p', model: 'x' }) },
  });

  test('each key is tried, and told apart without being shown', async () => {
    upstream.always((answer) =>
      answer.request.headers.authorization === `Bearer ${other}`
        ? refusal(401, { message: `not ${other}` })(answer)
        : stream(goodStream('OK'))(answer),
    );
    const { code, output } = await run(config());
    expect(code).toBe(1);
    expect(output).toMatch(/^p +x +api_keys\[0\] …ghij +ok /m);
    expect(output).toMatch(/^p +x +api_keys\[1\] …tsrq +HTTP 401 /m);
    expect(output).toContain('p, x, api_keys[1] …tsrq (for m)');
    expect(output).not.toContain(key);
    expect(output).not.toContain(other);
    expect(upstream.requests).toHaveLength(2);
  });

  test('in JSON, too', async () => {
    const { results } = await runJson(config(), ['--provider', 'p']);
    expect(results.map(({ credential, result }) => [credential, result])).toEqual([
      ['api_keys[0] …ghij', 'ok'],
      ['api_keys[1] …tsrq', 'ok'],
    ]);
  });
});

describe('targets that do not', { timeout: 120_000 }, () => {
  const one = (members: Json = {}) => ({
    providers: { p: { ...compatible(), ...members } },
    models: { m: model({ provider: 'p', model: 'x' }) },
  });

  test('a refused key: status, sentence, and the upstream’s words without the key and without terminal codes', async () => {
    upstream.next(refusal(401, { message: `Incorrect\n\u001b[31m key: ${key}` }));
    const { code, output } = await run(one());
    expect(code).toBe(1);
    expect(output).toMatch(/^p +x +HTTP 401 /m);
    expect(output).toContain(
      'p, x (for m)\n  HTTP 401. The provider does not accept the key: check `api_key`',
    );
    expect(output).toContain('  It said: Incorrect [31m key: ***\n');
    expect(output).not.toContain(key);
    expect(output).not.toContain('\u001b');
  });

  test('a key in a header of the operator, quoted by the upstream, is not printed', async () => {
    const secret = 'very private words';
    upstream.next(whole(`denied: ${secret}`, 500));
    const { output } = await run(one({ headers: { 'x-team-token': secret } }));
    expect(output).toContain('HTTP 500');
    expect(output).not.toContain(secret);
  });

  test('one bad target among good ones fails the run, and the good ones are told', async () => {
    upstream.next(refusal(404, { message: 'The model `x` does not exist', code: 'model_not_found' }));
    const { code, results } = await runJson(
      {
        providers: { p: compatible() },
        models: {
          m: model(
            { provider: 'p', model: 'x' },
            { provider: 'p', model: 'y' },
            { provider: 'p', model: 'z' },
          ),
        },
      },
      ['--provider', 'p'],
    );
    expect(code).toBe(1);
    expect(results.map(({ result }) => result).sort()).toEqual(['failed', 'ok', 'ok']);
    expect(results.find(({ result }) => result === 'failed')).toMatchObject({
      http_status: 404,
      error: {
        code: 'upstream_error',
        message: expect.stringContaining('knows no such model'),
        upstream_message: 'The model `x` does not exist',
      },
    });
  });

  test('nothing listens there: the reason and the address', async () => {
    const { code, output } = await run(one({ base_url: 'http://127.0.0.1:1/v1' }));
    expect(code).toBe(1);
    expect(output).toMatch(/^p +x +failed /m);
    expect(output).toContain('connection refused');
    expect(output).toContain('127.0.0.1:1');
  });

  test('silence ends with --timeout', async () => {
    upstream.next(stream(['STALL']));
    const { code, output } = await run(one(), ['--timeout', '300ms']);
    expect(code).toBe(1);
    expect(output).toMatch(/^p +x +timeout /m);
    expect(await upstream.last().closed).toBe('aborted');
  });

  test('a stream that breaks off is no answer', async () => {
    upstream.next(stream([...goodStream('OK').slice(0, 2), 'RESET']));
    const { code, results } = await runJson(one());
    expect(code).toBe(1);
    expect(results[0]).toMatchObject({
      result: 'failed',
      http_status: 200,
      error: { code: 'upstream_error' },
    });
  });

  test('Ctrl-C ends the calls, prints what is known and exits with 130', async () => {
    upstream.always((answer) =>
      answer.request.body.model === 'good' ? stream(goodStream('OK'))(answer) : stream(['STALL'])(answer),
    );
    // Four are asked at the same time, so the fifth is asked when the good one has been read to its end.
    const names = ['good', 'slow-1', 'slow-2', 'slow-3', 'slow-4', 'slow-5'];
    const { code, output } = await run(
      {
        providers: { p: compatible() },
        models: { m: model(...names.map((name) => ({ provider: 'p', model: name }))) },
      },
      [],
      upstream.arrival(5).then(() => 'SIGINT' as const),
    );
    expect(code, output).toBe(130);
    expect(output).toMatch(/^p +good +ok /m);
    expect(output.match(/^p +slow-\d +stopped$/gm)).toHaveLength(5);
    expect(output).toContain('stopped before all targets had answered');
    expect(upstream.requests).toHaveLength(5);
  });
});

describe('what is asked for', { timeout: 120_000 }, () => {
  const two = () => ({
    providers: { one: compatible(), two: compatible(), idle: compatible() },
    models: {
      a: model({ provider: 'one', model: 'x' }, { provider: 'two', model: 'x' }),
      b: model({ provider: 'two', model: 'y' }),
      c: model({ provider: 'local' }),
    },
  });

  test('--model and --provider choose', async () => {
    const { results } = await runJson(two(), ['--model', 'a', '--provider', 'two']);
    expect(results.map(({ provider, model }) => [provider, model])).toEqual([['two', 'x']]);
    expect(upstream.requests).toHaveLength(1);
  });

  test('the embedded model and providers without a route are left out, and that is said', async () => {
    const { code, output } = await run(two());
    expect(code).toBe(0);
    expect(output).toContain('Left out: the embedded model (gpt-5.1, gpt-5.1-chat, gpt-5.1-thinking, c)');
    expect(output).toContain('Left out, since no model routes there: idle.');
    expect((await runJson(two(), ['--model', 'c'])).results).toEqual([
      { provider: 'local', model: 'c', models: ['c'], result: 'skipped' },
    ]);
  });

  test('nothing but the embedded model: a sentence, no failure', async () => {
    const { code, output } = await run({});
    expect(code).toBe(0);
    expect(output).toContain('There was nothing to try.');
  });

  test.each([
    [['--model', 'aa'], /there is no model `aa`\. Did you mean `a`\?/],
    [['--provider', 'onee'], /there is no provider `onee`\. Did you mean `one`\?/],
    [['--timeout', '30'], /--timeout must be a time/],
    [['again'], /`again` is one argument too many/],
    [['--speed'], /--speed/],
  ])('%j is wrong use', async (args, says) => {
    const { code, output } = await run(two(), args);
    expect(output).toMatch(says);
    expect(code).toBe(2);
    expect(upstream.requests).toHaveLength(0);
  });

  test('without an action; with a configuration that is not usable', async () => {
    expect(await runCommand(['providers'])).toMatchObject({
      code: 2,
      output: expect.stringContaining('say test'),
    });
    const broken = await run({ providers: { p: { type: 'anthropic' } } });
    expect(broken).toMatchObject({ code: 1, output: expect.stringContaining('needs `api_key`') });
  });
});
