// Several keys of one provider, as the upstream, the client, the ledger and the log see them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEvents, textOf } from '../support/read-events.ts';
import {
  event,
  goodStream,
  type Json,
  polite,
  refusal,
  type Script,
  type ScriptedUpstream,
  startUpstream,
  stream,
} from '../support/scripted-upstream.ts';
import { standingClock } from '../support/standing-clock.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

const keys = [
  'sk-one-0123456789abcdefgh-AAAA',
  'sk-two-0123456789abcdefgh-BBBB',
  'sk-six-0123456789abcdefgh-CCCC',
];
const [one, two, three] = keys as [string, string, string];

let upstream: ScriptedUpstream;
let second: ScriptedUpstream;
/** What a key gets for an answer, if not a polite one. */
const fates = new Map<string, Script>();

beforeAll(async () => {
  upstream = await startUpstream((answer) => (fates.get(keyOf(answer.request)) ?? polite)(answer));
  second = await startUpstream(polite);
});
beforeEach(() => {
  fates.clear();
  upstream.requests.length = 0;
  second.requests.length = 0;
});
afterAll(async () => {
  for (const each of [upstream, second]) await each[Symbol.asyncDispose]();
});

const keyOf = ({ headers }: { headers: Json }) => String(headers.authorization).replace('Bearer ', '');
const used = () => upstream.requests.map(keyOf);

/** A first key that is nearly always drawn first. */
const firstly = (...others: string[]) => [{ key: one, weight: 1_000_000 }, ...others.map((key) => ({ key }))];

function gatewayWith(
  apiKeys: Json,
  more: Partial<Parameters<typeof startGateway>[0]> = {},
): Promise<TestGateway> {
  return startGateway({
    upstreams: [upstream.url],
    provider: { api_key: undefined, api_keys: apiKeys },
    logLevel: 'debug',
    // A key rests for as long as the test takes.
    clock: standingClock(),
    ...more,
  });
}

async function asked(gateway: TestGateway, members: Json = {}): Promise<number> {
  const response = await gateway.chat(ask(members));
  await response.text();
  return response.status;
}

describe('a key that is refused or limited', () => {
  test.each([
    ['401', refusal(401)],
    ['403', refusal(403)],
    ['429', refusal(429, { code: 'rate_limit_exceeded' })],
    ['429 with Retry-After', refusal(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '60' })],
    ['429 without credit', refusal(429, { code: 'insufficient_quota' })],
    ['402', refusal(402)],
  ])('%s: another is used at once, and for the next request', async (_, script) => {
    await using gateway = await gatewayWith(firstly(two));
    fates.set(one, script);
    expect(await asked(gateway)).toBe(200);
    expect(used()).toEqual([one, two]);
    expect(await asked(gateway)).toBe(200);
    expect(used()).toEqual([one, two, two]);
  });

  test('streams too, also where the stream itself begins with the error', async () => {
    await using gateway = await gatewayWith(firstly(two));
    fates.set(one, stream([event({ error: { message: 'slow down', code: 429 } })]));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect(textOf(events)).toBe('Hello, world!');
    expect(used()).toEqual([one, two]);
  });

  test.each([
    ['429', { message: 'slow down', code: 429 }],
    ['401', { message: 'no', code: 401 }],
    ['403', { message: 'no', code: '403' }],
  ])('a %s in the middle of a stream rests the key for the next request', async (_, error) => {
    await using gateway = await gatewayWith(firstly(two));
    fates.set(one, stream([...goodStream('Hel').slice(0, 2), event({ error })]));
    const events = await readEvents(await gateway.chat(ask({ stream: true })));
    expect([textOf(events), events.done]).toEqual(['Hel', false]);
    expect(await asked(gateway)).toBe(200);
    expect(used()).toEqual([one, two]);
  });

  test('what else goes wrong in the middle of a stream does not', async () => {
    await using gateway = await gatewayWith(firstly(two));
    fates.set(one, stream([...goodStream('Hel').slice(0, 2), event({ error: { message: 'x', code: 500 } })]));
    await readEvents(await gateway.chat(ask({ stream: true })));
    fates.delete(one);
    expect(await asked(gateway)).toBe(200);
    expect(used()).toEqual([one, one]);
  });

  test('each key is used once before the next target', async () => {
    await using gateway = await gatewayWith(firstly(two, three), { upstreams: [upstream.url, second.url] });
    for (const key of keys) fates.set(key, refusal(401));
    const response = await gateway.chat(ask());
    await response.text();
    expect(response.headers.get('x-tollgate-served-by')).toBe('second/upstream-model');
    expect(used().toSorted()).toEqual(keys.toSorted());
    const { attempts = [] } = await gateway.row();
    expect(attempts.map(({ provider, error }) => [provider, error])).toEqual([
      ...Array(3).fill(['first', 'upstream_auth_error']),
      ['second', undefined],
    ]);
  });

  test('when all are limited the client is told of the one that is back first, and only that one is asked', async () => {
    await using gateway = await gatewayWith(firstly(two));
    fates.set(one, refusal(429, {}, { 'retry-after': '20' }));
    fates.set(two, refusal(429, {}, { 'retry-after': '50' }));
    const response = await gateway.chat(ask());
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '20']);
    await response.text();
    fates.clear();
    expect(await asked(gateway)).toBe(200);
    expect(used().slice(2)).toEqual([one]);
  });
});

