// Who may read and delete what was said, and who may have more or less of it kept: administrators, and members for keys of their own.
import { expect, onTestFinished, test } from 'vitest';
import { ask, configOf } from '../support/start-gateway.ts';
import { join, setUp } from './signed-in.ts';
import { startAdmin } from './stand.ts';

test('members read what was said with keys of their own, and only ever have less of it kept', async () => {
  const admin = await startAdmin();
  onTestFinished(() => admin[Symbol.asyncDispose]());
  const upstreams = [admin.upstream.url];
  await admin.gateway.configure({ ...configOf({ upstreams }), logging: { content: 'all' } });
  const ada = await setUp(admin);
  const grace = await join(admin, ada, 'grace@example.com', 'member');
  const joan = await join(admin, ada, 'joan@example.com', 'member');
  const alan = await join(admin, ada, 'alan@example.com', 'viewer');

  const more = await grace.call('POST', '/keys', { name: 'loud', options: { log_content: true } });
  expect(more).toMatchObject({ status: 400, body: { error: { param: 'options.log_content' } } });
  const { id: keyId, key } = (await grace.call('POST', '/keys', { name: 'hers' })).body;
  await (await admin.gateway.chat(ask(), { key })).text();
  const { id } = await admin.gateway.row();
  const stateFor = async (person: typeof ada) => (await person.call('GET', `/requests/${id}`)).body.content;
  await expect.poll(() => stateFor(ada), { timeout: 20_000 }).toBe('kept');
  expect(await Promise.all([grace, joan, alan].map(stateFor))).toEqual(['kept', 'forbidden', 'forbidden']);

  const path = `/requests/${id}/content`;
  for (const person of [joan, alan]) {
    for (const method of ['GET', 'DELETE']) {
      expect((await person.call(method, path)).status).toBe(403);
    }
  }
  expect((await grace.call('GET', path)).body).toMatchObject({ prompt: { text: JSON.stringify(ask()) } });
  expect((await ada.call('GET', path)).status).toBe(200);
  expect((await grace.call('DELETE', path)).status).toBe(204);
  const { data } = await admin.get(`/audit?target_id=${id}`);
  expect(data.map(({ actor, action }: { actor: string; action: string }) => [actor, action])).toEqual([
    ['grace@example.com', 'content.delete'],
    ['ada@example.com', 'content.read'],
    ['grace@example.com', 'content.read'],
  ]);

  const change = async (person: typeof ada, options: object | null) =>
    (await person.call('PATCH', `/keys/${keyId}`, { options })).status;
  expect(await change(grace, { log_content: false })).toBe(200);
  expect(await change(grace, null)).toBe(400);
  expect(await change(grace, { strict_params: true })).toBe(400);
  expect(await change(ada, { log_content: true })).toBe(200);
  expect(await change(grace, { log_content: true, strict_params: true })).toBe(200);
  expect(await change(grace, null)).toBe(200);
}, 60_000);
