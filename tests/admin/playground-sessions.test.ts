// The secrets of the playground end with the session that asked for them, by whatever way it ends.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/start-gateway.ts';
import { goodPassword, join, type Person, setUp, stranger } from './signed-in.ts';
import { type AdminStand, startAdmin } from './stand.ts';

let admin: AdminStand;
let ada: Person;
beforeAll(async () => {
  admin = await startAdmin();
  ada = await setUp(admin);
});
afterAll(() => admin[Symbol.asyncDispose]());

const status = async (key: string) => {
  const response = await admin.gateway.chat(ask(), { key });
  await response.text();
  return response.status;
};
const member = (email: string) => `/members/${encodeURIComponent(email)}`;

const ways: [string, (person: Person, email: string) => Promise<unknown>][] = [
  ['disabled', (_, email) => ada.call('PATCH', member(email), { disabled: true })],
  ['made a viewer', (_, email) => ada.call('PATCH', member(email), { role: 'viewer' })],
  ['removed, and keys kept', (_, email) => ada.call('DELETE', `${member(email)}?keys=keep`)],
  ['removed, and keys disabled', (_, email) => ada.call('DELETE', `${member(email)}?keys=disable`)],
  ['signed out', (person) => person.call('DELETE', '/session')],
  ['signed out everywhere', (person) => person.call('DELETE', '/sessions')],
  [
    'signed out by a new password elsewhere',
    async (_, email) => {
      const elsewhere = stranger(admin);
      await elsewhere.signIn(email);
      const change = { current_password: goodPassword, new_password: 'another one altogether' };
      return elsewhere.call('POST', '/session/password', change);
    },
  ],
];

describe('whoever is', () => {
  test.each(ways)('%s spends nothing more with what the playground gave out', async (how, end) => {
    const email = `${how.replaceAll(/\W+/g, '-')}@example.com`;
    const person = await join(admin, ada, email, 'member');
    const issued = await person.call('POST', '/playground/key');
    const own = await person.call('POST', '/keys', { name: `of ${how}` });
    expect(await status(issued.body.key)).toBe(200);
    expect(await end(person, email)).toMatchObject({
      status: expect.toSatisfy((code: number) => code < 300),
    });
    // A key that was looked up less than a second ago is not looked up again.
    await expect.poll(() => status(issued.body.key), { timeout: 15_000, interval: 200 }).toBe(401);
    // Programs go on, unless that was said.
    expect(await status(own.body.key)).toBe(how.endsWith('keys disabled') ? 403 : 200);
    const detail = await ada.call('GET', `/keys/${issued.body.key_id}`);
    expect(detail.body).toMatchObject({ previous_secrets: [] });
    if (how.startsWith('removed')) expect(detail.body.status).toBe('revoked');
  });

  test('signed in twice keeps the secrets of the other session', async () => {
    const person = await join(admin, ada, 'two@example.com', 'member');
    const elsewhere = stranger(admin);
    await elsewhere.signIn('two@example.com');
    const [here, there] = [
      await person.call('POST', '/playground/key'),
      await elsewhere.call('POST', '/playground/key'),
    ];
    await person.call('DELETE', '/session');
    await expect.poll(() => status(here.body.key), { timeout: 15_000, interval: 200 }).toBe(401);
    expect(await status(there.body.key)).toBe(200);
  });

  test('given one cannot make a secret of it that stays', async () => {
    const person = await join(admin, ada, 'rotates@example.com', 'member');
    const { body } = await person.call('POST', '/playground/key');
    for (const who of [person, ada]) {
      expect(await who.call('POST', `/keys/${body.key_id}/rotate`, {})).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringContaining('cannot be rotated') } },
      });
    }
    expect(await status(body.key)).toBe(200);
  });
});
