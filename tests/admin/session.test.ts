// Signing in to the console: the way in, the way out, and what does not get in.
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

const code = (answer: { status: number; body?: { error?: { code?: string } } }) => [
  answer.status,
  answer.body?.error?.code,
];
const cookieLine = (headers: Headers, name: string) =>
  headers.getSetCookie().find((line) => line.startsWith(`${name}_`) || line.startsWith(`${name}=`)) ?? '';

describe('set-up', () => {
  test('needs the admin token, makes the first administrator, and is over then', async () => {
    await using other = await startAdmin();
    const options = () => stranger(other).call('GET', '/session/options');
    expect((await options()).body).toMatchObject({ setup_required: true, password_login: true, sso: [] });
    const body = { name: 'Ada', email: 'ada@example.com', password: goodPassword };
    expect(code(await stranger(other).call('POST', '/setup', body))).toEqual([401, 'missing_admin_token']);
    const bearer = { authorization: `Bearer ${other.token}` };
    for (const [change, param] of [
      [{ password: 'short' }, 'password'],
      [{ password: 'password1234' }, 'password'],
      [{ password: 'ada@example.com' }, 'password'],
      [{ email: 'nobody' }, 'email'],
      [{ name: '   ' }, 'name'],
      [{ password: undefined }, 'password'],
    ] as const) {
      const answer = await stranger(other).call('POST', '/setup', { ...body, ...change }, bearer);
      expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
    }
    const person = await setUp(other);
    expect((await person.call('GET', '/session')).body).toMatchObject({
      member: { name: 'Ada', email: 'ada@example.com', role: 'admin' },
      method: 'link',
    });
    expect((await options()).body.setup_required).toBe(false);
    expect(
      code(await stranger(other).call('POST', '/setup', { ...body, email: 'b@example.com' }, bearer)),
    ).toEqual([409, 'conflict']);
    // By its cookie, Ada is an administrator; but the first one there is by the token alone.
    expect(code(await person.call('POST', '/setup', { ...body, email: 'b@example.com' }))).toEqual([
      409,
      'conflict',
    ]);
  });
});

