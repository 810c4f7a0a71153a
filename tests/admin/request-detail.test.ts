// One request as its page shows it: its steps in their order, every attempt with its times, the cost line by line as the ledger has
// it, and of the client what is kept and nothing else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completion, type Json, refusal, startUpstream, whole } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let second: Awaited<ReturnType<typeof startUpstream>>;

beforeAll(async () => {
  second = await startUpstream();
  const models = {
    'two-targets': {
      price: { input: 3, cached_input: 0.3, output: 15, reasoning: 20 },
      route: [[{ provider: 'first', model: 'm1' }], [{ provider: 'other', model: 'm2' }]],
    },
    // A target of its own: one that has just failed is left alone for a while.
    'one-target': { price: 'free', route: [[{ provider: 'first', model: 'm3' }]] },
  };
  admin = await startAdmin();
  const providers = {
    first: { type: 'openai-compatible', base_url: admin.upstream.url, api_key: 'sk-upstream-1' },
    other: { type: 'openai-compatible', base_url: second.url, api_key: 'sk-upstream-2' },
  };
  await admin.gateway.configure({ providers, models });
}, 60_000);
afterAll(async () => {
  await admin[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

async function newest(): Promise<Json> {
  const { id } = await admin.gateway.row();
  return admin.get(`/requests/${id}`);
}

const usage = {
  prompt_tokens: 1_001,
  completion_tokens: 207,
  total_tokens: 1_208,
  prompt_tokens_details: { cached_tokens: 400 },
  completion_tokens_details: { reasoning_tokens: 107 },
};

test('after a failed target: two attempts, steps in order, and the price to the last digit', async () => {
  admin.upstream.next(refusal(503, { message: 'busy' }));
  second.next(whole(completion({ usage })));
  const headers = {
    'user-agent': 'OpenAI/JS 7.57.0',
    'x-stainless-retry-count': '1',
    'idempotency-key': 'once',
    cookie: 'secret=1',
  };
  const answer = await admin.gateway.chat(ask({ model: 'two-targets' }), { headers });
  expect(answer.status).toBe(200);
  await answer.text();
  const request = await newest();
  expect(request).toMatchObject({
    key_name: 'first key',
    project: 'default',
    provider: 'other',
    attempts: [
      { provider: 'first', upstream_model: 'm1', status: 503, error: expect.stringMatching(/^upstream_/) },
      { provider: 'other', upstream_model: 'm2', status: 200, error: null },
    ],
    client: { user_agent: 'OpenAI/JS 7.57.0', network: 'loopback', idempotency_key: true, retry: 1 },
    content: 'off',
    older_id: null,
    newer_id: null,
  });
  expect(JSON.stringify(request)).not.toMatch(/secret|"once"|127\.0\.0\.1/);
  const [failed, answered] = request.attempts;
  const { held_ms, first_token_ms, last_token_ms, settled_ms } = request.timeline;
  const order = [
    0,
    held_ms,
    failed.start_ms,
    failed.first_byte_ms,
    answered.start_ms,
    answered.first_byte_ms,
    first_token_ms,
    last_token_ms,
    settled_ms,
  ];
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(request.help).toMatchObject([
    { code: failed.error, meaning: expect.not.stringContaining('{'), remedy: expect.any(String) },
  ]);
  // 601 x 3 + 400 x 0.3 + 100 x 15 + 107 x 20 USD per million.
  expect(request.price).toMatchObject({
    version: request.price_version,
    lines: [
      { class: 'input', tokens: 601, usd_per_million: '3', rate_of: 'input', usd: '0.001803' },
      { class: 'cached_input', tokens: 400, usd_per_million: '0.3', usd: '0.00012' },
      { class: 'output', tokens: 100, usd_per_million: '15', usd: '0.0015' },
      { class: 'reasoning', tokens: 107, usd_per_million: '20', usd: '0.00214' },
    ],
    sum_usd: '0.005563',
    total_usd: '0.005563',
    matches: true,
  });
  expect(request.cost_usd).toBe('0.005563');
});

test('one good attempt has its times too, though the row keeps none by itself', async () => {
  await (await admin.gateway.chat(ask({ model: 'one-target', stream: true }))).text();
  const request = await newest();
  expect(request.attempts).toHaveLength(1);
  const [{ start_ms, first_byte_ms, duration_ms }] = request.attempts;
  expect(start_ms).toBeGreaterThanOrEqual(request.timeline.held_ms);
  expect(first_byte_ms).toBeGreaterThanOrEqual(start_ms);
  expect(start_ms + duration_ms).toBeLessThanOrEqual(request.timeline.last_token_ms + 1);
  expect(request.older_id).not.toBeNull();
});

test('nothing that was used costs nothing, and no arithmetic is made up', async () => {
  admin.upstream.next(refusal(400, { message: 'no' }));
  await (await admin.gateway.chat(ask({ model: 'one-target' }))).text();
  const request = await newest();
  expect(request).toMatchObject({ state: 'released', cost_usd: '0', price: null, usage: null });
  expect(request.timeline).toMatchObject({ first_token_ms: null, last_token_ms: null });
  expect((await admin.get(`/requests?error=upstream_rejected,gone`)).data).toHaveLength(1);
  expect(await admin.get('/requests?limit=1')).toMatchObject({ searched_to: expect.any(String) });
  expect(await admin.get('/requests')).toMatchObject({ next_cursor: null, searched_to: null });
});
