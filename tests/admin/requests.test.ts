// The ledger and its sums as the admin API shows them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, refusal } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let one: Json;
let two: Json;
let newest: Json;

beforeAll(async () => {
  admin = await startAdmin();
  one = await admin.post('/keys', { name: 'one' });
  two = await admin.post('/keys', { name: 'two' });
  const chat = async (key: string, members: object = {}) =>
    (await admin.gateway.chat(ask(members), { key })).text();
  for (let index = 0; index < 4; index++) await chat(one.key, { user: 'ada' });
  await chat(one.key, { model: 'free-model', user: '=SUM(A1)' });
  admin.upstream.next(refusal(400, { error: { message: 'no', type: 'invalid_request_error' } }));
  await chat(two.key, { max_tokens: 9 });
  await chat(two.key, { stream: true });
  await admin.gateway.ledger();
  [newest] = (await admin.get('/requests')).data;
}, 60_000);
afterAll(() => admin[Symbol.asyncDispose]());

async function all(query: string): Promise<Json[]> {
  const rows: Json[] = [];
  let cursor: string | null = null;
  do {
    const page: Json = await admin.get(`/requests?${query}${cursor === null ? '' : `&cursor=${cursor}`}`);
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return rows;
}

describe('requests', () => {
  test('have the fields that others build on', () => {
    expect(newest).toMatchObject({
      id: expect.stringMatching(/^req_/),
      state: 'settled',
      key_id: two.id,
      project_id: two.project_id,
      model: 'test-model',
      provider: 'first',
      upstream_model: 'upstream-model',
      usage_source: 'reported',
      cost_usd: expect.stringMatching(/^0\.\d+$/),
      cost_nanousd: expect.stringMatching(/^\d+$/),
      hold_nanousd: expect.stringMatching(/^\d+$/),
      uncharged_nanousd: '0',
      price_version: expect.any(String),
      stream: true,
      partial: false,
      recovered: false,
      error: null,
    });
    expect(newest.usage.input_tokens).toBeGreaterThan(0);
    expect(Date.parse(newest.started_at)).toBeGreaterThan(Date.now() - 600_000);
    expect(newest.duration_ms).toEqual(expect.any(Number));
  });

  test('page without gaps or repeats', async () => {
    const ids = (await all('limit=2')).map(({ id }) => id);
    expect(ids).toEqual((await admin.gateway.ledger()).map(({ id }) => id));
    expect(ids).toHaveLength(7);
  });

  test.each([
    [() => `key=${one.id}`, 5],
    [() => `key=${one.id}&model=free-model`, 1],
    [() => 'model=test-model&limit=1', 6],
    [() => 'provider=first', 7],
    [() => 'provider=second', 0],
    [() => 'project=default', 7],
    [() => 'state=released', 1],
    [() => 'state=held', 0],
    [() => 'error=any', 1],
    [() => 'error=upstream_rejected', 1],
    [() => 'error=none&stream=false', 5],
    [() => 'stream=true', 1],
    [() => 'end_user=ada', 4],
    [() => 'min_cost=0.000000001', 5],
    [() => 'max_cost=0', 2],
    [() => 'min_duration_ms=0&max_duration_ms=600000', 7],
    [() => 'min_duration_ms=600000', 0],
    [() => `id=${newest.id.slice(5)}`, 1],
    [() => 'id=%25', 0],
    [() => 'from=-1h', 7],
    [() => 'to=-1h', 0],
    [() => `from=${encodeURIComponent(newest.started_at)}`, 1],
    [() => `to=${encodeURIComponent(newest.started_at)}&key=${two.id}`, 1],
    [() => 'partial=true', 0],
    [() => 'recovered=false', 7],
    [() => 'key=key_none', 0],
  ])('filtered by %s are %i', async (query, count) => {
    expect(await all(query())).toHaveLength(count);
  });

  test('one of them has its attempts, its key and its project', async () => {
    expect(await admin.get(`/requests/${newest.id}`)).toMatchObject({
      ...newest,
      key_name: 'two',
      project: 'default',
      attempts: [{ provider: 'first', upstream_model: 'upstream-model', status: 200, error: null }],
    });
    const [failed] = await all('error=any');
    expect(await admin.get(`/requests/${failed.id}`)).toMatchObject({
      state: 'released',
      cost_usd: '0',
      attempts: [{ provider: 'first', error: 'upstream_rejected' }],
    });
  });

  test('under way are found, by key too, before any hour counts them', async () => {
    let release = () => {};
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    admin.upstream.next(async (answer) => {
      await open;
      answer.end();
    });
    const running = admin.gateway.chat(ask(), { key: two.key });
    await expect
      .poll(async () => (await all(`key=${two.id}&state=held`)).length, { timeout: 10_000 })
      .toBe(1);
    const [held] = await all('state=held');
    expect(held).toMatchObject({ cost_usd: null, usage: null, duration_ms: null });
    expect((await admin.get(`/requests/${held.id}`)).attempts).toEqual([]);
    release();
    await (await running).text();
    await admin.gateway.ledger();
  });
});

describe('the export', () => {
  test('as CSV has every row, and no cell that is a formula', async () => {
    const answer = await admin.call('GET', '/ledger/export?format=csv');
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="tollgate-ledger-.*\.csv"$/,
    );
    const [head, ...rows] = answer.text.trimEnd().split('\r\n');
    expect(head).toMatch(/^id,state,/);
    expect(rows.length).toBe((await admin.gateway.ledger()).length);
    expect(answer.text).toContain("'=SUM(A1)");
  });

  test('as JSON Lines takes the filters of the list', async () => {
    const answer = await admin.call('GET', `/ledger/export?key=${one.id}&model=free-model`);
    const rows = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject([{ key_id: one.id, model: 'free-model', end_user: '=SUM(A1)' }]);
  });
});

