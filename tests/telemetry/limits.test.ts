// A request that a limit has no room for: counted by the limit, and nothing of the limit's owner is told.
import { expect, test } from 'vitest';
import { startLimited } from '../ledger/limited-gateway.ts';
import { polite } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { readMetrics } from './read-metrics.ts';

test('refusals are counted by what the limit is about', async () => {
  const { gateway } = await startLimited([{ metric: 'requests', window: 'minute', amount: 1n }], polite, {
    server: { metrics: { public: true } },
  });
  const statuses: number[] = [];
  for (let index = 0; index < 3; index++) {
    const response = await gateway.chat(ask());
    statuses.push(response.status);
    await response.text();
  }
  expect(statuses).toEqual([200, 429, 429]);
  await gateway.ledger();
  const metrics = readMetrics(await (await fetch(`${gateway.url}/metrics`)).text());
  expect(metrics.sum('tollgate_limit_refusals_total', { metric: 'requests', window: 'minute' })).toBe(2);
  expect(metrics.sum('tollgate_limit_refusals_total')).toBe(2);
  expect(metrics.sum('tollgate_holds_total', { model: 'test-model' })).toBe(1);
  expect(metrics.sum('tollgate_requests_total', { status: '4xx', model: 'test-model' })).toBe(2);
  expect(metrics.sum('tollgate_errors_total', { code: 'rate_limit_exceeded' })).toBe(2);
});
