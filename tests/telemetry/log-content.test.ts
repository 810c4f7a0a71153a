// The log has nothing of what was asked and answered, though the platform's own messages about JSON quote it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { polite, type Script, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { ask, startGateway } from '../support/start-gateway.ts';

const secret = 'nobody-may-read-it';
let upstream: ScriptedUpstream;

beforeEach(async () => {
  upstream = await startUpstream(polite);
});
afterEach(() => upstream[Symbol.asyncDispose]());

test.each([
  `{"model": ${secret}, "messages": []}`,
  secret,
  `"${secret}`,
  `{"a": "${secret}" "b"}`,
  `{"a": "${secret}\n"}`,
])('not of a request that is no JSON: %j', async (body) => {
  await using gateway = await startGateway({ upstreams: [upstream.url], logLevel: 'debug' });
  expect((await gateway.chat(body)).status).toBe(400);
  const line = gateway.logs.find(({ error }) => error === 'invalid_json');
  expect(line?.cause).toMatch(/JSON/);
  expectNothingOfIt(gateway.logs);
});

const answering =
  (type: string, body: string): Script =>
  ({ head, end }) => {
    head(200, { 'content-type': type });
    end(body);
  };

test.each([
  ['application/json', `${secret} says the model`, false],
  ['application/json', `{"choices": ${secret}}`, false],
  ['text/event-stream', `data: {"choices": ${secret}}\n\n`, true],
])('not of an answer that is no JSON: %s %j', async (type, body, stream) => {
  upstream.always(answering(type, body));
  await using gateway = await startGateway({ upstreams: [upstream.url], model: { retry: { attempts: 1 } } });
  await (await gateway.chat(ask({ stream }))).text();
  await gateway.ledger();
  expect(gateway.logs.some(({ error, cause }) => error === 'upstream_error' && cause)).toBe(true);
  expectNothingOfIt(gateway.logs);
});

/** The first letter may be told: it is the token that was not expected. */
function expectNothingOfIt(logs: unknown): void {
  expect(JSON.stringify(logs)).not.toContain(secret.slice(0, 3));
}