describe('usage', () => {
  const count = (data: Json[], by: string) =>
    Object.fromEntries(data.map(({ group, requests }) => [group[by], requests]));

  test('adds up to the ledger', async () => {
    const rows = await admin.gateway.ledger();
    const { total, data } = await admin.get('/usage?from=-1h');
    expect(data).toHaveLength(1);
    expect(total).toMatchObject({
      requests: rows.filter(({ state }) => state === 'settled').length,
      errors: rows.filter(({ error }) => error !== undefined).length,
      cost_nanousd: String(rows.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n)),
      input_tokens: rows.reduce((sum, { usage }) => sum + (usage?.input ?? 0), 0),
      output_tokens: rows.reduce((sum, { usage }) => sum + (usage?.output ?? 0), 0),
    });
    expect(total.duration_ms.p95).toBeGreaterThanOrEqual(total.duration_ms.p50);
    expect(total.first_token_ms.p50).toEqual(expect.any(Number));
    const plain = await admin.get('/usage?from=-1h&percentiles=false');
    const none = { p50: null, p95: null, p99: null };
    expect(plain.total).toEqual({ ...total, duration_ms: none, first_token_ms: none });
  });

  test('by each of its dimensions', async () => {
    const by = async (group: string, query = '') =>
      count((await admin.get(`/usage?group_by=${group}${query}`)).data, group);
    expect(await by('key')).toMatchObject({ [one.id]: 5 });
    expect((await by('model'))['free-model']).toBe(1);
    expect(await by('project')).toHaveProperty(one.project_id);
    expect(Object.keys(await by('provider'))).toEqual(['first']);
    expect(await by('model', `&key=${one.id}`)).toEqual({ 'test-model': 4, 'free-model': 1 });
    expect(await by('end_user')).toEqual({ ada: 4, '=SUM(A1)': 1 });
    const both = await admin.get('/usage?group_by=day,model&time_zone=Asia/Tokyo');
    expect(both.time_zone).toBe('Asia/Tokyo');
    for (const { group } of both.data) expect(group.day).toMatch(/T15:00:00\.000Z$/);
    expect((await admin.get('/usage?from=2020-01-01&to=2020-01-02&group_by=model')).data).toEqual([]);
  });
});

