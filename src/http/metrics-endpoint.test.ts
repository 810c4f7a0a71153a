import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { StoreError } from '../core/store.ts';
import { createExchanges } from './exchanges.ts';
import { createMetricsEndpoint } from './metrics-endpoint.ts';

let problem: Error | undefined;
const endpoint = createMetricsEndpoint({
  open: false,
  tokens: {
    matches: async (token) => {
      if (token === 'preset') return true;
      throw problem;
    },
  },
  addressOf: () => '127.0.0.1',
  clock: systemClock,
  page: async () => ({ type: 'text/plain', text: 'all\n' }),
});

const exchanges = createExchanges(systemClock, () => 'req_1');
let thrown: unknown;
const server = createServer((incoming, outgoing) => {
  exchanges.run(incoming, outgoing, async (exchange) => {
    try {
      await endpoint(exchange);
    } catch (error) {
      thrown = error;
      outgoing.destroy();
    }
  });
});
beforeEach(async () => {
  thrown = undefined;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function scrape(token: string): Promise<Response | undefined> {
  const { port } = server.address() as AddressInfo;
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`http://127.0.0.1:${port}/metrics`, { headers }).catch(() => undefined);
}

test('while the database that knows the admin token is away: 503, come back; the preset token opens all the same', async () => {
  problem = new StoreError('database_unreachable', 'connect ECONNREFUSED 10.0.0.7:5432');
  await scrape('an-admin-token-perhaps');
  expect(thrown).toBeInstanceOf(TollgateError);
  expect(thrown).toMatchObject({ code: 'database_unavailable', status: 503, cause: problem });
  expect((thrown as TollgateError).retryAfterMs).toBeGreaterThan(0);
  expect(String((thrown as TollgateError).message)).not.toContain('10.0.0.7');
  expect((await scrape('preset'))?.status).toBe(200);
});

test('any other failure is what it is', async () => {
  problem = new TypeError('a bug');
  await scrape('an-admin-token-perhaps');
  expect(thrown).toBe(problem);
});
