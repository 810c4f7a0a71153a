// Where calls go: names are checked when they are resolved, by the transport that every provider uses.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuardedLookup } from '../../src/providers/address-guard.ts';
import { createUpstreamTransport } from '../../src/providers/transport.ts';
import { polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await startUpstream(polite);
});
afterAll(() => upstream[Symbol.asyncDispose]());

/** What came of a call: a status, or the reason of its failure. */
async function call(host: string, resolved: string): Promise<number | string> {
  const lookup = createGuardedLookup(((_name: string, _options: unknown, callback: CallableFunction) =>
    callback(null, [{ address: resolved, family: 4 }])) as never);
  await using transport = createUpstreamTransport(lookup);
  return await new Promise((resolve) => {
    transport.dispatch(
      {
        origin: `http://${host}:${upstream.port}`,
        path: '/v1/chat/completions',
        headers: {},
        body: Buffer.from('{}'),
      },
      2_000,
      {
        onHeaders: (status) => resolve(status),
        onData: () => undefined,
        onEnd: () => undefined,
        onError: ({ reason }) => resolve(reason),
      },
    );
  });
}

test('a name that leads to loopback is called', async () => {
  expect(await call('model.example', '127.0.0.1')).toBe(200);
});

test('a name that leads to a metadata service is not', async () => {
  const before = upstream.connections();
  expect(await call('model.example', '169.254.169.254')).toBe(
    'its host name leads to an address that is refused',
  );
  expect(upstream.connections()).toBe(before);
});

test('an address the operator wrote needs no resolving', async () => {
  expect(await call('127.0.0.1', '169.254.169.254')).toBe(200);
});
