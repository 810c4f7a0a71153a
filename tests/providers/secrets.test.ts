// Upstreams repeat what they were sent, keys and hosts among it, wherever they like. None of it comes back to a client, and
// none of it gets into the log: through every adapter, for any key and host.
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toErrorBody, toTollgateError } from '../../src/core/errors.ts';
import type { ChatCall, ProviderAdapter } from '../../src/core/ports.ts';
import { createReasoningMemory } from '../../src/providers/dialect/reasoning-memory.ts';
import { createProviders, type ServedSetup } from '../../src/providers/registry.ts';
import { createRequestMetrics } from '../../src/telemetry/metrics/request-metrics.ts';
import { createRequestObserver } from '../../src/telemetry/observer.ts';
import {
  event,
  type Json,
  polite,
  type Script,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  whole,
} from '../support/scripted-upstream.ts';
import { absentEngine, ask, startGateway } from '../support/start-gateway.ts';

interface Secret {
  readonly key: string;
  readonly otherKey: string;
  readonly headerKey: string;
  readonly hostname: string;
  readonly port: number;
}

/** Without `*`, which is what stands in the place of a secret. */
const visible = fc
  .integer({ min: 0x21, max: 0x7e })
  .map((code) => String.fromCharCode(code))
  .filter((letter) => letter !== '*');
const word = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
/** Not `fc.string`, which likes the names of JavaScript's properties: those stand in stacks too. */
const textOf = (unit: fc.Arbitrary<string>, minLength: number, maxLength: number) =>
  fc.array(unit, { minLength, maxLength }).map((letters) => letters.join(''));