describe('what is not the fault of a key', () => {
  test.each([
    ['400', refusal(400), 400],
    ['500', refusal(500), 502],
    ['503', refusal(503), 503],
    ['a reset', (({ reset }) => reset()) as Script, 502],
  ])('%s does not cost another call', async (_, script, status) => {
    await using gateway = await gatewayWith(firstly(two));
    fates.set(one, script);
    expect(await asked(gateway)).toBe(status);
    expect(used()).toEqual([one]);
  });
});

test('every provider sends the keys of its list', async () => {
  const headerOf: Record<string, [string, string]> = {
    openai: ['authorization', 'Bearer '],
    'openai-compatible': ['authorization', 'Bearer '],
    'azure-openai': ['api-key', ''],
    anthropic: ['x-api-key', ''],
    gemini: ['x-goog-api-key', ''],
  };
  await using gateway = await gatewayWith([one]);
  for (const [type, [header, prefix]] of Object.entries(headerOf)) {
    await gateway.configure({
      providers: { some: { type, base_url: upstream.url, api_keys: firstly(two) } },
      models: { 'test-model': { price: 'free', route: [[{ provider: 'some', model: 'some-model' }]] } },
    });
    upstream.requests.length = 0;
    upstream.next(refusal(401), refusal(401));
    expect([type, await asked(gateway)]).toEqual([type, 502]);
    expect(upstream.requests.map(({ headers }) => headers[header])).toEqual([prefix + one, prefix + two]);
  }
});

describe('which key was used', () => {
  test('is on the ledger row, also when nothing went wrong', async () => {
    await using gateway = await gatewayWith(firstly(two));
    expect(await asked(gateway)).toBe(200);
    expect((await gateway.row()).attempts).toEqual([
      expect.objectContaining({ provider: 'first', status: 200, credential: 'api_keys[0] …AAAA' }),
    ]);
  });

  test('is in the log, and a key that is refused is a warning there', async () => {
    await using gateway = await gatewayWith(firstly(two), { logLevel: 'debug' });
    fates.set(one, refusal(401, { message: `Incorrect API key provided: ${one}` }));
    expect(await asked(gateway)).toBe(200);
    await gateway.row();
    const warnings = gateway.logs.filter(({ level }) => level === 40);
    expect(warnings).toEqual([
      expect.objectContaining({
        provider: 'first',
        credential: 'api_keys[0] …AAAA',
        model: 'upstream-model',
        error: 'upstream_auth_error',
        forMs: 600_000,
        cause: 'upstream status 401: Incorrect API key provided: ***',
      }),
    ]);
    const [line] = gateway.logs.filter(({ msg }) => msg === 'request');
    expect(line.attempts.map(({ credential, error }: Json) => [credential, error])).toEqual([
      ['api_keys[0] …AAAA', 'upstream_auth_error'],
      ['api_keys[1] …BBBB', undefined],
    ]);
    expect(JSON.stringify(gateway.logs)).not.toContain('0123456789');
  });

  test('is not asked where there is one key', async () => {
    await using gateway = await gatewayWith([one]);
    expect(await asked(gateway)).toBe(200);
    expect((await gateway.row()).attempts).toBeUndefined();
    expect(used()).toEqual([one]);
  });
});
