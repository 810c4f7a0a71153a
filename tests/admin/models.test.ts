// Models made and changed while gateways run, and trials of targets: what they say, and that the books balance.
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { verifyLedger } from '../../src/accounts/ledger-verify.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openLedgerSnapshot } from '../../src/store/open-snapshot.ts';
import {
  done,
  finish,
  polite,
  roleChunk,
  startUpstream,
  stream,
  text,
  usageChunk,
} from '../support/scripted-upstream.ts';
import { absentEngine, ask, configOf, upstreamKey } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

async function started(options: Parameters<typeof startAdmin>[0] = {}): Promise<AdminStand> {
  const admin = await startAdmin(options);
  onTestFinished(() => admin[Symbol.asyncDispose]());
  return admin;
}

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };
const says = stream([roleChunk, text('OK.'), finish('stop'), usageChunk(usage), done]);

describe('models', { timeout: 120_000 }, () => {
  test('one is made, changed and deleted, and its requests follow', async () => {
    const admin = await started();
    const route = [
      [
        { provider: 'first', model: 'a', weight: 2 },
        { provider: 'first', model: 'b' },
      ],
    ];
    const made = await admin.call('POST', '/models', { name: 'vendor/new', route, context_window: 8192 });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'vendor/new',
        source: 'admin',
        price: null,
        context_window: 8192,
        entry: { route, context_window: 8192 },
        traffic: { requests: 0, p50_ms: null },
      },
    });
    const asked = async () => {
      const answer = await admin.gateway.chat(ask({ model: 'vendor/new' }));
      return [answer.status, ((await answer.json()) as { error?: { code: string } }).error?.code];
    };
    expect(await asked()).toEqual([503, 'price_unknown']);
    await admin.post('/prices', { model: 'vendor/new', terms: 'free' });
    expect(await asked()).toEqual([200, undefined]);
    const path = '/models/vendor%2Fnew';
    const { revision } = made.body;
    const change = { route: [[{ provider: 'first', model: 'c' }]], context_window: null };
    const changed = await admin.call('PATCH', path, change, { 'if-match': `"${revision}"` });
    expect(changed).toMatchObject({
      status: 200,
      body: { context_window: null, entry: { route: change.route } },
    });
    expect((await admin.call('PATCH', path, change, { 'if-match': `"${revision}"` })).status).toBe(412);
    expect(await asked()).toEqual([200, undefined]);
    expect(admin.upstream.last().body.model).toBe('c');
    expect((await admin.call('DELETE', path)).status).toBe(204);
    expect((await asked())[0]).toBe(404);
    const { data } = await admin.get('/audit?target_id=vendor%2Fnew');
    expect(data.map(({ action }: { action: string }) => action)).toEqual([
      'model.delete',
      'model.update',
      'model.create',
    ]);
  });

  test.each([
    [{ route: [] }, 'route'],
    [{ route: [[{ provider: 'frist' }]] }, 'route[0][0].provider'],
    [{ route: [[{ provider: 'first' }], [{ provider: 'first', weight: -1 }]] }, 'route[1][0].weight'],
    [{ route: [[{ provider: 'first' }]], hedge: 'soon' }, 'hedge'],
    [{ route: [[{ provider: 'first' }]], timeouts: { idle: '1y' } }, 'timeouts.idle'],
    [{ route: [[{ provider: 'first' }]], retry: { attempts: 99 } }, 'retry.attempts'],
    [{ route: [[{ provider: 'first' }]], price: 'free' }, 'price'],
    [{}, 'route'],
  ])('%j is refused at %s, and nothing changes', async (entry, param) => {
    const admin = await started();
    const before = admin.gateway.gateway.config.generation;
    const answer = await admin.call('POST', '/models', { name: 'wrong', ...entry });
    expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
    expect(admin.gateway.gateway.config.generation).toBe(before);
  });

  test('those of tollgate.yaml are read-only; one that came with the gateway is replaced, and comes back', async () => {
    const admin = await started();
    const refused = await admin.call('PATCH', '/models/test-model', { hedge: '1s' });
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.body.error.message).toContain('tollgate.yaml, line 1');
    expect(
      (await admin.call('POST', '/models', { name: 'test-model', route: [[{ provider: 'first' }]] })).status,
    ).toBe(409);
    expect((await admin.get('/models/gpt-5.1')).source).toBe('built-in');
    const made = await admin.post('/models', {
      name: 'gpt-5.1',
      route: [[{ provider: 'first', model: 'mine' }]],
    });
    expect(made).toMatchObject({ source: 'admin', route: [[{ provider: 'first', model: 'mine' }]] });
    await admin.call('DELETE', '/models/gpt-5.1');
    expect((await admin.get('/models/gpt-5.1')).source).toBe('built-in');
  });

  test('a provider that leaves the file takes its targets out of a route, and that is told', async () => {
    const admin = await started();
    const config = configOf({ upstreams: [admin.upstream.url] });
    const withSecond = { ...config, providers: { ...config.providers, second: config.providers.first } };
    await admin.gateway.configure(withSecond);
    await admin.post('/models', { name: 'both', route: [[{ provider: 'second' }], [{ provider: 'first' }]] });
    await admin.post('/models', { name: 'lone', route: [[{ provider: 'second' }]] });
    await admin.gateway.configure(config);
    const both = await admin.get('/models/both');
    expect(both.route).toMatchObject([[{ provider: 'first' }]]);
    expect(both.problem).toContain('`second`');
    expect((await admin.get('/models/lone')).problem).toContain('not in use');
    await admin.gateway.configure(withSecond);
    expect((await admin.get('/models/lone')).problem).toBeNull();
  });
});

