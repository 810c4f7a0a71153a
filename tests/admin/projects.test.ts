// Organizations and projects, and what becomes of a project's keys.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin[Symbol.asyncDispose]());

test('there is one of each from the start', async () => {
  const organizations = await admin.get('/organizations');
  expect(organizations.data).toMatchObject([{ id: 'org_default', name: 'default', metadata: null }]);
  const projects = await admin.get('/projects');
  expect(projects.data).toMatchObject([{ name: 'default', organization_id: 'org_default', archived: false }]);
});

test('a project in an organization of its own, renamed, with keys', async () => {
  const organization = await admin.post('/organizations', { name: 'acme', metadata: { plan: 'gold' } });
  const project = await admin.post('/projects', { name: 'search', organization: 'acme' });
  expect(project).toMatchObject({ name: 'search', organization_id: organization.id, revision: 1 });
  const key = await admin.post('/keys', { name: 'crawler', project: 'search' });
  expect(key).toMatchObject({ project: 'search', project_id: project.id, organization_id: organization.id });
  expect((await admin.gateway.chat(ask(), { key: key.key })).status).toBe(200);
  const renamed = await admin.call('PATCH', `/projects/${project.id}`, {
    name: 'find',
    metadata: { a: 'b' },
  });
  expect(renamed).toMatchObject({ status: 200, body: { name: 'find', metadata: { a: 'b' }, revision: 2 } });
  expect(await admin.get(`/keys/${key.id}`)).toMatchObject({ project: 'find' });
  expect((await admin.get('/projects/find')).id).toBe(project.id);
  expect((await admin.get('/projects?organization=acme')).data).toHaveLength(1);
  expect((await admin.get(`/keys?organization=${organization.id}`)).data).toHaveLength(1);
  expect((await admin.call('DELETE', '/organizations/acme')).status).toBe(409);
  expect((await admin.call('DELETE', '/organizations/default')).status).toBe(409);
});

test('an organization counts the requests of its projects, and no others', async () => {
  await admin.post('/organizations', { name: 'tight' });
  await admin.post('/projects', { name: 'inside', organization: 'tight' });
  const { key } = await admin.post('/keys', { name: 'inside', project: 'inside' });
  await admin.post('/limits', {
    scope: { organization: 'tight' },
    metric: 'requests',
    window: 'day',
    amount: 1,
  });
  const statuses = [];
  for (let index = 0; index < 2; index++) statuses.push((await admin.gateway.chat(ask(), { key })).status);
  expect(statuses).toEqual([200, 429]);
  expect((await admin.gateway.chat(ask())).status).toBe(200);
});

test('names are taken once', async () => {
  await admin.post('/projects', { name: 'twin' });
  expect(await admin.call('POST', '/projects', { name: 'twin' })).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict', message: expect.stringContaining('twin') } },
  });
  await admin.post('/projects', { name: 'other' });
  expect((await admin.call('PATCH', '/projects/other', { name: 'twin' })).status).toBe(409);
  expect(await admin.get('/projects/other')).toMatchObject({ revision: 1 });
  expect((await admin.call('POST', '/organizations', { name: 'default' })).status).toBe(409);
});

test('an archived project has its keys refused, until it is restored', async () => {
  const project = await admin.post('/projects', { name: 'winter' });
  const { key } = await admin.post('/keys', { name: 'w', project: 'winter' });
  const status = async () => (await admin.gateway.chat(ask(), { key })).status;
  expect(await status()).toBe(200);
  await admin.call('PATCH', `/projects/${project.id}`, { archived: true });
  await expect.poll(status, { timeout: 10_000 }).toBe(403);
  expect((await admin.get('/projects?archived=true')).data).toHaveLength(1);
  expect((await admin.call('POST', '/keys', { name: 'x', project: 'winter' })).status).toBe(409);
  await admin.call('PATCH', `/projects/${project.id}`, { archived: false });
  expect(await status()).toBe(200);
});

test('an organization that never had a project can be deleted', async () => {
  const { id } = await admin.post('/organizations', { name: 'empty' });
  expect((await admin.call('DELETE', `/organizations/${id}`)).status).toBe(204);
  expect((await admin.call('GET', `/organizations/${id}`)).status).toBe(404);
});

test('changed by two at once: the second is told', async () => {
  await admin.post('/projects', { name: 'edited' });
  const etag = (await admin.call('GET', '/projects/edited')).headers.get('etag') ?? '';
  const change = (a: string) =>
    admin.call('PATCH', '/projects/edited', { metadata: { a } }, { 'if-match': etag });
  expect((await change('1')).status).toBe(200);
  expect((await change('2')).status).toBe(412);
  expect(await admin.get('/projects/edited')).toMatchObject({ metadata: { a: '1' } });
  expect((await admin.call('PATCH', '/projects/edited', { metadata: null })).body.metadata).toBeNull();
});
