// `server.circuit_breaker` is taken over by a reload: what it says of failures counts from then on, without a restart.
import { expect, test } from 'vitest';
import { polite, refusal, startUpstream } from '../support/scripted-upstream.ts';
import { ask, configOf, startGateway } from '../support/start-gateway.ts';

test('a breaker that is switched on, and off again, while the gateway runs', async () => {
  await using first = await startUpstream(refusal(500));
  await using second = await startUpstream(polite);
  const options = { upstreams: [first.url, second.url] };
  const withBreaker = (circuit_breaker: unknown) => configOf({ ...options, server: { circuit_breaker } });
  await using gateway = await startGateway({ ...options, server: { circuit_breaker: 'off' } });
  const askTimes = async (times: number) => {
    const before = first.requests.length;
    for (let count = 0; count < times; count++) {
      expect((await gateway.chat(ask())).status).toBe(200);
    }
    return first.requests.length - before;
  };
  expect(await askTimes(6)).toBe(6);
  await gateway.configure(withBreaker({ failures: 2, open: '10m' }));
  // It has failed often enough already: one more request finds that out.
  expect(await askTimes(4)).toBe(1);
  await gateway.configure(withBreaker('off'));
  expect(await askTimes(3)).toBe(3);
});