describe('trials', { timeout: 120_000 }, () => {
  test('of a model: what came of each target, booked on the playground key, and the ledger adds up', async () => {
    const admin = await started();
    admin.upstream.always(says);
    const { data } = await admin.post('/models/test-model/test');
    expect(data).toMatchObject([
      {
        provider: 'first',
        model: 'upstream-model',
        ok: true,
        status: 200,
        usage: { input: 9, output: 2 },
        error: null,
      },
    ]);
    expect(data[0].cost).toBe('0.000013');
    expect(admin.upstream.last().body).toMatchObject({ model: 'upstream-model', stream: true });
    // Found like any request, by the time of its id.
    const { data: found } = await admin.get('/requests?from=-1h');
    expect(found).toMatchObject([{ id: data[0].request_id, model: 'test-model' }]);
    const row = await admin.gateway.row();
    expect(row).toMatchObject({
      id: data[0].request_id,
      model: 'test-model',
      state: 'settled',
      cost: 13_000n,
    });
    await admin.gateway.ledger();
    const place = { dataFolder: join(admin.gateway.folder, 'data'), databaseUrl: undefined };
    await using snapshot = await openLedgerSnapshot(place, { clock: systemClock });
    const { wrong, unpriced } = await verifyLedger(snapshot);
    expect({ wrong, unpriced }).toEqual({ wrong: 0, unpriced: 0 });
  });

  test('a wrong key is said in words, without the key, and costs nothing', async () => {
    const admin = await started();
    admin.upstream.always((answer) => {
      answer.head(401, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${upstreamKey}.` } }));
    });
    const answer = await admin.call('POST', '/models/test-model/test');
    expect(answer.body.data).toMatchObject([
      {
        ok: false,
        status: 401,
        cost: '0',
        error: {
          code: 'upstream_auth_error',
          upstream_message: expect.stringContaining('Incorrect API key'),
        },
      },
    ]);
    expect(answer.text).not.toContain(upstreamKey);
    expect(await admin.gateway.row()).toMatchObject({ state: 'released', cost: 0n });
  });

  test('of a provider that is not stored: nothing is kept, and its models can be listed', async () => {
    const admin = await started();
    await using upstream = await startUpstream(polite);
    const draft = { type: 'openai-compatible', base_url: upstream.url, api_key: 'sk-draft-0123456789abcdef' };
    const tried = await admin.post('/provider-drafts/test', { provider: draft, model: 'm' });
    expect(tried.data).toMatchObject([{ ok: true, request_id: null, cost: null }]);
    upstream.always((answer) => {
      answer.head(200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ object: 'list', data: [{ id: 'b', context_length: 4096 }, { id: 'a' }] }));
    });
    expect(await admin.post('/provider-drafts/models', draft)).toEqual({
      data: [
        { id: 'a', context_window: null, price: null, routed: false },
        { id: 'b', context_window: 4096, price: null, routed: false },
      ],
      cut: false,
      failure: null,
    });
    expect(upstream.last()).toMatchObject({ method: 'GET', path: '/v1/models' });
    expect(upstream.last().headers.authorization).toBe('Bearer sk-draft-0123456789abcdef');
    const { data } = await admin.get('/providers');
    expect(data.map(({ name }: { name: string }) => name)).not.toContain('new');
    const refused = await admin.post('/provider-drafts/models', {
      ...draft,
      base_url: 'http://127.0.0.1:9/v1',
    });
    expect(refused).toMatchObject({ data: [], failure: { message: expect.stringContaining('refused') } });
  });

  test('live state: the circuit opens, the last error is there, and a half-open circuit closes again', async () => {
    const admin = await started({ server: { circuit_breaker: { failures: 2, open: '500ms' } } });
    admin.upstream.always((answer) => {
      answer.head(500);
      answer.end('{"error":{"message":"out of order"}}');
    });
    for (const _ of [1, 2]) await (await admin.gateway.chat(ask())).text();
    const [target] = (await admin.get('/providers/first')).targets;
    expect(target).toMatchObject({
      circuit: 'open',
      last_error: { code: 'upstream_error', at: expect.any(String) },
    });
    admin.upstream.always(polite);
    await expect
      .poll(async () => (await admin.gateway.chat(ask())).status, { timeout: 20_000, interval: 100 })
      .toBe(200);
    expect((await admin.get('/models/test-model')).route[0][0]).toMatchObject({ circuit: 'closed' });
  });
});

describe('the embedded model', { timeout: 60_000 }, () => {
  test('says how it stands, and is tried again only after it has failed', async () => {
    let retried = 0;
    let state: 'ready' | 'failed' = 'ready';
    const engine = absentEngine({
      status: () => ({ state, detail: 'As it is.', model: 'Qwen3-0.6B-Q8_0' }),
      retry: () => {
        retried++;
      },
    });
    const admin = await started({ engine });
    expect(await admin.get('/local')).toMatchObject({
      state: 'ready',
      model: 'Qwen3-0.6B-Q8_0',
      slots: null,
    });
    expect((await admin.call('POST', '/local/retry')).status).toBe(409);
    state = 'failed';
    expect((await admin.call('POST', '/local/retry')).status).toBe(200);
    expect(retried).toBe(1);
    // Once: what was refused changed nothing.
    const { data } = await admin.get('/audit?action=local.retry');
    expect(data).toMatchObject([
      { actor: 'admin-token', target_kind: 'local', target_id: 'Qwen3-0.6B-Q8_0' },
    ]);
  });
});
