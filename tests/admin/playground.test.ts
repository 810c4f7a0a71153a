// The keys of the playground: one a project, secrets that end by themselves and open the public API like any other.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPlaygroundKeys } from '../../src/accounts/playground-keys.ts';
import type { AuditEntry } from '../../src/core/audit.ts';
import { databases, stopPostgresAfterAll } from '../ledger/databases.ts';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

stopPostgresAfterAll();

let admin: AdminStand;
beforeAll(async () => {
  admin = await startAdmin({
    models: {
      'blind-model': {
        price: 'free',
        capabilities: { images: false, tools: false, json_schema: false },
        route: [[{ provider: 'first', model: 'upstream-model' }]],
      },
    },
  });
});
afterAll(() => admin[Symbol.asyncDispose]());

const chat = (key: string) => admin.gateway.chat(ask(), { key });
const codeOf = async (response: Response) =>
  ((await response.json()) as { error?: { code: string } }).error?.code ?? String(response.status);

describe('POST /playground/key', () => {
  test('makes a key at the first use, and gives another secret of it at the next', async () => {
    const before = Date.now();
    const first = await admin.post('/playground/key');
    const second = await admin.post('/playground/key', {});
    expect(first).toMatchObject({ name: 'Playground (admin-token)', project: 'default' });
    expect(second.key_id).toBe(first.key_id);
    expect(second.key).not.toBe(first.key);
    const life = Date.parse(first.expires_at) - before;
    expect(life).toBeGreaterThanOrEqual(12 * 3_600_000);
    expect(life).toBeLessThan(12 * 3_600_000 + 60_000);
    for (const { key } of [first, second]) expect((await chat(key)).status).toBe(200);
    await admin.gateway.ledger();
    expect(await admin.get(`/keys/${first.key_id}`)).toMatchObject({ spend_requests: 2 });
    const { data } = await admin.get('/requests');
    expect(data[0]).toMatchObject({ key_id: first.key_id });
  });

  test('has one in each project', async () => {
    await admin.post('/projects', { name: 'research' });
    const here = await admin.post('/playground/key');
    const there = await admin.post('/playground/key', { project: 'research' });
    expect(there).toMatchObject({ project: 'research', name: here.name });
    expect(there.key_id).not.toBe(here.key_id);
  });

  test('says which project there is not, and which is closed', async () => {
    expect(await admin.call('POST', '/playground/key', { project: 'nowhere' })).toMatchObject({
      status: 400,
      body: { error: { param: 'project', message: expect.stringContaining('`nowhere`') } },
    });
    const { id } = await admin.post('/projects', { name: 'past' });
    await admin.call('PATCH', `/projects/${id}`, { archived: true });
    expect(await admin.call('POST', '/playground/key', { project: 'past' })).toMatchObject({
      status: 400,
      body: { error: { param: 'project', message: expect.stringContaining('archived') } },
    });
  });

  test('has eight secrets at once: the oldest ends for the ninth', async () => {
    await admin.post('/projects', { name: 'many tabs' });
    const secrets: string[] = [];
    for (let tab = 0; tab < 9; tab++) {
      secrets.push((await admin.post('/playground/key', { project: 'many tabs' })).key);
    }
    const statuses = [];
    for (const secret of secrets) statuses.push((await chat(secret)).status);
    expect(statuses).toEqual([401, ...Array(8).fill(200)]);
  });

  test('gives none while the key is disabled, and another key once it is revoked', async () => {
    await admin.post('/projects', { name: 'closed' });
    const ask = () => admin.call('POST', '/playground/key', { project: 'closed' });
    const { body: issued } = await ask();
    await admin.call('PATCH', `/keys/${issued.key_id}`, { disabled: true });
    expect(await codeOf(await chat(issued.key))).toBe('key_disabled');
    expect(await ask()).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('is disabled') } },
    });
    await admin.call('PATCH', `/keys/${issued.key_id}`, { disabled: false });
    expect((await chat(issued.key)).status).toBe(200);
    await admin.call('DELETE', `/keys/${issued.key_id}`);
    expect((await chat(issued.key)).status).toBe(401);
    const { body: again } = await ask();
    expect(again.key_id).not.toBe(issued.key_id);
    expect((await chat(again.key)).status).toBe(200);
  });

  test('is under limits like any key', async () => {
    await admin.post('/projects', { name: 'tight' });
    const issued = await admin.post('/playground/key', { project: 'tight' });
    await admin.post('/limits', {
      scope: { key: issued.key_id },
      metric: 'requests',
      window: 'day',
      amount: 1,
    });
    expect((await chat(issued.key)).status).toBe(200);
    const refused = await chat((await admin.post('/playground/key', { project: 'tight' })).key);
    expect(refused.status).toBe(429);
  });

  test('leaves its traces in the audit log, and no secret there', async () => {
    await admin.post('/projects', { name: 'traced' });
    const issued = await admin.post('/playground/key', { project: 'traced' });
    const { data } = await admin.get(`/audit?target_id=${issued.key_id}`);
    expect(data.map(({ action }: { action: string }) => action)).toEqual(['key.issue', 'key.create']);
    expect(data[0].after).toEqual({ preview: issued.preview, expires_at: issued.expires_at });
    expect(JSON.stringify(data)).not.toContain(issued.key);
  });
});