describe('models, providers, prices and configuration', () => {
  test('say what routes where, without secrets', async () => {
    const { data } = await admin.get('/models');
    const model = data.find(({ name }: Json) => name === 'test-model');
    expect(model).toMatchObject({
      route: [[{ provider: 'first', model: 'upstream-model', circuit: 'closed', unavailable: null }]],
      price: { terms: { input: '1', output: '2' } },
    });
    expect(data.find(({ name }: Json) => name === 'unpriced-model').price).toBeNull();
    expect(await admin.get('/models/test-model')).toMatchObject({ name: 'test-model' });
    const provider = await admin.get('/providers/first');
    expect(provider).toMatchObject({
      type: 'openai-compatible',
      base_url: admin.upstream.url,
      credentials: 1,
      models: ['test-model', 'free-model', 'unpriced-model'],
    });
    expect(JSON.stringify(await admin.get('/providers'))).not.toContain('sk-upstream');
  });

  test('a row names a price that can be looked up', async () => {
    const price = await admin.get(`/prices/${encodeURIComponent(newest.price_version)}`);
    expect(price).toMatchObject({ model: 'test-model', source: 'config', in_force: true });
    const { data } = await admin.get('/prices');
    expect(data.find(({ model }: Json) => model === 'test-model')).toMatchObject({ version: price.version });
    expect(data.find(({ model }: Json) => model === 'free-model')).toMatchObject({ source: 'free' });
    expect(await admin.get('/prices/free')).toMatchObject({ source: 'free', in_force: true });
    expect((await admin.call('GET', '/prices/none')).status).toBe(404);
  });

  test('of which file, and whether it is in use', async () => {
    expect(await admin.get('/config')).toMatchObject({
      generation: 1,
      refused: null,
      time_zone: 'UTC',
      engine: { state: 'off' },
    });
  });
});

describe('the audit log', () => {
  test('has every change, with what was and what is', async () => {
    const { id } = await admin.post('/keys', { name: 'audited' });
    await admin.call('PATCH', `/keys/${id}`, { name: 'renamed', models: ['free-model'] });
    await admin.call('PATCH', `/keys/${id}`, { disabled: true });
    await admin.post(`/keys/${id}/rotate`);
    await admin.call('DELETE', `/keys/${id}`);
    // What failed changed nothing.
    await admin.call('PATCH', `/keys/${id}`, { name: 'late' });
    const { data } = await admin.get(`/audit?target_id=${id}`);
    expect(data.map(({ action }: Json) => action)).toEqual([
      'key.revoke',
      'key.rotate',
      'key.disable',
      'key.update',
      'key.create',
    ]);
    expect(data[3]).toMatchObject({
      actor: 'admin-token',
      target_kind: 'key',
      before: { name: 'audited' },
      after: { name: 'renamed', models: ['free-model'] },
    });
    expect(
      (await admin.get('/audit?action=key.create&from=-1h&actor=admin-token')).data.length,
    ).toBeGreaterThan(2);
    expect((await admin.get('/audit?to=2020-01-01')).data).toEqual([]);
  });

  test('nothing that is kept, listed or logged has a secret in it', async () => {
    const made = await admin.post('/keys', { name: 'secret one' });
    const rotated = await admin.post(`/keys/${made.id}/rotate`);
    await admin.gateway.chat(ask(), { key: made.key });
    const secrets = [made.key, rotated.key, admin.token].map((secret: string) => secret.slice(12, -6));
    const texts = [
      ...(await Promise.all(
        [
          '/keys?limit=1000',
          `/keys/${made.id}`,
          '/audit?limit=1000',
          '/requests',
          '/config',
          '/providers',
        ].map(async (path) => (await admin.call('GET', path)).text),
      )),
      JSON.stringify(admin.gateway.logs),
    ];
    const data = join(admin.gateway.folder, 'data');
    const files = readdirSync(data).map((name) => readFileSync(join(data, name), 'latin1'));
    for (const secret of secrets) {
      for (const text of [...texts, ...files]) expect(text.includes(secret)).toBe(false);
    }
  });
});
