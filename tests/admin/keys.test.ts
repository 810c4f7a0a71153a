// Keys from making to revocation, as requests with them see it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../support/start-gateway.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
beforeAll(async () => {
  admin = await startAdmin();
});
beforeEach(() => {
  admin.upstream.requests.length = 0;
});
afterAll(() => admin[Symbol.asyncDispose]());

const chat = (key: string, members: object = {}) => admin.gateway.chat(ask(members), { key });

async function codeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { error?: { code: string } };
  return body.error?.code ?? String(response.status);
}

describe('a key', () => {
  test('is shown once, works at once, and is listed with what it spent', async () => {
    const made = await admin.post('/keys', { name: 'laptop', metadata: { owner: 'ada' } });
    expect(made).toMatchObject({
      name: 'laptop',
      project: 'default',
      status: 'active',
      models: null,
      allowed_ips: null,
      options: null,
      metadata: { owner: 'ada' },
      expires_at: null,
      last_used_at: null,
      spend_usd: '0',
      revision: 1,
    });
    expect(made.key).toMatch(/^sk-tg-/);
    expect((await chat(made.key)).status).toBe(200);
    await admin.gateway.ledger();
    const found = await admin.get(`/keys/${made.id}`);
    expect(found).not.toHaveProperty('key');
    expect(found).toMatchObject({ spend_requests: 1, previous_secrets: [] });
    expect(Number(found.spend_nanousd)).toBeGreaterThan(0);
    expect(Date.parse(found.last_used_at)).toBeGreaterThan(Date.now() - 60_000);
    const { data } = await admin.get('/keys?name=LAP');
    expect(data).toHaveLength(1);
    const { previous_secrets: _, ...listed } = found;
    expect(data[0]).toEqual(listed);
  });

  test('is disabled and enabled from the next request on', async () => {
    const { id, key } = await admin.post('/keys', { name: 'switch' });
    expect((await chat(key)).status).toBe(200);
    const disabled = await admin.call('PATCH', `/keys/${id}`, { disabled: true });
    expect(disabled).toMatchObject({ status: 200, body: { status: 'disabled', revision: 2 } });
    expect(await codeOf(await chat(key))).toBe('key_disabled');
    await admin.call('PATCH', `/keys/${id}`, { disabled: false });
    expect((await chat(key)).status).toBe(200);
  });

  test('is revoked for ever, and twice is once', async () => {
    const { id, key } = await admin.post('/keys', { name: 'gone' });
    expect((await chat(key)).status).toBe(200);
    // What it spent is compared below, and is known when its request is settled.
    await admin.gateway.ledger();
    const revoked = await admin.call('DELETE', `/keys/${id}`);
    expect(revoked).toMatchObject({ status: 200, body: { status: 'revoked' } });
    expect(await codeOf(await chat(key))).toBe('invalid_api_key');
    expect(await admin.post(`/keys/${id}/revoke`)).toEqual(revoked.body);
    for (const [method, path, body] of [
      ['PATCH', `/keys/${id}`, { disabled: false }],
      ['POST', `/keys/${id}/rotate`, {}],
    ] as const) {
      expect(await admin.call(method, path, body)).toMatchObject({
        status: 409,
        body: { error: { code: 'conflict' } },
      });
    }
    const { data } = await admin.get('/keys?status=revoked');
    expect(data.map((each: { id: string }) => each.id)).toEqual([id]);
  });

  test('names its models, and `null` gives it all of them again', async () => {
    const { id, key } = await admin.post('/keys', { name: 'narrow', models: ['free-model'] });
    expect(await codeOf(await chat(key))).toBe('model_not_found');
    expect((await chat(key, { model: 'free-model' })).status).toBe(200);
    await admin.call('PATCH', `/keys/${id}`, { models: null });
    await expect.poll(async () => (await chat(key)).status, { timeout: 10_000 }).toBe(200);
  });

  test('expires, and is listed as such', async () => {
    const soon = Math.ceil(Date.now() / 1000) + 1;
    const { id, key, expires_at } = await admin.post('/keys', { name: 'brief', expires_at: soon });
    expect(expires_at).toBe(new Date(soon * 1000).toISOString());
    await expect.poll(async () => codeOf(await chat(key)), { timeout: 10_000 }).toBe('key_expired');
    expect(await admin.get(`/keys/${id}`)).toMatchObject({ status: 'expired' });
    const { data } = await admin.get('/keys?status=expired');
    expect(data.map((each: { id: string }) => each.id)).toEqual([id]);
    const active = await admin.get('/keys?status=active&limit=1000');
    expect(active.data.map((each: { id: string }) => each.id)).not.toContain(id);
    await admin.call('PATCH', `/keys/${id}`, { expires_at: null });
    await expect.poll(async () => (await chat(key)).status, { timeout: 10_000 }).toBe(200);
  });

  test('keeps its options: no larger answer, nothing unknown', async () => {
    const { key } = await admin.post('/keys', {
      name: 'strict',
      options: { strict_params: true, max_output_tokens: 7 },
    });
    expect((await chat(key, { surprise: 1 })).status).toBe(400);
    expect((await chat(key, { max_tokens: 100 })).status).toBe(200);
    expect(admin.upstream.last().body.max_tokens).toBe(7);
  });

  test('is used from its addresses only', async () => {
    const { id, key } = await admin.post('/keys', { name: 'office', allowed_ips: ['203.0.113.0/24'] });
    const refused = await chat(key);
    expect(refused.status).toBe(403);
    expect(await codeOf(refused)).toBe('ip_not_allowed');
    const models = await fetch(`${admin.gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.5' },
    });
    expect(models.status).toBe(403);
    await admin.call('PATCH', `/keys/${id}`, { allowed_ips: ['127.0.0.1', '::1'] });
    await expect.poll(async () => (await chat(key)).status, { timeout: 10_000 }).toBe(200);
  });

  test('behind a proxy that is trusted, its address is what that one says', async () => {
    await using proxied = await startAdmin({ server: { trusted_proxies: ['127.0.0.0/8', '::1'] } });
    const { key } = await proxied.post('/keys', { name: 'office', allowed_ips: ['203.0.113.0/24'] });
    const from = async (forwarded: string) =>
      (await proxied.gateway.chat(ask(), { key, headers: { 'x-forwarded-for': forwarded } })).status;
    expect(await from('203.0.113.5')).toBe(200);
    expect(await from('203.0.113.5, 198.51.100.1')).toBe(403);
    expect(await from('198.51.100.1, 203.0.113.5')).toBe(200);
  });
});

describe('a new secret', () => {
  test('works at once; the old one until the overlap ends; the key stays the same', async () => {
    const { id, key: old } = await admin.post('/keys', { name: 'rotating' });
    const rotated = await admin.post(`/keys/${id}/rotate`, { overlap: '1h' });
    expect(rotated).toMatchObject({ id, name: 'rotating', revision: 2 });
    expect(rotated.key).not.toBe(old);
    expect(rotated.previous_secrets).toHaveLength(1);
    const ends = Date.parse(rotated.previous_secrets[0].expires_at);
    expect(Math.abs(ends - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect((await chat(rotated.key)).status).toBe(200);
    expect((await chat(old)).status).toBe(200);
    await admin.gateway.ledger();
    expect(await admin.get(`/keys/${id}`)).toMatchObject({ spend_requests: 2 });
    const again = await admin.post(`/keys/${id}/rotate`, { overlap: '0' });
    expect(again.previous_secrets).toEqual([]);
    expect((await chat(again.key)).status).toBe(200);
    for (const ended of [old, rotated.key]) {
      await expect.poll(async () => codeOf(await chat(ended)), { timeout: 10_000 }).toBe('invalid_api_key');
    }
  });

  test('ends by itself', async () => {
    const { id, key: old } = await admin.post('/keys', { name: 'short overlap' });
    await admin.post(`/keys/${id}/rotate`, { overlap: '1s' });
    await expect.poll(async () => codeOf(await chat(old)), { timeout: 10_000 }).toBe('key_expired');
    expect((await admin.get(`/keys/${id}`)).previous_secrets).toEqual([]);
  });

  test('does not widen a budget', async () => {
    const { id, key } = await admin.post('/keys', { name: 'budgeted' });
    await admin.post('/limits', { scope: { key: id }, metric: 'requests', window: 'day', amount: 1 });
    expect((await chat(key)).status).toBe(200);
    const { key: renewed } = await admin.post(`/keys/${id}/rotate`, {});
    expect((await chat(renewed)).status).toBe(429);
    expect((await chat(key)).status).toBe(429);
  });

  test('is revoked with its key, the earlier ones too', async () => {
    const { id, key: old } = await admin.post('/keys', { name: 'all of them' });
    const { key } = await admin.post(`/keys/${id}/rotate`);
    expect((await chat(old)).status).toBe(200);
    await admin.call('DELETE', `/keys/${id}`);
    expect(await codeOf(await chat(old))).toBe('invalid_api_key');
    expect(await codeOf(await chat(key))).toBe('invalid_api_key');
  });

  test.each(['soon', '1y', '91d', '-1h'])('overlap %s is refused', async (overlap) => {
    const { id } = await admin.post('/keys', { name: 'wrong' });
    expect(await admin.call('POST', `/keys/${id}/rotate`, { overlap })).toMatchObject({
      status: 400,
      body: { error: { param: 'overlap' } },
    });
  });
});

describe('lists', () => {
  test('a cursor is for its own list, and whole', async () => {
    for (const name of ['one more', 'and one']) await admin.post('/keys', { name });
    const { next_cursor: cursor } = await admin.get('/keys?limit=1');
    for (const [path, text] of [
      ['/requests', cursor],
      ['/audit', cursor],
      ['/keys', cursor.slice(0, -1)],
      ['/keys', cursor.slice(0, -4)],
      ['/keys', `${cursor}A`],
      ['/keys', `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`],
    ]) {
      const answer = await admin.call('GET', `${path}?cursor=${text}`);
      expect([path, text, answer.status]).toEqual([path, text, 400]);
      expect(answer.body.error).toMatchObject({ code: 'invalid_value', param: 'cursor' });
    }
    expect(encodeURIComponent(cursor)).toBe(cursor);
    expect(await admin.call('GET', `/keys?limit=1&cursor=${cursor}`)).toMatchObject({ status: 200 });
  });

  test('page through all of them, newest first', async () => {
    await using other = await startAdmin();
    for (let index = 0; index < 7; index++) await other.post('/keys', { name: `key ${index}` });
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/keys?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = await other.get(path);
      names.push(...page.data.map((key: { name: string }) => key.name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `key ${index}`).concat('first key'));
  });
});

describe('changes by two at once', () => {
  test('the second is told, and what is stored is what the first wrote', async () => {
    const { id } = await admin.post('/keys', { name: 'shared' });
    const read = await admin.call('GET', `/keys/${id}`);
    const etag = read.headers.get('etag') ?? '';
    expect(etag).toBe('"1"');
    const first = await admin.call('PATCH', `/keys/${id}`, { name: 'by one' }, { 'if-match': etag });
    expect(first).toMatchObject({ status: 200, body: { name: 'by one', revision: 2 } });
    expect(first.headers.get('etag')).toBe('"2"');
    const second = await admin.call('PATCH', `/keys/${id}`, { name: 'by two' }, { 'if-match': etag });
    expect(second).toMatchObject({ status: 412, body: { error: { code: 'precondition_failed' } } });
    expect(await admin.get(`/keys/${id}`)).toMatchObject({ name: 'by one' });
    const gone = await admin.call('DELETE', `/keys/${id}`, undefined, { 'if-match': etag });
    expect(gone.status).toBe(412);
    expect(await admin.call('PATCH', `/keys/${id}`, {}, { 'if-match': 'new' })).toMatchObject({
      status: 400,
      body: { error: { param: 'If-Match' } },
    });
  });

  test('without If-Match none is lost: each changes what it names', async () => {
    const { id } = await admin.post('/keys', { name: 'busy' });
    await Promise.all([
      admin.call('PATCH', `/keys/${id}`, { name: 'renamed' }),
      admin.call('PATCH', `/keys/${id}`, { metadata: { a: 'b' } }),
      admin.call('PATCH', `/keys/${id}`, { models: ['free-model'] }),
      admin.call('PATCH', `/keys/${id}`, { options: { strict_params: true } }),
    ]);
    expect(await admin.get(`/keys/${id}`)).toMatchObject({
      name: 'renamed',
      metadata: { a: 'b' },
      models: ['free-model'],
      options: { strict_params: true },
      revision: 5,
    });
  });
});