const keyOf = (unit: fc.Arbitrary<string>) => textOf(unit, 16, 90);
const anyKey = fc.oneof(
  keyOf(visible),
  keyOf(word),
  fc
    .tuple(fc.constantFrom('sk-', 'sk-proj-', 'AIza', 'gsk_', 'Bearer'), keyOf(word))
    .map((parts) => parts.join('')),
);
const label = fc.tuple(textOf(word, 2, 8), textOf(word, 2, 8));
const anySecret: fc.Arbitrary<Secret> = fc.record({
  key: anyKey,
  otherKey: anyKey,
  headerKey: anyKey,
  hostname: fc
    .tuple(label, fc.constantFrom('', '.internal', '.example.com', '.corp.local', '.zone'))
    .map(([[one, two], end]) => `h${one}-${two}x${end}`.toLowerCase()),
  port: fc.integer({ min: 1024, max: 65_535 }),
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const escaped = (text: string, write: (code: number) => string) =>
  [...text].map((letter) => write(letter.charCodeAt(0))).join('');

/** The text as somebody reads it who knows the usual ways to write one. */
function readings(seen: string): string[] {
  const plain = seen
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  // Each once: stacks say the same words again and again.
  const packed = new Set([seen, plain].flatMap((text) => text.match(/[\w+/-]{8,}/g) ?? []));
  const unpacked = [...packed].flatMap((run) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')),
  );
  return [...new Set([seen, plain, seen.replace(/\\(.)/g, '$1'), ...unpacked])];
}

/** How an upstream may put what it knows. */
const quotes: readonly ((secret: Secret, at: number) => string)[] = [
  ({ key }) => `Incorrect API key provided: ${key}.`,
  ({ key }) => key,
  ({ key }) => `authorization=Bearer ${key}; x=${key}`,
  ({ key }) => key.toUpperCase(),
  ({ key }) => `?key=${encodeURIComponent(key)}&alt=sse`,
  ({ key }, at) => `key ${key.slice(0, 8 + Math.floor(at * (key.length - 8)))}... is wrong`,
  ({ key }, at) => `ends with ${key.slice(Math.floor(at * (key.length - 8)))}`,
  ({ key }) => `${'x'.repeat(590)}${key}`,
  ({ key }) => `authorization: Basic ${base64(`user:${key}`)}`,
  ({ key }) => `token ${base64(key)} was refused`,
  ({ key }) => `cookie=${Buffer.from(`{"k":"${key}"}`).toString('base64url')};`,
  ({ key }) => `url ${encodeURIComponent(base64(`a:${key}:b`))}`,
  ({ key }, at) => base64(`xy${key}`).slice(0, 16 + Math.floor(at * key.length)),
  ({ key }) => `?key=${escaped(key, (code) => `%${code.toString(16).padStart(2, '0')}`)}`,
  ({ key }) => `"${escaped(key, (code) => `\\u${code.toString(16).padStart(4, '0')}`)}"`,
  ({ key }) => JSON.stringify({ headers: { authorization: `Bearer ${key}` } }),
  ({ headerKey }) => `x-auth-token: ${base64(headerKey)}`,
  ({ otherKey }) => `the other one, ${otherKey}`,
  ({ headerKey }) => `x-auth-token: ${headerKey}`,
  ({ hostname, port }) => `connect ECONNREFUSED ${hostname}:${port}`,
  ({ hostname }) => `getaddrinfo ENOTFOUND ${hostname}`,
  ({ hostname, port, key }) => `https://user:${key}@${hostname.toUpperCase()}:${port}/v1/chat`,
];

/** Where it may put it. */
const bodies: readonly ((quote: string) => Json)[] = [
  (quote) => ({ error: { message: quote } }),
  (quote) => ({ error: { message: 'no', code: quote, param: quote, type: quote, status: quote } }),
  (quote) => ({ error: { message: { text: quote }, details: [{ reason: quote }, quote], code: 400 } }),
  (quote) => ({ error: quote }),
  (quote) => ({ object: 'error', message: quote, code: 400, param: quote }),
  (quote) => [
    { error: { code: 400, message: quote, status: quote, details: [{ metadata: { key: quote } }] } },
  ],
  (quote) => ({ type: 'error', error: { type: quote, message: quote }, request_id: quote }),
  (quote) => ({ type: 'error', code: quote, message: quote, param: quote }),
  (quote) => ({
    type: 'response.failed',
    response: { status: quote, error: { code: quote, message: quote } },
  }),
  (quote) => ({
    status: 'failed',
    error: { code: quote, message: quote },
    incomplete_details: { reason: quote },
  }),
  (quote) => ({ promptFeedback: { blockReason: quote, blockReasonMessage: quote } }),
  (quote) => ({ choices: quote, content: quote, output: quote, candidates: quote }),
  (quote) => `<html><body>${quote}</body></html>`,
  (quote) => `{"error":{"message":${JSON.stringify(quote)}`,
  (quote) => `{"error": ${quote}`,
  (quote) => quote,
];

const types: readonly (readonly [string, ServedSetup['type'], Json])[] = [
  ['openai', 'openai', { responses: 'never' }],
  ['openai, Responses', 'openai', { responses: 'always' }],
  ['openai-compatible', 'openai-compatible', {}],
  ['azure-openai', 'azure-openai', {}],
  ['anthropic', 'anthropic', {}],
  ['gemini', 'gemini', {}],
  ['bedrock', 'bedrock', {}],
];

const clock = { now: () => 1_800_000_000_000, monotonic: () => 0 };

/** The adapter of the first of two keys. */
function adapterOf(type: ServedSetup['type'], capabilities: Json, secret: Secret): ProviderAdapter {
  const setup: ServedSetup = {
    type,
    name: 'some',
    baseUrl: `http://${secret.hostname}:${secret.port}/v1`,
    apiKeys: [
      { key: secret.key, weight: 1 },
      { key: secret.otherKey, weight: 1 },
    ],
    headers: { 'x-auth-token': secret.headerKey, 'x-team': 'code' },
    capabilities: {
      maxTokensField: 'max_tokens',
      usageInStream: true,
      developerRole: false,
      ...capabilities,
    },
  };
  const providers = createProviders([setup], {
    engine: absentEngine(),
    clock,
    nextCompletionId: () => 'chatcmpl-1',
    memory: createReasoningMemory(),
    random: () => 0,
  });
  const [first] = providers.provider('some')?.credentials?.('m') ?? [];
  if (!first) throw new Error('no key');
  return first.adapter;
}

const request = { model: 'public', messages: [{ role: 'user', content: 'hi' }] } as ChatCall['request'];
const callOf = (streaming: boolean): ChatCall => ({
  request,
  body: Buffer.from(JSON.stringify(request)),
  target: { provider: 'some', model: 'm', weight: 1 },
  streaming,
  includeUsage: false,
});

/** All that anybody gets to see of a failure, as it is read: the client's body, and the lines of the log. */
function seenOf(thrown: unknown): string {
  const error = toTollgateError(thrown);
  const lines: Json[] = [];
  const sink = new Writable({ write: (line, _, done) => done(void lines.push(JSON.parse(String(line)))) });
  const log = pino({ level: 'debug' }, sink);
  createRequestObserver({ log, metrics: createRequestMetrics() }).notExecuted('req_1', error);
  log.error({ err: error.cause }, 'unexpected error');
  expect(lines).toHaveLength(2);
  return textsIn([toErrorBody(error), error.retryAfterMs, lines]).join('\n');
}

function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member)]);
}

function caught(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

/** Pieces of a secret, at least 8 characters long, that stand in a text, whatever their case. */
function leaksOf({ key, otherKey, headerKey, hostname }: Secret, seen: string): string[] {
  const lower = readings(seen).join('\n').toLowerCase();
  const pieces = [key, otherKey, headerKey].flatMap((secret) =>
    Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)),
  );
  return [...pieces, hostname].filter((piece) => lower.includes(piece.toLowerCase()));
}