describe('a session', () => {
  test('is a cookie that no script and no other site gets', async () => {
    const person = stranger(admin);
    const answer = await person.signIn('ADA@example.com ');
    expect(answer.status).toBe(201);
    const line = cookieLine(answer.headers, 'tollgate_session');
    expect(line).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(line).toContain('Path=/admin/v1;');
    const [token = ''] = [...person.cookies.values()];
    expect(token).toMatch(/^[0-9A-Za-z]{43}$/);
    expect(answer.text).not.toContain(token);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('by https, as a trusted proxy says, is Secure and one that http cannot plant', async () => {
    await using other = await startAdmin({ server: { trusted_proxies: ['127.0.0.0/8'] } });
    await setUp(other);
    const person = stranger(other, { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'gw.example.com' });
    const answer = await person.signIn('ada@example.com');
    const line = cookieLine(answer.headers, '__Secure-tollgate_session');
    expect(line).toMatch(/; Secure$/);
    expect((await person.call('GET', '/session')).status).toBe(200);
    const [name = '', value = ''] = [...person.cookies].find(([each]) => each.includes('session')) ?? [];
    person.cookies.clear();
    person.cookies.set(name.replace('__Secure-', ''), value);
    expect((await person.call('GET', '/session')).status).toBe(401);
  });

  test('a proxy that nobody trusts is not believed', async () => {
    const person = stranger(admin, { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' });
    const answer = await person.signIn('ada@example.com');
    expect(answer.headers.getSetCookie().join()).not.toContain('Secure');
    const { body } = await ada.call(
      'POST',
      '/members',
      { email: 'host@example.com', role: 'viewer' },
      { 'x-forwarded-host': 'evil.example' },
    );
    expect(body.invitation.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invite#token=/);
  });

  test('is another one after each sign-in, and the one before ends: none can be planted', async () => {
    const person = stranger(admin);
    await person.signIn('ada@example.com');
    const before = new Map(person.cookies);
    await person.signIn('ada@example.com');
    expect([...person.cookies.values()]).not.toEqual([...before.values()]);
    const thief = stranger(admin);
    for (const [name, value] of before) thief.cookies.set(name, value);
    expect(code(await thief.call('GET', '/session'))).toEqual([401, 'not_signed_in']);
    // A value that somebody made up is none either.
    const planted = stranger(admin);
    for (const [name] of before) planted.cookies.set(name, 'x'.repeat(43));
    await planted.signIn('ada@example.com');
    expect([...planted.cookies.values()]).not.toContain('x'.repeat(43));
  });

  test('ends when it is signed out, one by one and all at once', async () => {
    const bea = await join(admin, ada, 'bea@example.com', 'member');
    const phone = stranger(admin, { 'user-agent': 'Phone' });
    await phone.signIn('bea@example.com');
    const { body: list } = await phone.call('GET', '/sessions');
    expect(list.data).toMatchObject([
      { current: true, user_agent: 'Phone', address: '127.0.0.1', method: 'password' },
      { current: false, method: 'link' },
    ]);
    const others = await ada.call('GET', '/sessions');
    expect(code(await phone.call('DELETE', `/sessions/${others.body.data[0].id}`))).toEqual([
      404,
      'not_found',
    ]);
    expect((await phone.call('DELETE', `/sessions/${list.data[1].id}`)).status).toBe(204);
    expect(code(await bea.call('GET', '/session'))).toEqual([401, 'not_signed_in']);
    await bea.signIn('bea@example.com');
    expect((await phone.call('DELETE', '/sessions?keep_current=true')).status).toBe(204);
    expect((await bea.call('GET', '/session')).status).toBe(401);
    await bea.signIn('bea@example.com');
    expect((await phone.call('DELETE', '/sessions')).status).toBe(204);
    expect((await phone.call('GET', '/session')).status).toBe(401);
    expect((await bea.call('GET', '/session')).status).toBe(401);
    await bea.signIn('bea@example.com');
    expect((await bea.call('DELETE', '/session')).status).toBe(204);
    expect(bea.cookies.size).toBe(1);
    expect((await bea.call('GET', '/keys')).status).toBe(401);
  });

  test('the admin token is nobody in particular', async () => {
    expect(code(await admin.call('GET', '/session'))).toEqual([401, 'not_signed_in']);
  });
});

describe('a page of another site', () => {
  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'http://127.0.0.1:1' }],
  ])('%j changes nothing, signs nobody in, and has no token', async (headers) => {
    const write = await ada.call('PATCH', '/session', { name: 'Eve' }, headers as never);
    expect(code(write)).toEqual([403, 'csrf_refused']);
    const signIn = await stranger(admin, headers as never).signIn('ada@example.com');
    expect(code(signIn)).toEqual([403, 'csrf_refused']);
    expect(signIn.headers.getSetCookie()).toEqual([]);
  });

  test('without the token of this very session nothing is changed', async () => {
    const bob = await join(admin, ada, 'bob@example.com', 'admin');
    for (const token of ['', 'wrong', bob.csrf ?? '']) {
      const answer = await ada.call('PATCH', '/session', { name: 'Eve' }, { 'x-csrf-token': token });
      expect(code(answer)).toEqual([403, 'csrf_refused']);
    }
    expect((await ada.call('GET', '/session')).body.member.name).toBe('Ada');
    expect(
      (await ada.call('PATCH', '/session', { name: 'Ada L.' }, { origin: admin.gateway.url })).status,
    ).toBe(200);
    expect(
      (
        await ada.call(
          'PATCH',
          '/session',
          { name: 'Ada' },
          { 'sec-fetch-site': 'same-origin', origin: 'https://behind.proxy' },
        )
      ).status,
    ).toBe(200);
  });
});

describe('a password', () => {
  test('that is wrong is answered as for an address nobody has, in words', async () => {
    const wrong = await stranger(admin).signIn('ada@example.com', 'not-the-right-one');
    const nobody = await stranger(admin).signIn('nobody@example.com', 'not-the-right-one');
    expect(code(wrong)).toEqual([401, 'wrong_credentials']);
    expect(nobody.body).toEqual(wrong.body);
    expect(nobody.status).toBe(wrong.status);
  });

  test('guessed at: addresses have to wait; a browser that has signed in before does not', async () => {
    await using other = await startAdmin({ server: { trusted_proxies: ['127.0.0.0/8'] } });
    const owner = await setUp(other);
    const from = (address: string) => stranger(other, { 'x-forwarded-for': address });
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess++) {
      statuses.push((await from('192.0.2.1').signIn('ada@example.com', `guess number ${guess}`)).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    // The account is guessed at, so another address has to wait too, even with the right password.
    const elsewhere = await from('198.51.100.7').signIn('ada@example.com');
    expect(code(elsewhere)).toEqual([429, 'too_many_attempts']);
    expect(Number(elsewhere.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(elsewhere.body.error.message).toMatch(/in \d+ seconds/);
    // But not an address nobody has, nor the browser that is known.
    expect((await from('198.51.100.7').signIn('nobody@example.com')).status).toBe(401);
    expect((await owner.signIn('ada@example.com')).status).toBe(201);
    // A sign of another account is none.
    const forged = from('198.51.100.8');
    for (const [name, value] of owner.cookies)
      forged.cookies.set(name, value.replace(/^mem_\w+/, 'mem_other'));
    expect((await forged.signIn('ada@example.com')).status).toBe(429);
    // Nor is the log filled by it.
    const { body } = await owner.call('GET', '/audit?action=session.refuse');
    expect(body.data.length).toBeLessThanOrEqual(2);
    expect(body.data.at(-1)).toMatchObject({
      actor: 'anonymous',
      after: { address: '192.0.2.1', email: 'ada@example.com' },
    });
    expect(JSON.stringify(body)).not.toContain('guess number');
  });

  test('is changed by who knows it, and every other session ends', async () => {
    const cat = await join(admin, ada, 'cat@example.com', 'viewer');
    const phone = stranger(admin);
    await phone.signIn('cat@example.com');
    const change = (current: string, wanted: string) =>
      cat.call('POST', '/session/password', { current_password: current, new_password: wanted });
    expect((await change('not mine at all', 'a new one for me')).body.error).toMatchObject({
      param: 'current_password',
    });
    expect((await change(goodPassword, 'short')).body.error).toMatchObject({ param: 'new_password' });
    expect((await change(goodPassword, goodPassword)).body.error).toMatchObject({ param: 'new_password' });
    expect((await change(goodPassword, 'a new one for me')).status).toBe(204);
    expect((await phone.call('GET', '/session')).status).toBe(401);
    expect((await cat.call('GET', '/session')).status).toBe(200);
    expect((await stranger(admin).signIn('cat@example.com')).status).toBe(401);
    // As another keyboard composes it.
    expect(
      (await stranger(admin).signIn('cat@example.com', 'a new one for me'.replace('n', '\uff4e'))).status,
    ).toBe(201);
  });
});

describe('what is written down', () => {
  test('sign-ins, with the member as actor; never a secret', async () => {
    const person = stranger(admin);
    await person.signIn('ada@example.com');
    await person.call('DELETE', '/session');
    const { body } = await ada.call('GET', '/audit?actor=ada@example.com&limit=2');
    expect(body.data.map((entry: { action: string }) => entry.action)).toEqual([
      'session.end',
      'session.create',
    ]);
    const { text } = await ada.call('GET', '/audit?limit=1000');
    expect(text).not.toContain(goodPassword);
    expect(text).not.toContain('argon2');
    for (const value of ada.cookies.values()) expect(text).not.toContain(value);
  });

  test('a link that was replaced, used or cut says so', async () => {
    const { body } = await ada.call('POST', '/members', { email: 'late@example.com', role: 'viewer' });
    const first = tokenOf(body.invitation.url);
    const again = await ada.call('POST', `/members/${body.id}/link`);
    const open = (token: string) => stranger(admin).call('POST', '/session/link', { token });
    expect(code(await open(first))).toEqual([410, 'link_unusable']);
    const token = tokenOf(again.body.url);
    expect((await open(token)).body).toMatchObject({
      kind: 'invite',
      email: 'late@example.com',
      role: 'viewer',
    });
    const accept = () =>
      stranger(admin).call('POST', '/session/link/accept', { token, name: 'Late', password: goodPassword });
    expect((await accept()).status).toBe(201);
    const replayed = await accept();
    expect(code(replayed)).toEqual([410, 'link_unusable']);
    expect(replayed.body.error.message).toMatch(/has been accepted on \d{4}-/);
    expect(code(await open('x'))).toEqual([410, 'link_unusable']);
  });
});
