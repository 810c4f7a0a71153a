// What GET /metrics says of a mix of requests is what the ledger has: through a real gateway before a scripted upstream.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerRow } from '../../src/core/store.ts';
import {
  done,
  finish,
  refusal,
  roleChunk,
  type ScriptedUpstream,
  startUpstream,
  stream,
  text,
  whole,
} from '../support/scripted-upstream.ts';
import { ask, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { type ReadMetrics, readMetrics } from './read-metrics.ts';

const token = 'metrics-token-0123456789';

async function scrape(gateway: TestGateway): Promise<ReadMetrics> {
  const response = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readMetrics(await response.text());
}

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  first = await startUpstream();
  second = await startUpstream();
  gateway = await startGateway({
    upstreams: [first.url, second.url],
    model: { retry: { attempts: 1 } },
    variables: { TOLLGATE_METRICS_TOKEN: token },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

describe('a mix of requests', () => {
  let before: ReadMetrics;
  let after: ReadMetrics;
  let rows: readonly LedgerRow[];

  beforeAll(async () => {
    before = await scrape(gateway);
    const read = async (response: Promise<Response>) => (await response).text();
    await read(gateway.chat(ask()));
    await read(gateway.chat(ask()));
    first.next(
      stream([roleChunk, text('Hel'), { wait: 30 }, text('lo'), { wait: 30 }, text('.'), finish(), done]),
    );
    await read(gateway.chat(ask({ stream: true })));
    // The first target fails, the second answers.
    first.next(refusal(500, { message: 'broken' }));
    await read(gateway.chat(ask()));
    // Both fail.
    first.next(refusal(500, { message: 'broken' }));
    second.next(refusal(500, { message: 'broken' }));
    await read(gateway.chat(ask()));
    // The client leaves in the middle.
    first.next(stream([roleChunk, text('one'), 'STALL']));
    const leaving = new AbortController();
    const left = await gateway.chat(ask({ stream: true }), { signal: leaving.signal });
    await left.body?.getReader().read();
    leaving.abort();
    // Never reserved.
    await read(gateway.chat(ask({ temperature: 3 })));
    await read(gateway.chat(ask({ model: `made-up-${Math.random()}` })));
    await read(gateway.chat(ask({ model: 'unpriced-model' })));
    await read(gateway.chat(ask(), { key: 'sk-tg-wrong' }));
    await read(gateway.chat(ask({ model: 'free-model', user: 'end-user-1' })));
    rows = await gateway.ledger();
    after = await scrape(gateway);
  });

  test('begins at nothing', () => {
    expect(before.sum('tollgate_requests_total')).toBe(0);
    expect(before.types.get('tollgate_requests_total')).toBe('counter');
    // What has no labels is there at 0, so that its first event is an increase.
    for (const name of ['tollgate_unsettled_total', 'tollgate_ledger_failed_batches_total'])
      expect(before.samples).toContainEqual({ name, labels: {}, value: 0 });
    // So is money, and what is refused or dropped: an alert on their increase has to see the first one.
    const zero = (name: string, labels: Readonly<Record<string, string>>) =>
      expect(before.samples).toContainEqual({ name, labels, value: 0 });
    for (const provider of ['first', 'second'])
      zero('tollgate_cost_usd_total', { model: 'test-model', provider });
    for (const reason of ['busy', 'full']) zero('tollgate_overload_refusals_total', { reason });
    for (const reason of ['pressure', 'failed']) zero('tollgate_content_dropped_total', { reason });
  });

  test('has every request once, by what became of it', () => {
    const requests = (labels: Readonly<Record<string, string>>) =>
      after.sum('tollgate_requests_total', labels);
    expect(requests({})).toBe(11);
    expect(requests({ status: '2xx', model: 'test-model', provider: 'first', stream: 'false' })).toBe(2);
    expect(requests({ status: '2xx', model: 'test-model', provider: 'first', stream: 'true' })).toBe(1);
    expect(requests({ status: '2xx', provider: 'second' })).toBe(1);
    expect(requests({ status: '2xx', model: 'free-model' })).toBe(1);
    expect(requests({ status: '5xx', model: 'test-model' })).toBe(1);
    expect(requests({ status: 'aborted', stream: 'true' })).toBe(1);
    expect(requests({ status: '5xx', model: 'unpriced-model', provider: 'none' })).toBe(1);
    // A field that is wrong is found before the model is looked up, and a wrong key before the body is read.
    expect(requests({ status: '4xx', model: 'unknown', provider: 'none' })).toBe(3);
    expect(after.sum('tollgate_requests_in_flight')).toBe(0);
  });

  test('has the errors by the name of the catalogue', () => {
    const errors = (code: string) => after.sum('tollgate_errors_total', { code });
    expect(errors('model_not_found')).toBe(1);
    expect(errors('price_unknown')).toBe(1);
    expect(errors('invalid_api_key')).toBe(1);
    expect(errors('upstream_error')).toBe(1);
    expect(after.sum('tollgate_errors_total')).toBe(5);
  });

  test('has the tokens and the money of the ledger', () => {
    expect(rows).toHaveLength(7);
    const sum = (of: (row: LedgerRow) => number) => rows.reduce((total, row) => total + of(row), 0);
    const tokens = (...classes: string[]) =>
      classes.reduce((total, name) => total + after.sum('tollgate_tokens_total', { class: name }), 0);
    expect(tokens('input', 'cached_input', 'cache_write')).toBe(sum((row) => row.usage?.input ?? 0));
    expect(tokens('output', 'reasoning')).toBe(sum((row) => row.usage?.output ?? 0));
    expect(tokens('output')).toBeGreaterThan(0);
    const spent = rows.reduce((total, row) => total + (row.cost ?? 0n), 0n);
    expect(spent).toBeGreaterThan(0n);
    expect(Math.round(after.sum('tollgate_cost_usd_total') * 1e9)).toBe(Number(spent));
    expect(after.sum('tollgate_holds_total')).toBe(rows.length);
  });

  test('has the calls to each upstream', () => {
    const calls = (provider: string) => after.sum('tollgate_upstream_attempts_total', { provider });
    expect(calls('first')).toBe(first.requests.length);
    expect(calls('second')).toBe(second.requests.length);
    expect(after.sum('tollgate_upstream_attempts_total', { result: 'upstream_error' })).toBe(3);
  });

  test('has times, and the silence inside of streams', () => {
    const settled = rows.filter(({ state }) => state === 'settled');
    expect(after.sum('tollgate_request_duration_seconds_count')).toBe(settled.length);
    expect(after.sum('tollgate_request_duration_seconds_bucket', { le: '+Inf' })).toBe(settled.length);
    const seconds = settled.reduce((total, row) => total + (row.durationMs ?? 0) / 1000, 0);
    expect(after.sum('tollgate_request_duration_seconds_sum')).toBeCloseTo(seconds, 6);
    expect(after.sum('tollgate_first_token_seconds_count')).toBe(
      settled.filter(({ firstTokenMs }) => firstTokenMs !== undefined).length,
    );
    // One stream had three pieces with pauses between them; the other was left after its first.
    expect(after.sum('tollgate_stream_gap_longest_seconds_count')).toBe(1);
    expect(after.sum('tollgate_stream_gap_longest_seconds_sum')).toBeGreaterThan(0.02);
    expect(after.sum('tollgate_stream_gap_mean_seconds_sum')).toBeLessThanOrEqual(
      after.sum('tollgate_stream_gap_longest_seconds_sum'),
    );
  });

  test('has the ledger, the circuits and the process', () => {
    // Every row was held and settled.
    expect(after.sum('tollgate_ledger_batch_items_sum')).toBeGreaterThanOrEqual(rows.length * 2);
    expect(after.sum('tollgate_ledger_commit_seconds_sum')).toBeGreaterThan(0);
    expect(after.sum('tollgate_ledger_queue_depth')).toBe(0);
    expect(after.sum('tollgate_circuit_state', { provider: 'first', state: 'closed' })).toBe(1);
    expect(after.sum('tollgate_circuit_state', { provider: 'first' })).toBe(1);
    expect(after.sum('tollgate_engine_state', { state: 'off' })).toBe(1);
    expect(after.sum('tollgate_store_available')).toBe(1);
    expect(after.sum('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(after.sum('tollgate_event_loop_delay_seconds', { statistic: 'max' })).toBeGreaterThanOrEqual(0);
  });

  test('has no label that a client could make up', () => {
    const text = JSON.stringify(after.samples);
    const keyIds = new Set(rows.map(({ keyId }) => keyId));
    for (const secret of ['made-up-', 'end-user-1', gateway.key, ...keyIds])
      expect(text).not.toContain(secret);
  });
});

test('an open circuit shows', async () => {
  await using upstream = await startUpstream(refusal(500, { message: 'broken' }));
  await using broken = await startGateway({
    upstreams: [upstream.url],
    server: { circuit_breaker: { failures: 1, open: '1h' } },
    model: { retry: { attempts: 1 } },
    variables: { TOLLGATE_METRICS_TOKEN: token },
  });
  await (await broken.chat(ask())).text();
  const metrics = await scrape(broken);
  const circuit = { provider: 'first', upstream_model: 'upstream-model' };
  expect(metrics.sum('tollgate_circuit_state', { ...circuit, state: 'open' })).toBe(1);
  expect(metrics.sum('tollgate_circuit_state', { ...circuit, state: 'closed' })).toBe(0);
});

test('an answer that was given before is a request, and no second use', async () => {
  await using upstream = await startUpstream(whole());
  await using own = await startGateway({
    upstreams: [upstream.url],
    variables: { TOLLGATE_METRICS_TOKEN: token },
  });
  const send = () => own.chat(ask(), { headers: { 'idempotency-key': 'the-same' } });
  const answers = [await (await send()).text(), await (await send()).text()];
  expect(answers[1]).toBe(answers[0]);
  await own.ledger();
  const metrics = await scrape(own);
  expect(metrics.sum('tollgate_requests_total', { status: '2xx' })).toBe(2);
  expect(metrics.sum('tollgate_requests_total', { status: '2xx', provider: 'none' })).toBe(1);
  expect(metrics.sum('tollgate_holds_total')).toBe(1);
  expect(metrics.sum('tollgate_requests_in_flight')).toBe(0);
});

describe('who may see them', () => {
  const get = (site: TestGateway, authorization?: string) =>
    fetch(`${site.url}/metrics`, authorization ? { headers: { authorization } } : {});

  test('nobody without a token, from this machine either', async () => {
    const response = await get(gateway);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="metrics"');
    expect(await response.json()).toMatchObject({ error: { code: 'missing_metrics_token' } });
  });

  test('no API key', async () => {
    const response = await get(gateway, `Bearer ${gateway.key}`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_metrics_token' } });
  });

  test('the admin token, and who guesses has to wait', async () => {
    await using own = await startGateway({
      upstreams: [first.url],
      variables: { TOLLGATE_ADMIN_TOKEN: 'admin-token-0123456789' },
    });
    expect((await get(own, 'Bearer admin-token-0123456789')).status).toBe(200);
    for (let guess = 0; guess < 10; guess++)
      expect((await get(own, `Bearer guess-${guess}`)).status).toBe(401);
    const late = await get(own, 'Bearer one-guess-more');
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('the metrics token opens nothing else', async () => {
    const response = await fetch(`${gateway.url}/admin/v1/keys`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });

  test('everybody where the operator says so', async () => {
    await using open = await startGateway({
      upstreams: [first.url],
      server: { metrics: { public: true } },
    });
    const response = await get(open);
    expect(response.status).toBe(200);
    readMetrics(await response.text());
    const head = await fetch(`${open.url}/metrics`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });
});
