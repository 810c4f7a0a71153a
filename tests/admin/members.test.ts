// Members: who may do what to whom, and that somebody can always administer.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodPassword, join, type Person, setUp, stranger, tokenOf } from './signed-in.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let ada: Person;
beforeAll(async () => {
  admin = await startAdmin();
  ada = await setUp(admin);
});
afterAll(() => admin[Symbol.asyncDispose]());

const idOf = async (email: string): Promise<string> =>
  (await ada.call('GET', `/members/${encodeURIComponent(email)}`)).body.id;

describe('roles', () => {
  test.each([
    ['viewer', 'GET', '/keys', 200],
    ['viewer', 'GET', '/usage?from=-1d', 200],
    ['viewer', 'GET', '/members', 403],
    ['viewer', 'POST', '/members', 403],
    ['viewer', 'POST', '/projects', 403],
    ['viewer', 'POST', '/limits', 403],
    ['member', 'GET', '/members', 403],
    ['member', 'POST', '/members', 403],
    ['member', 'POST', '/projects', 403],
    ['member', 'POST', '/setup', 403],
    ['admin', 'GET', '/members', 200],
    ['admin', 'POST', '/projects', 400],
  ])('a %s: %s %s is %i', async (role, method, path, status) => {
    const email = `roles-${role}@example.com`;
    const found = await ada.call('GET', `/members/${email}`);
    const person = found.status === 200 ? stranger(admin) : await join(admin, ada, email, role);
    if (found.status === 200) await person.signIn(email);
    const answer = await person.call(method, path, method === 'GET' ? undefined : {});
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
    if (status === 403) expect(answer.body.error).toMatchObject({ code: 'role_required' });
  });

  test('nobody raises their own, by whatever field', async () => {
    const eve = await join(admin, ada, 'eve@example.com', 'member');
    const id = await idOf('eve@example.com');
    for (const [method, path, body] of [
      ['PATCH', '/session', { name: 'Eve', role: 'admin' }],
      ['PATCH', `/members/${id}`, { role: 'admin' }],
      ['POST', `/members/${id}/link`, undefined],
      ['POST', '/session', { email: 'eve@example.com', password: goodPassword, role: 'admin' }],
    ] as const) {
      expect((await eve.call(method, path, body)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await ada.call('GET', `/members/${id}`)).body.role).toBe('member');
  });

  test('a new one ends the sessions of whoever has it', async () => {
    const fay = await join(admin, ada, 'fay@example.com', 'admin');
    const before = await ada.call('GET', '/members/fay@example.com');
    const etag = before.headers.get('etag') ?? '';
    const changed = await ada.call(
      'PATCH',
      '/members/fay@example.com',
      { role: 'viewer' },
      { 'if-match': etag },
    );
    expect(changed).toMatchObject({ status: 200, body: { role: 'viewer', sessions: 0 } });
    expect((await fay.call('GET', '/members')).status).toBe(401);
    expect((await fay.signIn('fay@example.com')).body.member.role).toBe('viewer');
    const stale = await ada.call(
      'PATCH',
      '/members/fay@example.com',
      { role: 'admin' },
      { 'if-match': etag },
    );
    expect(stale).toMatchObject({ status: 412, body: { error: { code: 'precondition_failed' } } });
  });
});

describe('a member', () => {
  test('is invited by a link, listed as such, and comes in once', async () => {
    const invited = await ada.call('POST', '/members', {
      email: 'gus@example.com',
      role: 'member',
      name: 'Gus',
    });
    expect(invited.body).toMatchObject({
      status: 'invited',
      has_password: false,
      link: { kind: 'invite' },
      last_seen_at: null,
    });
    expect(invited.body.invitation.url).toContain(`${admin.gateway.url}/invite#token=`);
    const listed = await ada.call('GET', '/members?status=invited&search=GUS');
    expect(listed.body.data).toHaveLength(1);
    expect(listed.text).not.toContain(tokenOf(invited.body.invitation.url));
    const twice = await ada.call('POST', '/members', { email: 'GUS@example.com', role: 'viewer' });
    expect(twice.body.error).toMatchObject({ param: 'email', code: 'invalid_value' });
    // Who has not come in has no password to guess.
    expect((await stranger(admin).signIn('gus@example.com')).status).toBe(401);
  });

  test('disabled is out at once, gets no link, and is told so who knows the password', async () => {
    const hal = await join(admin, ada, 'hal@example.com', 'admin');
    expect((await ada.call('PATCH', '/members/hal@example.com', { disabled: true })).body).toMatchObject({
      status: 'disabled',
      sessions: 0,
    });
    expect((await hal.call('GET', '/keys')).status).toBe(401);
    const right = await stranger(admin).signIn('hal@example.com');
    expect(right).toMatchObject({ status: 403, body: { error: { code: 'member_disabled' } } });
    expect((await stranger(admin).signIn('hal@example.com', 'not the right one')).status).toBe(401);
    expect((await ada.call('POST', '/members/hal@example.com/link')).status).toBe(409);
    expect((await ada.call('PATCH', '/members/hal@example.com', { disabled: false })).body.status).toBe(
      'active',
    );
    expect((await hal.signIn('hal@example.com')).status).toBe(201);
  });

  test.each([
    ['address', { email: 'right@example.com' }, {}],
    ['role', { role: 'admin' }, { role: 'viewer' }],
    ['status', { disabled: true }, { disabled: false }],
  ])('whose %s changes has no link any more that was made before', async (what, change, back) => {
    const email = `wrong-${what}@example.com`;
    const invited = await ada.call('POST', '/members', { email, role: 'viewer' });
    const token = tokenOf(invited.body.invitation.url);
    const path = `/members/${invited.body.member?.id ?? (await idOf(email))}`;
    expect((await ada.call('PATCH', path, { name: 'Another name' })).body.link).not.toBeNull();
    const changed = await ada.call('PATCH', path, change);
    expect(changed).toMatchObject({ status: 200, body: { link: null } });
    if (Object.keys(back).length > 0) await ada.call('PATCH', path, back);
    const unusable = { status: 410, body: { error: { code: 'link_unusable' } } };
    expect(await stranger(admin).call('POST', '/session/link', { token })).toMatchObject(unusable);
    const accept = { token, password: goodPassword };
    expect(await stranger(admin).call('POST', '/session/link/accept', accept)).toMatchObject(unusable);
    const renewed = await ada.call('POST', `${path}/link`);
    const accepted = { token: tokenOf(renewed.body.url), password: goodPassword };
    expect((await stranger(admin).call('POST', '/session/link/accept', accepted)).status).toBe(201);
  });

  test('gets a new password by a link, which ends the sessions there were', async () => {
    const ivy = await join(admin, ada, 'ivy@example.com', 'viewer');
    const link = await ada.call('POST', '/members/ivy@example.com/link');
    expect(link.body).toMatchObject({ kind: 'reset' });
    expect((await ivy.call('GET', '/session')).status).toBe(200);
    const again = stranger(admin);
    const accepted = await again.call('POST', '/session/link/accept', {
      token: tokenOf(link.body.url),
      password: 'another one altogether',
    });
    expect(accepted.status).toBe(201);
    expect((await ivy.call('GET', '/session')).status).toBe(401);
    expect((await ivy.signIn('ivy@example.com')).status).toBe(401);
    expect((await ivy.signIn('ivy@example.com', 'another one altogether')).status).toBe(201);
  });

  test('removed takes sessions along; keys are disabled, or kept where that is asked for', async () => {
    for (const [email, query, status] of [
      ['jan@example.com', '', 403],
      ['kim@example.com', '?keys=keep', 200],
    ] as const) {
      const person = await join(admin, ada, email, 'member');
      const made = await person.call('POST', '/keys', { name: `of ${email}` });
      expect([made.status, made.text]).toEqual([201, expect.any(String)]);
      expect((await ada.call('GET', `/members/${email}`)).body.keys).toBe(1);
      expect((await admin.gateway.chat(ask, { key: made.body.key })).status).toBe(200);
      expect((await ada.call('DELETE', `/members/${email}${query}`)).status).toBe(204);
      expect((await person.call('GET', '/session')).status).toBe(401);
      expect((await admin.gateway.chat(ask, { key: made.body.key })).status).toBe(status);
      expect((await ada.call('GET', `/members/${email}`)).status).toBe(404);
    }
  });
});

const ask = { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }] };

test('the last administrator stays one', async () => {
  await using other = await startAdmin();
  const boss = await setUp(other);
  await join(other, boss, 'viewer@example.com', 'viewer');
  await boss.call('POST', '/members', { email: 'invited@example.com', role: 'admin' });
  for (const [method, body] of [
    ['PATCH', { role: 'viewer' }],
    ['PATCH', { disabled: true }],
    ['DELETE', undefined],
  ] as const) {
    const answer = await boss.call(method, '/members/ada@example.com', body);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
    expect(answer.body.error.message).toContain('only administrator');
  }
  // Whoever lost the password comes back by the admin token.
  const link = await other.call('POST', '/members/ada@example.com/link');
  expect(link.status).toBe(201);
});
