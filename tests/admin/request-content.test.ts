// What is said in requests is kept where it is wanted and nowhere else, sealed, and given to whoever may read it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Json, refusal } from '../support/scripted-upstream.ts';
import { ask, configOf } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

async function stand(logging?: Json): Promise<AdminStand> {
  const admin = await startAdmin();
  onTestFinished(() => admin[Symbol.asyncDispose]());
  await log(admin, logging);
  return admin;
}

async function log(admin: AdminStand, logging?: Json): Promise<void> {
  const upstreams = [admin.upstream.url];
  await admin.gateway.configure({ ...configOf({ upstreams }), ...(logging ? { logging } : {}) });
}

/** The detail of the newest request, once what is kept of it is. */
async function newest(admin: AdminStand, state: string): Promise<Json> {
  const { id } = await admin.gateway.row();
  await expect
    .poll(async () => (await admin.get(`/requests/${id}`)).content, { timeout: 10_000 })
    .toBe(state);
  return admin.get(`/requests/${id}`);
}

const said = 'the word is xylophone-4711';
const asking = (members: object = {}) => ask({ messages: [{ role: 'user', content: said }], ...members });

test('is off unless the file says otherwise, whatever a key says', async () => {
  const admin = await stand();
  const key = await admin.post('/keys', { name: 'loud', options: { log_content: true } });
  await (await admin.gateway.chat(asking(), { key: key.key })).text();
  const { id } = await newest(admin, 'off');
  expect((await admin.call('GET', `/requests/${id}/content`)).status).toBe(404);
});

test('has the bodies as they went over the wire, and the audit log who read them', async () => {
  const admin = await stand({ content: 'all' });
  const body = JSON.stringify(asking({ stream: true }));
  const answer = await (await admin.gateway.chat(body)).text();
  const { id } = await newest(admin, 'kept');
  const content = await admin.get(`/requests/${id}/content`);
  expect(content).toMatchObject({
    request_id: id,
    prompt: { text: body, bytes: body.length, truncated: false, media_left_out: 0 },
    answer: { text: answer, truncated: false, status: 200, stream: true },
  });
  expect(Date.parse(content.expires_at) - Date.parse(content.created_at)).toBe(7 * 86_400_000);
  const { data } = await admin.get(`/audit?target_id=${id}`);
  expect(data).toMatchObject([{ action: 'content.read', actor: 'admin-token', target_kind: 'content' }]);
});

test('lies in the database sealed, and is gone when it is deleted', async () => {
  const admin = await stand({ content: 'all' });
  await (await admin.gateway.chat(asking())).text();
  const { id } = await newest(admin, 'kept');
  const folder = join(admin.gateway.folder, 'data');
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('tollgate.sqlite')) continue;
    expect(readFileSync(join(folder, name), 'latin1')).not.toContain('xylophone');
  }
  expect((await admin.call('DELETE', `/requests/${id}/content`)).status).toBe(204);
  expect((await admin.call('DELETE', `/requests/${id}/content`)).status).toBe(404);
  expect((await admin.call('GET', `/requests/${id}/content`)).status).toBe(404);
  expect((await admin.get(`/requests/${id}`)).content).toBe('none');
  const { data } = await admin.get(`/audit?target_id=${id}`);
  expect(data.map(({ action }: Json) => action)).toEqual(['content.delete']);
});

test('of errors alone, a request that went well leaves nothing', async () => {
  const admin = await stand({ content: 'errors' });
  admin.upstream.next(refusal(400, { error: { message: 'no', type: 'invalid_request_error' } }));
  await (await admin.gateway.chat(asking())).text();
  const failed = await newest(admin, 'kept');
  expect((await admin.get(`/requests/${failed.id}/content`)).answer).toMatchObject({
    status: 400,
    stream: false,
    text: expect.stringContaining('"error"'),
  });
  await (await admin.gateway.chat(asking())).text();
  await newest(admin, 'none');
});

test('a key narrows what the file allows, and widens `errors` and `keys`', async () => {
  const admin = await stand({ content: 'all' });
  const quiet = await admin.post('/keys', { name: 'quiet', options: { log_content: false } });
  await (await admin.gateway.chat(asking(), { key: quiet.key })).text();
  await newest(admin, 'none');
  await log(admin, { content: 'keys' });
  await (await admin.gateway.chat(asking())).text();
  await newest(admin, 'none');
  const loud = await admin.post('/keys', { name: 'loud', options: { log_content: true } });
  await (await admin.gateway.chat(asking(), { key: loud.key })).text();
  await newest(admin, 'kept');
});

test('is cut at the bound, and says so; media are notes', async () => {
  const admin = await stand({ content: 'all', max_bytes: 300 });
  const image = `data:image/png;base64,${Buffer.alloc(30_000, 3).toString('base64')}`;
  const content = [
    { type: 'image_url', image_url: { url: image } },
    { type: 'text', text: 'ü'.repeat(400) },
  ];
  const body = JSON.stringify(ask({ messages: [{ role: 'user', content }] }));
  await (await admin.gateway.chat(body)).text();
  const { id } = await newest(admin, 'kept');
  const { prompt } = await admin.get(`/requests/${id}/content`);
  expect(prompt).toMatchObject({ bytes: Buffer.byteLength(body), truncated: true, media_left_out: 1 });
  expect(prompt.text).toContain('base64,[30,000 bytes left out]');
  expect(Buffer.byteLength(prompt.text)).toBeLessThanOrEqual(300);
  expect(prompt.text).not.toContain('\ufffd');
});

test('a mistake in the file is said with what may stand there', async () => {
  const admin = await stand();
  const upstreams = [admin.upstream.url];
  for (const [logging, message] of [
    [{ content: 'everything' }, '`off`, `keys`, `errors` or `all`'],
    [{ content: 'all', retention: 'soon' }, 'such as 7d'],
    [{ content: 'all', max_bytes: '1GiB' }, 'up to 16MiB'],
  ] as const) {
    await admin.gateway.configure({ ...configOf({ upstreams }), logging });
    expect((await admin.get('/config')).refused).toContain(message);
  }
});

test('a client that leaves gets no less kept than it was sent', async () => {
  const admin = await stand({ content: 'errors' });
  admin.upstream.next(async (answer) => {
    answer.head(200, { 'content-type': 'text/event-stream' });
    const choices = [{ index: 0, delta: { role: 'assistant', content: 'Hello wor' }, finish_reason: null }];
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
    await answer.write(`data: ${JSON.stringify(chunk)}\n\n`);
    await answer.gone;
  });
  const controller = new AbortController();
  const response = await admin.gateway.chat(asking({ stream: true }), { signal: controller.signal });
  await response.body?.getReader().read();
  controller.abort();
  const { id, error } = await newest(admin, 'kept');
  expect(error).toBe('client_aborted');
  expect((await admin.get(`/requests/${id}/content`)).answer.text).toContain('Hello wor');
});
