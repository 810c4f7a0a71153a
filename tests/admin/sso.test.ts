// Single sign-on against a real OpenID Connect provider: who comes in as whom, who does not, and what cannot be replayed.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { configOf } from '../support/start-gateway.ts';
import { goodPassword, join, type Person, setUp, stranger, tokenOf } from './signed-in.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let ada: Person;
let idp: IdentityProvider;
const base = () => configOf({ upstreams: [admin.upstream.url] });

async function configure(entry: Json = {}, rest: Json = {}): Promise<void> {
  const provider = {
    name: 'Acme ID',
    issuer: idp.issuer,
    client_id: idp.clientId,
    client_secret: idp.clientSecret,
    scopes: ['openid', 'email', 'profile', 'groups'],
    ...entry,
  };
  await admin.gateway.configure({ ...base(), console: { sso: [provider], ...rest } });
}

beforeAll(async () => {
  admin = await startAdmin();
  idp = await startIdentityProvider({
    redirectUris: ['Acme%20ID', 'Other'].map((name) => `${admin.gateway.url}/admin/v1/sso/${name}/callback`),
  });
  ada = await setUp(admin);
});
afterAll(async () => {
  await admin[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});
beforeEach(() => configure());

const pathOf = (url: string) => url.slice(`${admin.gateway.url}/admin/v1`.length);

/** Begins, and goes through the provider's pages; gives the address it sends the browser back to. */
async function throughProvider(person: Person, login: string, next?: string): Promise<string> {
  const begun = await person.call(
    'GET',
    `/sso/Acme%20ID${next === undefined ? '' : `?next=${encodeURIComponent(next)}`}`,
  );
  expect(begun.status).toBe(302);
  return idp.signIn(begun.headers.get('location') ?? '', login);
}

/** Where the browser ends up. */
async function signIn(person: Person, login: string, next?: string): Promise<string> {
  const back = await throughProvider(person, login, next);
  const answer = await person.call('GET', pathOf(back));
  expect(answer.status).toBe(302);
  return answer.headers.get('location') ?? '';
}

const refusedFor = (reason: string) => `/login?error=${reason}`;
const account = (login: string, claims: Json = {}) =>
  idp.accounts.set(login, { email: `${login}@example.com`, email_verified: true, name: login, ...claims });

describe('somebody whom the provider knows', () => {
  test('is the member with that verified address, invited or active, and goes where they wanted to go', async () => {
    await ada.call('POST', '/members', { email: 'Bea@Example.com', role: 'member', name: 'Bea' });
    account('bea');
    const person = stranger(admin);
    expect(await signIn(person, 'bea', '/keys?status=active')).toBe('/keys?status=active');
    expect((await person.call('GET', '/session')).body).toMatchObject({
      member: { name: 'Bea', role: 'member' },
      method: 'sso:Acme ID',
      has_password: false,
    });
    const { body } = await ada.call('GET', '/members/bea@example.com');
    expect(body).toMatchObject({ status: 'active', sso: [idp.issuer], link: null });
    // From then on it is the account that counts, not the address.
    account('bea', { email: 'renamed@example.com', email_verified: false });
    expect(await signIn(stranger(admin), 'bea')).toBe('/');
    const { body: log } = await ada.call('GET', '/audit?actor=Bea@Example.com');
    expect(log.data.map((entry: Json) => entry.action)).toEqual([
      'session.create',
      'session.create',
      'member.join',
    ]);
  });

  test('becomes a member only where tollgate.yaml lets the domain in', async () => {
    account('new');
    const person = stranger(admin);
    expect(await signIn(person, 'new')).toBe(refusedFor('sso_not_a_member'));
    expect((await person.call('GET', '/session')).status).toBe(401);
    await configure({ default_role: 'viewer' });
    expect(await signIn(person, 'new')).toBe(refusedFor('sso_not_a_member'));
    await configure({ default_role: 'viewer', allowed_domains: ['example.org'] });
    expect(await signIn(person, 'new')).toBe(refusedFor('sso_not_a_member'));
    await configure({ default_role: 'viewer', allowed_domains: ['EXAMPLE.com'] });
    expect(await signIn(person, 'new')).toBe('/');
    expect((await ada.call('GET', '/members/new@example.com')).body).toMatchObject({
      role: 'viewer',
      name: 'new',
    });
    // A domain that merely ends the same is another.
    account('evil', { email: 'evil@notexample.com' });
    expect(await signIn(stranger(admin), 'evil')).toBe(refusedFor('sso_not_a_member'));
  });

  test('has the role of the group, each time anew, but for the last administrator', async () => {
    const roles = { claim: 'realm_access.roles', map: { ops: 'admin', staff: 'member' } };
    await configure({ roles, allowed_domains: ['*'] });
    account('cy', { realm_access: { roles: ['staff', 'ops', 'other'] } });
    const cy = stranger(admin);
    await signIn(cy, 'cy');
    expect((await cy.call('GET', '/session')).body.member.role).toBe('admin');
    account('cy', { realm_access: { roles: ['staff'] } });
    await signIn(stranger(admin), 'cy');
    expect((await cy.call('GET', '/session')).status).toBe(401);
    expect((await ada.call('GET', '/members/cy@example.com')).body.role).toBe('member');
    account('cy', { realm_access: { roles: ['left'] } });
    expect(await signIn(stranger(admin), 'cy')).toBe(refusedFor('sso_no_role'));
    account('ada', { realm_access: { roles: ['staff'] } });
    expect(await signIn(stranger(admin), 'ada')).toBe('/');
    expect((await ada.call('GET', '/session')).body.member.role).toBe('admin');
  });

  test('is not let in without a verified address, with another’s, or disabled', async () => {
    await join(admin, ada, 'dee@example.com', 'admin');
    account('unverified', { email: 'dee@example.com', email_verified: false });
    expect(await signIn(stranger(admin), 'unverified')).toBe(refusedFor('sso_unverified_email'));
    account('silent', { email: 'dee@example.com', email_verified: undefined });
    expect(await signIn(stranger(admin), 'silent')).toBe(refusedFor('sso_unverified_email'));
    account('nameless', { email: undefined });
    expect(await signIn(stranger(admin), 'nameless')).toBe(refusedFor('sso_no_email'));
    account('dee');
    expect(await signIn(stranger(admin), 'dee')).toBe('/');
    // The address has been given to somebody else at the provider.
    account('heir', { email: 'dee@example.com' });
    expect(await signIn(stranger(admin), 'heir')).toBe(refusedFor('sso_other_account'));
    await ada.call('DELETE', '/members/dee@example.com/sso');
    await configure({ trust_unverified_email: true });
    expect(await signIn(stranger(admin), 'silent')).toBe('/');
    await ada.call('PATCH', '/members/dee@example.com', { disabled: true });
    expect(await signIn(stranger(admin), 'silent')).toBe(refusedFor('sso_disabled'));
    const { body } = await ada.call('GET', '/audit?action=session.refuse&limit=1000');
    expect(body.data[0]).toMatchObject({ target_id: 'sso:Acme ID', actor: 'anonymous' });
  });
});

describe('what came back', () => {
  test('counts once, in the browser that began, and for that provider', async () => {
    account('fay');
    await ada.call('POST', '/members', { email: 'fay@example.com', role: 'viewer' });
    const person = stranger(admin);
    const back = await throughProvider(person, 'fay');
    const victim = stranger(admin);
    expect((await victim.call('GET', pathOf(back))).headers.get('location')).toBe(refusedFor('sso_expired'));
    // That takes it away from nobody.
    expect((await person.call('GET', pathOf(back))).headers.get('location')).toBe('/');
    const again = await throughProvider(person, 'fay');
    const cookies = new Map(person.cookies);
    expect((await person.call('GET', pathOf(again))).headers.get('location')).toBe('/');
    expect((await person.call('GET', pathOf(again))).headers.get('location')).toBe(refusedFor('sso_expired'));
    // With the cookie from before it is the provider who gives a code but once.
    for (const [name, value] of cookies) person.cookies.set(name, value);
    expect((await person.call('GET', pathOf(again))).headers.get('location')).toBe(refusedFor('sso_invalid'));
    expect((await person.call('GET', '/sso/Acme%20ID/callback?code=x&state=y')).headers.get('location')).toBe(
      refusedFor('sso_expired'),
    );
    expect((await person.call('GET', '/sso/Acme%20ID/callback')).headers.get('location')).toBe(
      refusedFor('sso_expired'),
    );
    const third = await throughProvider(person, 'fay');
    const other = pathOf(third).replace('Acme%20ID', 'Other');
    expect((await person.call('GET', other)).headers.get('location')).toBe(
      refusedFor('sso_unknown_provider'),
    );
  });

  test('with another code, or from another issuer, is no sign-in', async () => {
    account('gil');
    await ada.call('POST', '/members', { email: 'gil@example.com', role: 'viewer' });
    const person = stranger(admin);
    const mine = new URL(await throughProvider(person, 'gil'));
    const theirs = new URL(await throughProvider(stranger(admin), 'gil'));
    // A code that was made for another browser does not fit this one's verifier (injection, RFC 9700 section 4.5).
    mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    expect((await person.call('GET', pathOf(mine.href))).headers.get('location')).toBe(
      refusedFor('sso_invalid'),
    );
    const mixed = new URL(await throughProvider(person, 'gil'));
    mixed.searchParams.set('iss', 'https://evil.example');
    expect((await person.call('GET', pathOf(mixed.href))).headers.get('location')).toBe(
      refusedFor('sso_invalid'),
    );
    const failed = new URL(await throughProvider(person, 'gil', '/usage'));
    failed.searchParams.delete('code');
    failed.searchParams.set('error', 'access_denied');
    failed.searchParams.set('error_description', '<b>no\u0007</b>');
    expect((await person.call('GET', pathOf(failed.href))).headers.get('location')).toBe(
      `${refusedFor('sso_denied')}&next=%2Fusage`,
    );
  });

  test('is no sign-in where another key signed it than the provider publishes', async () => {
    account('lea');
    await ada.call('POST', '/members', { email: 'lea@example.com', role: 'admin' });
    // Another configuration: keys that were fetched for the one before count for five minutes.
    await configure({ scopes: ['openid', 'email', 'profile'] });
    const { keys } = (await (await fetch(`${idp.issuer}/jwks`)).json()) as { keys: Json[] };
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    idp.publishedKeys = {
      keys: keys.map(({ kid }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        use: 'sig',
        alg: 'RS256',
      })),
    };
    try {
      expect(await signIn(stranger(admin), 'lea')).toBe(refusedFor('sso_invalid'));
    } finally {
      idp.publishedKeys = undefined;
    }
    await configure();
    expect(await signIn(stranger(admin), 'lea')).toBe('/');
  });

  test('goes to no other site, wherever it was to go', async () => {
    account('hal');
    await ada.call('POST', '/members', { email: 'hal@example.com', role: 'viewer' });
    for (const next of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/..//evil.example']) {
      expect(await signIn(stranger(admin), 'hal', next)).toBe('/');
    }
  });

  test('takes the place of the session there was', async () => {
    account('ian');
    await ada.call('POST', '/members', { email: 'ian@example.com', role: 'viewer' });
    const person = stranger(admin);
    await signIn(person, 'ian');
    const before = new Map(person.cookies);
    await signIn(person, 'ian');
    const thief = stranger(admin);
    for (const [name, value] of before) thief.cookies.set(name, value);
    expect((await thief.call('GET', '/session')).status).toBe(401);
  });
});

