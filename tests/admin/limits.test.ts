// Limits made, hit, raised and removed while requests come; and those of tollgate.yaml.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGateway } from '../../src/gateway.ts';
import { ask, configOf } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

async function firstKey(admin: AdminStand): Promise<string> {
  return (await admin.get('/keys?name=first')).data[0].id;
}

describe('a limit', () => {
  test('of requests: hit, raised, hit again, removed', async () => {
    await using admin = await startAdmin();
    const status = async () => (await admin.gateway.chat(ask())).status;
    const limit = await admin.post('/limits', {
      scope: { project: 'default' },
      metric: 'requests',
      window: 'day',
      amount: 2,
    });
    expect(limit).toMatchObject({
      scope: { project: expect.stringMatching(/^proj_/) },
      scope_names: { project: 'default' },
      metric: 'requests',
      window: 'day',
      amount: 2,
      settled: 0,
      held: 0,
      remaining: 2,
      time_zone: 'UTC',
      source: 'admin',
      revision: 1,
    });
    expect(Date.parse(limit.window_end) - Date.parse(limit.window_start)).toBe(86_400_000);
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    await admin.gateway.ledger();
    expect(await admin.get(`/limits/${limit.id}`)).toMatchObject({ settled: 2, held: 0, remaining: 0 });
    const raised = await admin.call('PATCH', `/limits/${limit.id}`, { amount: '3' });
    expect(raised).toMatchObject({ status: 200, body: { amount: 3, remaining: 1, revision: 2 } });
    expect([await status(), await status()]).toEqual([200, 429]);
    expect((await admin.call('DELETE', `/limits/${limit.id}`)).status).toBe(204);
    expect(await status()).toBe(200);
    expect((await admin.call('GET', `/limits/${limit.id}`)).status).toBe(404);
    expect((await admin.call('DELETE', `/limits/${limit.id}`)).status).toBe(404);
  });

  test('of money made in the middle of its window counts what was spent before', async () => {
    await using admin = await startAdmin();
    expect((await admin.gateway.chat(ask())).status).toBe(200);
    const row = await admin.gateway.row();
    const limit = await admin.post('/limits', {
      scope: { key: await firstKey(admin) },
      metric: 'cost',
      window: 'month',
      amount: 50,
    });
    expect(limit).toMatchObject({
      amount: '50',
      amount_nanousd: '50000000000',
      settled_nanousd: String(row.cost),
      held_nanousd: '0',
      remaining_nanousd: String(50_000_000_000n - (row.cost ?? 0n)),
    });
    expect((await admin.gateway.chat(ask({ max_tokens: 5 }))).status).toBe(200);
    const rows = await admin.gateway.ledger();
    const spent = rows.reduce((sum, each) => sum + (each.cost ?? 0n), 0n);
    expect(await admin.get(`/limits/${limit.id}`)).toMatchObject({ settled_nanousd: String(spent) });
  });

  test('is one of its kind: the same scope, metric and window again is a conflict', async () => {
    await using admin = await startAdmin();
    const wish = {
      scope: { key: '*', model: 'test-model' },
      metric: 'requests',
      window: 'minute',
      amount: 5,
    };
    await admin.post('/limits', wish);
    const again = await admin.call('POST', '/limits', { ...wish, scope: { model: 'test-model', key: '*' } });
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
    await admin.post('/limits', { ...wish, window: 'hour' });
    expect((await admin.get('/limits')).data).toHaveLength(2);
  });

  test('for each key counts each by itself', async () => {
    await using admin = await startAdmin();
    const one = await admin.post('/keys', { name: 'one' });
    const two = await admin.post('/keys', { name: 'two' });
    const { id } = await admin.post('/limits', {
      scope: { key: '*' },
      metric: 'requests',
      window: 'hour',
      amount: 1,
    });
    const status = async (key: string) => (await admin.gateway.chat(ask(), { key })).status;
    expect([await status(one.key), await status(one.key), await status(two.key)]).toEqual([200, 429, 200]);
    await admin.gateway.ledger();
    expect(await admin.get(`/limits/${id}`)).toMatchObject({ settled: null, remaining: null });
    expect(await admin.get(`/limits/${id}?subject=${one.id}`)).toMatchObject({ settled: 1, remaining: 0 });
    const first = await admin.get(`/limits/${id}/counters?limit=1`);
    const second = await admin.get(`/limits/${id}/counters?limit=1&cursor=${first.next_cursor}`);
    expect([first.data[0].subject, second.data[0].subject].sort()).toEqual([one.id, two.id].sort());
    expect(second).toMatchObject({ next_cursor: null, data: [{ settled: 1, remaining: 0 }] });
    const { data } = await admin.get(`/limits?key=${one.id}`);
    expect(data.map((limit: { id: string }) => limit.id)).toEqual([id]);
  });

  test('for each key and model: the subject of a counter is what it is asked for by', async () => {
    await using admin = await startAdmin();
    const scope = { key: '*', end_user: '*', model: '*' };
    const { id } = await admin.post('/limits', { scope, metric: 'requests', window: 'day', amount: 2 });
    await (await admin.gateway.chat(ask({ user: 'ada l' }))).text();
    await admin.gateway.ledger();
    const [counter] = (await admin.get(`/limits/${id}/counters`)).data;
    expect(counter.subject).toMatch(/^key_\w+ ada l test-model$/);
    const asked = `/limits/${id}?subject=${encodeURIComponent(counter.subject)}`;
    expect(await admin.get(asked)).toMatchObject({ settled: 1, remaining: 1 });
    expect(await admin.call('GET', `/limits/${id}?subject=nobody`)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_value', param: 'subject' } },
    });
  });

  test('is found by what it limits, whatever the name is made of', async () => {
    await using admin = await startAdmin();
    await admin.post('/projects', { name: 'a_b%' });
    await admin.post('/projects', { name: 'axbx' });
    for (const project of ['a_b%', 'axbx']) {
      await admin.post('/limits', { scope: { project }, metric: 'tokens', window: 'week', amount: 9 });
    }
    await admin.post('/limits', {
      scope: { end_user: '"x":"*"' },
      metric: 'tokens',
      window: 'day',
      amount: 9,
    });
    const found = await admin.get(`/limits?project=${encodeURIComponent('a_b%')}`);
    expect(found.data).toHaveLength(1);
    expect(found.data[0].scope_names).toEqual({ project: 'a_b%' });
    const users = await admin.get(`/limits?end_user=${encodeURIComponent('"x":"*"')}`);
    expect(users.data).toHaveLength(1);
    expect((await admin.get('/limits?metric=cost')).data).toEqual([]);
    expect((await admin.get('/limits?window=week&metric=tokens')).data).toHaveLength(2);
  });

  test('of the sliding minute and of requests under way has no window', async () => {
    await using admin = await startAdmin();
    const minute = await admin.post('/limits', {
      scope: { key: '*' },
      metric: 'tokens',
      window: 'minute',
      amount: 100_000,
    });
    const concurrent = await admin.post('/limits', {
      scope: { project: 'default' },
      metric: 'concurrent',
      amount: 3,
    });
    expect(concurrent).toMatchObject({ window: 'lifetime', window_start: null, window_end: null, held: 0 });
    const { body } = await admin.gateway.chat(ask({ stream: true, max_tokens: 5 }));
    await body?.cancel();
    const [row] = await admin.gateway.ledger();
    const counter = await admin.get(`/limits/${minute.id}?subject=${row?.keyId}`);
    expect(counter).toMatchObject({ window_start: null, held: 0 });
    expect(counter.settled).toBeGreaterThan(0);
  });

  test('changed by two at once: the second is told', async () => {
    await using admin = await startAdmin();
    const limit = { scope: { key: '*' }, metric: 'requests', window: 'day', amount: 5 };
    const { id } = await admin.post('/limits', limit);
    const etag = (await admin.call('GET', `/limits/${id}`)).headers.get('etag') ?? '';
    const change = (amount: number) => admin.call('PATCH', `/limits/${id}`, { amount }, { 'if-match': etag });
    const statuses = (await Promise.all([change(6), change(7)])).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 412]);
    expect((await admin.call('DELETE', `/limits/${id}`, undefined, { 'if-match': etag })).status).toBe(412);
    expect([6, 7]).toContain((await admin.get(`/limits/${id}`)).amount);
  });
});