describe('GET /playground/models', () => {
  test('says what each can be asked, its price, and whether it would answer', async () => {
    const { data } = await admin.get('/playground/models');
    const named = (name: string) => data.find((model: { name: string }) => model.name === name);
    expect(named('test-model')).toMatchObject({
      providers: ['first'],
      state: 'ready',
      reason: null,
      price: { terms: { input: '1', output: '2' } },
      takes: { images: true, tools: true, json_schema: true },
    });
    expect(named('blind-model')).toMatchObject({
      takes: { images: false, tools: false, json_schema: false },
    });
    expect(named('unpriced-model')).toMatchObject({ state: 'unpriced', price: null });
    expect(named('unpriced-model').reason).toContain('not known');
  });
});

describe.each(databases)('keys of the playground on $name', ({ create, missing }) => {
  const it = test.skipIf(missing !== undefined);
  let entries = 0;
  const audit = (action: string, targetId: string, facts: object): AuditEntry => ({
    id: `aud_${String(++entries).padStart(6, '0')}`,
    at: entries,
    actor: 'test',
    action,
    targetKind: 'key',
    targetId,
    ...facts,
  });

  it('are made once however many tabs ask at the same time, and end with their time', async () => {
    const database = await create();
    const { store } = await database.open();
    let now = 1_000;
    const clock = { now: () => now, monotonic: () => now };
    const keys = createPlaygroundKeys(store.admin.playgroundKeys, clock);
    const project = await store.admin.accountReader.project('default');
    if (!project) throw new Error('no project');
    const caller = { kind: 'token', name: '👋'.repeat(90), role: 'admin' } as const;
    const issued = await Promise.all(Array.from({ length: 12 }, () => keys.issue(project, caller, audit)));
    const [first] = issued;
    expect(new Set(issued.map(({ key }) => key.id)).size).toBe(1);
    expect(first?.key.name).toMatch(/^Playground \((👋)+\)$/u);
    expect(first?.key.name.length).toBeLessThanOrEqual(100);
    const { items } = await store.admin.auditReader.entries({ action: 'key.create' }, { limit: 10 });
    expect(items.filter(({ actor }) => actor === 'test')).toHaveLength(1);
    const id = first?.key.id ?? '';
    expect(await store.admin.accountReader.previousSecrets(id, now)).toHaveLength(8);
    now += 12 * 3_600_000;
    expect(await store.admin.accountReader.previousSecrets(id, now)).toHaveLength(0);
    await keys.issue(project, caller, audit);
    expect(await store.admin.accountReader.previousSecrets(id, 0)).toHaveLength(1);
  });
});
