// One line in the log for each request, whatever became of it, at the level that is the default.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';

let upstream: ScriptedUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  upstream = await startUpstream(polite);
  gateway = await startGateway({
    upstreams: [upstream.url],
    logLevel: 'info',
    model: { retry: { attempts: 1 } },
  });
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

/** The only one; it may come a moment after the row is closed. */
async function lineAbout(id: string | null) {
  const lines = () => gateway.logs.filter(({ request }) => request === id);
  await expect.poll(() => lines().length).toBeGreaterThan(0);
  expect(lines()).toHaveLength(1);
  return lines()[0];
}

async function lineOf(response: Response) {
  await response.text();
  await gateway.ledger();
  return lineAbout(response.headers.get('x-request-id'));
}

const info = 30;
const warn = 40;

test.each([false, true])('an answer; stream: %s', async (stream) => {
  const line = await lineOf(await gateway.chat(ask({ stream })));
  expect(line).toMatchObject({
    level: info,
    msg: 'request',
    key: expect.stringMatching(/^key_/),
    model: 'test-model',
    stream,
    provider: 'first',
    upstreamModel: 'upstream-model',
    state: 'settled',
    status: 200,
    usage: expect.objectContaining({ input: expect.any(Number), output: expect.any(Number) }),
    costUsd: '0.00002',
    durationMs: expect.any(Number),
  });
  expect(line).not.toHaveProperty('error');
});

test.each([
  ['no key', 401, 'missing_api_key', { headers: { authorization: '' } }, ask()],
  ['a wrong key', 401, 'invalid_api_key', { key: 'sk-tollgate-nobody' }, ask()],
  ['no JSON', 400, 'invalid_json', {}, '{'],
  ['an unknown model', 404, 'model_not_found', {}, ask({ model: 'nobody' })],
])('a refusal: %s', async (_, status, error, init, body) => {
  const line = await lineOf(await gateway.chat(body, init));
  expect(line).toMatchObject({ level: info, msg: 'refused', status, error });
  expect(line).not.toHaveProperty('cause');
});

test('a failure of the upstream', async () => {
  upstream.always(({ reset }) => reset());
  const line = await lineOf(await gateway.chat(ask()));
  expect(line).toMatchObject({ level: warn, msg: 'request failed', status: 502, cause: expect.any(String) });
});

test('a client that leaves', async () => {
  upstream.always(async ({ gone }) => void (await gone));
  const leaving = new AbortController();
  const answer = gateway.chat(ask(), { signal: leaving.signal });
  while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  leaving.abort();
  await expect(answer).rejects.toThrow();
  const row = await gateway.row();
  expect(await lineAbout(row.id)).toMatchObject({ level: info, error: 'client_aborted' });
});
