// Whose keys are whose: members make and manage keys of their own, viewers change nothing, and limits are the administrators'.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/start-gateway.ts';
import { join, type Person, setUp } from './signed-in.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let ada: Person;
let grace: Person;
let alan: Person;
let joan: Person;
beforeAll(async () => {
  admin = await startAdmin();
  ada = await setUp(admin);
  grace = await join(admin, ada, 'grace@example.com', 'member');
  joan = await join(admin, ada, 'joan@example.com', 'member');
  alan = await join(admin, ada, 'alan@example.com', 'viewer');
}, 120_000);
afterAll(() => admin[Symbol.asyncDispose]());

const status = async (key: string) => (await admin.gateway.chat(ask(), { key })).status;

test('a member’s key is theirs: they change, rotate and revoke it', async () => {
  const limits = [{ metric: 'requests', window: 'day', amount: 5 }];
  const made = await grace.call('POST', '/keys', { name: 'of Grace', limits });
  expect(made).toMatchObject({
    status: 201,
    body: { limit: { amount: 5 }, created_by: { id: expect.stringMatching(/^mem/) } },
  });
  const { id, key } = made.body;
  expect(await status(key)).toBe(200);
  expect(await grace.call('PATCH', `/keys/${id}`, { name: 'of Grace, renamed' })).toMatchObject({
    status: 200,
  });
  expect(await grace.call('POST', `/keys/${id}/rotate`, { overlap: '0' })).toMatchObject({ status: 200 });
  const mine = await grace.call('GET', '/keys?member=me');
  expect(mine.body.data.map((each: { id: string }) => each.id)).toEqual([id]);
  expect((await joan.call('GET', '/keys?member=me')).body.data).toEqual([]);
  expect((await admin.get(`/keys?member=${made.body.created_by.id}`)).data).toHaveLength(1);
  const { data } = await admin.get(`/audit?target_id=${id}`);
  expect(data.map(({ actor }: { actor: string }) => actor)).toEqual(Array(3).fill('grace@example.com'));
  expect(await grace.call('POST', `/keys/${id}/revoke`)).toMatchObject({
    status: 200,
    body: { status: 'revoked' },
  });
});

test('nobody but administrators touches the key of another', async () => {
  const { id, key } = (await grace.call('POST', '/keys', { name: 'hands off' })).body;
  const own = (await admin.post('/keys', { name: 'of nobody' })) as { id: string };
  for (const person of [joan, alan]) {
    for (const target of [id, own.id]) {
      for (const [method, path, body] of [
        ['PATCH', `/keys/${target}`, { disabled: true }],
        ['POST', `/keys/${target}/rotate`, {}],
        ['POST', `/keys/${target}/revoke`, undefined],
        ['DELETE', `/keys/${target}`, undefined],
      ] as const) {
        const answer = await person.call(method, path, body);
        expect([method, path, answer.status]).toEqual([method, path, 403]);
        expect(answer.body.error.code).toBe(person === joan ? 'key_of_another' : 'role_required');
      }
      // What it is may be seen, never the key itself.
      const seen = await person.call('GET', `/keys/${target}`);
      expect(seen.status).toBe(200);
      expect(seen.text).not.toContain(key);
    }
  }
  expect(await status(key)).toBe(200);
  expect(await admin.get(`/keys/${id}`)).toMatchObject({ status: 'active', revision: 1 });
  expect(await ada.call('PATCH', `/keys/${id}`, { disabled: true })).toMatchObject({ status: 200 });
  expect(await status(key)).toBe(403);
});

test('limits and projects are the administrators’: a member does not raise what stops them', async () => {
  const limits = [{ metric: 'requests', window: 'day', amount: 1 }];
  const { id } = (await grace.call('POST', '/keys', { name: 'bounded', limits })).body;
  const [limit] = (await grace.call('GET', `/keys/${id}/limits`)).body.data;
  for (const [method, path, body] of [
    ['PATCH', `/limits/${limit.id}`, { amount: 100 }],
    ['DELETE', `/limits/${limit.id}`, undefined],
    ['POST', '/limits', { scope: { key: id }, metric: 'cost', window: 'day', amount: 5 }],
    ['POST', '/projects', { name: 'hers' }],
    ['PATCH', '/projects/default', { archived: true }],
  ] as const) {
    const answer = await grace.call(method, path, body);
    expect([method, path, answer.status, answer.body?.error.code]).toEqual([
      method,
      path,
      403,
      'role_required',
    ]);
  }
  expect((await alan.call('POST', '/keys', { name: 'no' })).status).toBe(403);
  expect(await admin.get(`/limits/${limit.id}`)).toMatchObject({ amount: 1, revision: 1 });
});