describe('limits of tollgate.yaml', () => {
  const limits = [
    { scope: { project: 'default' }, metric: 'requests', window: 'day', amount: 1 },
    { scope: { key: '*' }, metric: 'cost', window: 'month', amount: '12.50', time_zone: 'Asia/Tokyo' },
  ];
  const yaml = (admin: AdminStand, members: object) => ({
    ...configOf({ upstreams: [admin.upstream.url] }),
    ...members,
  });

  test('are enforced, shown, and changed in the file only', async () => {
    await using admin = await startAdmin();
    const status = async () => (await admin.gateway.chat(ask())).status;
    await admin.gateway.configure(yaml(admin, { limits, server: { time_zone: 'Europe/Berlin' } }));
    expect([await status(), await status()]).toEqual([200, 429]);
    const { data } = await admin.get('/limits?source=config');
    expect(data).toHaveLength(2);
    const requests = data.find((limit: { metric: string }) => limit.metric === 'requests');
    const cost = data.find((limit: { metric: string }) => limit.metric === 'cost');
    expect(requests).toMatchObject({ time_zone: 'Europe/Berlin', source: 'config' });
    expect(cost).toMatchObject({ amount: '12.5', time_zone: 'Asia/Tokyo' });
    for (const [method, body] of [
      ['PATCH', { amount: 9 }],
      ['DELETE', undefined],
    ] as const) {
      const refused = await admin.call(method, `/limits/${requests.id}`, body);
      expect(refused).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
      expect(refused.body.error.message).toContain('tollgate.yaml');
    }
    await admin.gateway.configure(yaml(admin, { limits: [{ ...limits[0], amount: 2 }] }));
    expect([await status(), await status()]).toEqual([200, 429]);
    const after = await admin.get('/limits?source=config');
    expect(after.data.map((limit: { id: string }) => limit.id)).toEqual([requests.id]);
    await admin.gateway.configure(yaml(admin, {}));
    expect(await status()).toBe(200);
    const actions = (await admin.get('/audit?actor=config')).data.map(
      (entry: { action: string }) => entry.action,
    );
    expect(actions.sort()).toEqual([
      'limit.create',
      'limit.create',
      'limit.delete',
      'limit.delete',
      'limit.update',
    ]);
  });

  test('that name what does not exist change nothing, and say where', async () => {
    await using admin = await startAdmin();
    await admin.gateway.configure(yaml(admin, { limits: [limits[0]] }));
    const wrong = [{ scope: { project: 'gone' }, metric: 'cost', window: 'day', amount: 1 }];
    await admin.gateway.configure(yaml(admin, { limits: wrong, models: {} }));
    const config = await admin.get('/config');
    expect(config.refused).toContain('There is no project `gone`');
    expect(config.refused).toContain('tollgate.yaml:1:');
    expect((await admin.get('/limits')).data).toHaveLength(1);
    expect((await admin.gateway.chat(ask())).status).toBe(200);
  });

  test('outlive a restart with their counters', async () => {
    await using admin = await startAdmin();
    await admin.gateway.configure(yaml(admin, { limits: [limits[0]] }));
    expect((await admin.gateway.chat(ask())).status).toBe(200);
    await admin.gateway.ledger();
    const { folder, key } = admin.gateway;
    const before = await admin.get('/limits');
    await admin.gateway.gateway[Symbol.asyncDispose]();
    const { readEnvironment } = await import('../../src/config/env.ts');
    const { pino } = await import('pino');
    const { absentEngine } = await import('../support/start-gateway.ts');
    await using again = await createGateway({
      environment: readEnvironment(
        {},
        {
          TOLLGATE_PORT: '0',
          TOLLGATE_DATA: join(folder, 'data'),
          TOLLGATE_CONFIG: join(folder, 'tollgate.yaml'),
          TOLLGATE_ADMIN_TOKEN: 'a-preset-admin-token',
          TOLLGATE_LOCAL_MODEL: 'off',
        },
      ),
      log: pino({ level: 'silent' }),
      engine: absentEngine(),
    });
    const response = await fetch(`${again.url}/admin/v1/limits`, {
      headers: { authorization: 'Bearer a-preset-admin-token' },
    });
    expect(await response.json()).toEqual({
      ...before,
      data: [{ ...before.data[0], settled: 1, held: 0, remaining: 0 }],
    });
    const refused = await fetch(`${again.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(ask()),
    });
    expect(refused.status).toBe(429);
    // A preset token is the only one that counts, and none is made beside it.
    const old = await fetch(`${again.url}/admin/v1/limits`, {
      headers: { authorization: `Bearer ${admin.token}` },
    });
    expect(old.status).toBe(401);
    expect(again.adminToken).toBeUndefined();
  });

  test('that name what does not exist keep the gateway from starting', async () => {
    await using admin = await startAdmin();
    const file = join(admin.gateway.folder, 'tollgate.yaml');
    const config = JSON.parse(await readFile(file, 'utf8'));
    await admin.gateway.gateway[Symbol.asyncDispose]();
    config.limits = [{ scope: { key: 'nobody' }, metric: 'cost', window: 'day', amount: 1 }];
    await writeFile(file, JSON.stringify(config));
    const { readEnvironment } = await import('../../src/config/env.ts');
    const { pino } = await import('pino');
    const environment = readEnvironment(
      {},
      {
        TOLLGATE_PORT: '0',
        TOLLGATE_DATA: join(admin.gateway.folder, 'data'),
        TOLLGATE_CONFIG: file,
        TOLLGATE_LOCAL_MODEL: 'off',
      },
    );
    await expect(createGateway({ environment, log: pino({ level: 'silent' }) })).rejects.toThrow(
      'There is no key `nobody`',
    );
  });
});