describe('a provider', () => {
  test('is asked about itself when it is first needed, and not again', async () => {
    const discovery = '/.well-known/openid-configuration';
    await configure({ scopes: ['openid', 'email'] });
    const before = idp.count(discovery);
    expect((await stranger(admin).call('GET', '/session/options')).body.sso).toEqual([
      { name: 'Acme ID', url: '/admin/v1/sso/Acme%20ID' },
    ]);
    expect(idp.count(discovery)).toBe(before);
    for (let time = 0; time < 3; time++) await stranger(admin).call('GET', '/sso/Acme%20ID');
    expect(idp.count(discovery)).toBe(before + 1);
  });

  test('that is away, or unknown, is told on the login page', async () => {
    await configure({ issuer: 'http://127.0.0.1:9' });
    expect((await stranger(admin).call('GET', '/sso/Acme%20ID')).headers.get('location')).toBe(
      refusedFor('sso_unreachable'),
    );
    expect((await stranger(admin).call('GET', '/sso/Nobody')).headers.get('location')).toBe(
      refusedFor('sso_unknown_provider'),
    );
    // Once it is back, so is the way in.
    await configure();
    expect((await stranger(admin).call('GET', '/sso/Acme%20ID')).headers.get('location')).toMatch(idp.issuer);
  });

  test('is used up by no stranger, however many sign-ins they begin', async () => {
    const places = new Set<string | undefined>();
    for (let time = 0; time < 150; time++) {
      const begun = await stranger(admin).call('GET', '/sso/Acme%20ID');
      places.add(begun.headers.get('location')?.split('?')[0]);
    }
    expect([...places]).toEqual([`${idp.issuer}/auth`]);
    account('max');
    await ada.call('POST', '/members', { email: 'max@example.com', role: 'viewer' });
    expect(await signIn(stranger(admin), 'max')).toBe('/');
  });

  test('may be the only way in', async () => {
    await configure({}, { password_login: false });
    expect((await stranger(admin).call('GET', '/session/options')).body.password_login).toBe(false);
    const off = { status: 403, body: { error: { code: 'password_login_off' } } };
    expect(await stranger(admin).signIn('ada@example.com')).toMatchObject(off);
    const invited = await ada.call('POST', '/members', { email: 'jo@example.com', role: 'viewer' });
    const accept = { token: tokenOf(invited.body.invitation.url), password: goodPassword };
    expect(await stranger(admin).call('POST', '/session/link/accept', accept)).toMatchObject(off);
    account('jo');
    expect(await signIn(stranger(admin), 'jo')).toBe('/');
  });

  test('is sent back to where the operator says browsers see the gateway, not to any host that is named', async () => {
    const begun = await stranger(admin, { 'x-forwarded-host': 'evil.example' }).call('GET', '/sso/Acme%20ID');
    const seen = new URL(begun.headers.get('location') ?? '').searchParams.get('redirect_uri');
    expect(seen).toBe(`${admin.gateway.url}/admin/v1/sso/Acme%20ID/callback`);
    const config = { ...base(), server: { public_url: 'https://gateway.example.com' } };
    const sso = [
      { name: 'Acme ID', issuer: idp.issuer, client_id: idp.clientId, client_secret: idp.clientSecret },
    ];
    await admin.gateway.configure({ ...config, console: { sso } });
    const named = await stranger(admin).call('GET', '/sso/Acme%20ID');
    expect(new URL(named.headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(
      'https://gateway.example.com/admin/v1/sso/Acme%20ID/callback',
    );
  });
});
