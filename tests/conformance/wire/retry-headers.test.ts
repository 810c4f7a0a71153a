// What a refused client is told about asking again. CONTRACT section 3, "Headers out", and section 4, "Retries".
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf } from '../../support/read-events.ts';
import { refusal } from '../../support/scripted-upstream.ts';
import { ask } from '../../support/start-gateway.ts';
import { startWorld, type World } from '../matrix/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const cases: readonly [string, number, Record<string, string>, string | null, string | null][] = [
  ['429 with seconds', 429, { 'retry-after': '7' }, '7', '7000'],
  ['429 with milliseconds', 429, { 'retry-after-ms': '5' }, '1', '5'],
  ['429 without', 429, {}, '1', '1000'],
  ['503 with seconds', 503, { 'retry-after': '3' }, '3', '3000'],
  ['503 without: a second is a good guess, too', 503, {}, '1', '1000'],
];

test.each(cases)('%s', async (_, status, headers, seconds, ms) => {
  for (const stream of [false, true]) {
    world.upstream.next(refusal(status, {}, headers));
    const response = await world.gateway.chat(ask({ stream }));
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(seconds);
    expect(response.headers.get('retry-after-ms')).toBe(ms);
    expect(response.headers.get('x-should-retry')).not.toBe('false');
    expect(Object.keys(await errorOf(response)).sort()).toEqual(['code', 'message', 'param', 'type']);
  }
});

test('what cannot change by itself says so', async () => {
  const response = await world.gateway.chat(ask({ model: 'unpriced-model' }));
  expect(response.status).toBe(503);
  expect(response.headers.get('x-should-retry')).toBe('false');
});
