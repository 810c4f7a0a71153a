// Members in a real browser: invited, changed by two at once, disabled under their hands, removed; and single sign-on through a real
// identity provider's pages.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdentityProvider } from '../support/identity-provider.ts';
import { configOf } from '../support/start-gateway.ts';
import { holdNote } from './note.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { pageProblems } from './whole-page.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`members${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('are invited by a link, join, and see what their role sees', async () => {
    await using boss = await stand.open('/members');
    await boss.page.getByRole('button', { name: 'Invite member' }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByLabel('E-mail address').fill('barbara.liskov@example.com');
    await dialog.getByLabel('Viewer').check();
    expect(await pageProblems(boss.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create invitation' }).click();
    const link = (await dialog.locator('code').textContent()) ?? '';
    await dialog.getByRole('button', { name: 'Done' }).click();
    await boss.page.getByRole('row', { name: /Barbara Liskov.*Invited/ }).waitFor();
    await using guest = await stand.open(link.slice(stand.url.length), { signedIn: false });
    await guest.page.waitForURL(`${stand.url}/invite`);
    await guest.page.getByLabel('Password', { exact: true }).waitFor();
    expect(await pageProblems(guest.page)).toEqual([]);
    await guest.page.getByLabel('Password', { exact: true }).fill('substitution principle 1987');
    await guest.page.getByRole('button', { name: 'Join' }).click();
    await guest.page.getByRole('navigation', { name: 'Console' }).waitFor();
    await guest.page.goto(`${stand.url}/members`);
    await guest.page.getByText('Members are for administrators').waitFor();
    await using again = await stand.open(link.slice(stand.url.length), { signedIn: false });
    again.guard.allow(/410/);
    await again.page.getByText(/has been accepted on/).waitFor();
    // Disabled, they are out with the next request.
    guest.guard.allow(/401/);
    await boss.page.reload();
    await boss.page.getByRole('button', { name: 'Actions of Barbara Liskov' }).first().click();
    await boss.page.getByRole('menuitem', { name: 'Disable' }).click();
    await boss.page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await holdNote(boss.page, 'Barbara Liskov is disabled');
    await guest.page.goto(`${stand.url}/keys`);
    await guest.page.waitForURL(/\/login/);
    await boss.page.getByRole('button', { name: 'Undo' }).click();
    await boss.page.getByRole('row', { name: /Barbara Liskov.*Active/ }).waitFor();
  });

  it('changed by two at once: nothing is overwritten unseen', async () => {
    await stand.call('POST', '/members', { email: 'kay@example.com', role: 'viewer', name: 'Kay' });
    await using opened = await stand.open('/members');
    const { page, guard } = opened;
    guard.allow(/412/);
    await page.getByRole('button', { name: 'Actions of Kay' }).first().click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Kay of mine');
    await stand.call('PATCH', '/members/kay@example.com', { name: 'Kay of theirs' });
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    const conflict = page.getByRole('dialog', { name: 'Changed by someone else meanwhile' });
    await conflict.getByText('Kay of theirs').first().waitFor();
    expect((await stand.get('/members/kay@example.com')).name).toBe('Kay of theirs');
    await conflict.getByRole('button', { name: 'Save mine over theirs' }).click();
    await page.getByText('Kay of mine is saved', { exact: true }).waitFor();
    expect((await stand.get('/members/kay@example.com')).name).toBe('Kay of mine');
    await page.getByRole('button', { name: 'Actions of Kay of mine' }).first().click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove member' }).click();
    await page.getByText('Kay of mine is removed', { exact: true }).waitFor();
    expect((await stand.call('GET', '/members/kay@example.com')).status).toBe(404);
  });

  it('refused after a choice between two values: says what is wrong at its field', async () => {
    await stand.call('POST', '/members', { email: 'niklaus@example.com', role: 'viewer', name: 'Niklaus' });
    await using opened = await stand.open('/members');
    const { page, guard } = opened;
    guard.allow(/400|412/);
    await page.getByRole('button', { name: 'Actions of Niklaus' }).first().click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('E-mail address').fill('ada@example.com');
    await stand.call('PATCH', '/members/niklaus@example.com', { name: 'Wirth' });
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Save mine over theirs' }).click();
    const form = page.getByRole('dialog', { name: 'Edit Wirth' });
    await form.getByRole('alert').filter({ hasText: 'ada@example.com' }).waitFor();
    await form.getByLabel('E-mail address').fill('wirth@example.com');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    expect(await stand.get('/members/wirth@example.com')).toMatchObject({ name: 'Niklaus' });
  });

  it('look right on a phone and in the dark', async () => {
    for (const path of ['/members', '/account']) {
      await using opened = await stand.open(path, {
        colorScheme: 'dark',
        viewport: { width: 390, height: 844 },
      });
      await opened.page.getByText('ada@example.com').filter({ visible: true }).first().waitFor();
      expect(await pageProblems(opened.page)).toEqual([]);
    }
  });

  it('come in through an identity provider, or are told on the login page why not', async () => {
    await using idp = await startIdentityProvider({
      redirectUris: [`${stand.url}/admin/v1/sso/Acme/callback`],
    });
    const entry = {
      name: 'Acme',
      issuer: idp.issuer,
      client_id: idp.clientId,
      client_secret: idp.clientSecret,
    };
    await stand.gateway.configure({
      ...configOf({ upstreams: [stand.upstream.url] }),
      console: { sso: [entry] },
    });
    idp.accounts.set('edsger', { email: 'edsger@example.com', email_verified: true, name: 'Edsger' });
    const through = async (path: string) => {
      const opened = await stand.open(path, { signedIn: false });
      opened.guard.allow(new RegExp(`401|asked ${idp.issuer}`));
      // The provider's own page, which is not ours to judge.
      opened.guard.allow(/fonts\.g|Content Security Policy|favicon/);
      await opened.page.getByRole('link', { name: 'Continue with Acme' }).click();
      await opened.page.waitForURL(new RegExp(idp.issuer));
      await opened.page.locator('input[name=login]').fill('edsger');
      await opened.page.locator('input[name=password]').fill('any');
      await opened.page.locator('button[type=submit]').first().click();
      await opened.page.waitForURL(new RegExp(stand.url));
      return opened;
    };
    {
      await using refused = await through('/login');
      await refused.page.getByRole('alert').getByText('You are not a member of this gateway').waitFor();
      expect(await pageProblems(refused.page)).toEqual([]);
    }
    await stand.call('POST', '/members', { email: 'edsger@example.com', role: 'member' });
    await using opened = await through('/keys');
    await opened.page.waitForURL(`${stand.url}/keys`);
    await opened.page.goto(`${stand.url}/account`);
    await opened.page.getByText('You sign in with Acme and have no password here.').waitFor();
  });
});