describe.each(types)('%s', (_name, type, capabilities) => {
  test('tells nobody what it was called with, or where', () => {
    let failures = 0;
    fc.assert(
      fc.property(
        anySecret,
        fc.constantFrom(...quotes),
        fc.constantFrom(...bodies),
        fc.constantFrom(302, 400, 401, 403, 404, 408, 413, 422, 429, 500, 503, 529),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (secret, quote, bodyOf, status, at) => {
          const adapter = adapterOf(type, capabilities, secret);
          const quoted = quote(secret, at);
          const given = bodyOf(quoted);
          const body = Buffer.from(typeof given === 'string' ? given : JSON.stringify(given));
          const headers = {
            'retry-after': quoted,
            'x-echo': quoted,
            location: quoted,
            'x-request-id': quoted,
          };
          const thrown = [
            adapter.mapError(status, headers, body),
            caught(() => adapter.readWhole(callOf(false), body)),
            caught(() => adapter.createStreamReader(callOf(true)).read(body)),
          ].filter((error) => error !== undefined);
          failures += thrown.length;
          for (const error of thrown) expect(leaksOf(secret, seenOf(error))).toEqual([]);
          expect(adapter.forwardHeaders(headers)).toEqual({});
        },
      ),
      { numRuns: 600 },
    );
    // Every refusal, and most of the rest, was read as a failure.
    expect(failures).toBeGreaterThan(900);
  }, 120_000);

  test('still says the rest', () => {
    const secret = {
      key: 'k'.repeat(20),
      otherKey: 'o'.repeat(20),
      headerKey: 'h'.repeat(20),
      hostname: 'tools',
      port: 8000,
    };
    const body = Buffer.from(
      JSON.stringify({
        error: { message: `tools[0] is wrong for ${secret.key}`, param: 'tools[0]', code: 'invalid_code' },
      }),
    );
    const error = adapterOf(type, capabilities, secret).mapError(400, {}, body);
    expect(error.message).toMatch(/: \*\*\*\[0\] is wrong for \*\*\*$/);
    if (!['anthropic', 'gemini'].includes(type)) {
      expect([error.param, error.wireCode]).toEqual([expect.stringContaining('tools[0]'), 'invalid_code']);
    }
  });
});

test.each([
  [500, /^The model provider failed to answer this request \(status 500\)\.$/],
  [429, /^The model provider is rate limiting this gateway\. Please retry in 3 s\.$/],
  [400, /^The model provider rejected the request: the \*\*\* of this \*\*\* is wrong$/],
])('the gateway’s own sentences stay whole, whatever keys and hosts are called: %s', (status, sentence) => {
  const secret = { key: 'my-provider-gateway', otherKey: 'x'.repeat(9), headerKey: 'y'.repeat(9) };
  const adapter = adapterOf('openai-compatible', {}, { ...secret, hostname: 'model', port: 8000 });
  const said = { error: { message: 'the provider of this model is wrong' } };
  const error = adapter.mapError(status, { 'retry-after': '3' }, Buffer.from(JSON.stringify(said)));
  expect(error.message).toMatch(sentence);
  expect(error.retryAfterMs).toBe(status === 400 ? undefined : 3_000);
});

describe('through the gateway', () => {
  let upstream: ScriptedUpstream;
  beforeAll(async () => {
    upstream = await startUpstream(polite);
  });
  afterAll(() => upstream[Symbol.asyncDispose]());

  const key = 'tk-4f9Zq0XbLr7Wm2Kd8Vh1Ty6Nc3';
  /** All that a request had in its head, and where it arrived. */
  const heard = ({ request: { headers } }: Parameters<Script>[0]) => JSON.stringify(headers);
  const faults: readonly (readonly [string, boolean, Script])[] = [
    ...[302, 400, 401, 403, 404, 429, 500, 503].map(
      (status) =>
        [
          `status ${status}`,
          false,
          (answer: Parameters<Script>[0]) =>
            whole({ error: { message: heard(answer), code: key, param: key, type: key } }, status, {
              'x-echo': key,
              location: `http://127.0.0.1:${upstream.port}/?key=${key}`,
            })(answer),
        ] as const,
    ),
    [
      'an error in a success',
      false,
      (answer) => whole({ error: { message: heard(answer), code: 400 } })(answer),
    ],
    ['no JSON', false, whole(`${key} is no JSON`)],
    [
      'a stream that begins with it',
      true,
      (answer) => stream([event({ error: { message: heard(answer), code: key } })])(answer),
    ],
    [
      'a stream that ends with it',
      true,
      (answer) =>
        stream([text('a'), event({ error: { message: heard(answer), code: key, param: key } })])(answer),
    ],
    ['a stream that is garbage', true, stream([text('a'), `data: ${key}\n\n`])],
    ['no HTTP', false, ({ response }) => void response.socket?.end(`${key} ${key}\r\n\r\n`)],
  ];

  test.each(faults)('%s', async (_, streaming, script) => {
    await using gateway = await startGateway({
      upstreams: [upstream.url],
      provider: { api_key: key },
      logLevel: 'debug',
    });
    upstream.next(script);
    const response = await gateway.chat(ask({ stream: streaming }));
    const body = await response.text();
    expect(body).toContain('"error"');
    const row = await gateway.row();
    const kept = JSON.stringify(row, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
    const seen = [body, JSON.stringify([...response.headers]), kept, JSON.stringify(gateway.logs)].join('\n');
    expect(
      leaksOf({ key, otherKey: key, headerKey: key, hostname: `127.0.0.1:${upstream.port}`, port: 0 }, seen),
    ).toEqual([]);
    expect(gateway.logs.length).toBeGreaterThan(0);
  });
});
