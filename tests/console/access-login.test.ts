// Signing in, in a real browser: wrong passwords, too many of them, places to go to, a session that ends while somebody types, and
// pages of other sites.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { passwordOfAll } from './sign-in.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { pageProblems } from './whole-page.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

async function fillIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

describe.skipIf('missing' in started)(`signing in${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  /** Set: for the gateway, time stands still. Attempts come back by and by, and a slow machine would get one before it has looked. */
  let stoppedAt: number | undefined;
  beforeAll(async () => {
    if (!('browser' in started)) return;
    const monotonic = () => stoppedAt ?? systemClock.monotonic();
    stand = await startConsole(started.browser, { clock: { ...systemClock, monotonic } });
    // Makes the administrator.
    await (await stand.open('/account'))[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('with a wrong password says so; with the right one goes where one wanted to go', async () => {
    await using opened = await stand.open('/members?role=admin', { signedIn: false });
    const { page, guard } = opened;
    guard.allow(/401/);
    await page.waitForURL(/\/login\?next=/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      expect(await pageProblems(page)).toEqual([]);
    }
    await fillIn(page, 'ada@example.com', 'not this one');
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    await fillIn(page, 'ada@example.com', passwordOfAll);
    await page.waitForURL(`${stand.url}/members?role=admin`);
    await page.getByRole('heading', { name: 'Members' }).waitFor();
  });

  it('goes to no other site', async () => {
    // Every other way to write one is in next-place.test.ts.
    await using opened = await stand.open(`/login?next=${encodeURIComponent('//evil.example/keys')}`, {
      signedIn: false,
    });
    opened.guard.allow(/401/);
    await fillIn(opened.page, 'ada@example.com', passwordOfAll);
    await opened.page.getByRole('navigation', { name: 'Console' }).waitFor();
    expect(new URL(opened.page.url()).origin).toBe(stand.url);
  });

  it('again over the page, when the session has ended, loses nothing that was typed', async () => {
    await using opened = await stand.open('/account');
    const { page, context, guard } = opened;
    guard.allow(/401/);
    await page.getByLabel('Name').fill('Augusta Ada King');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel('Password', { exact: true }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await dialog.getByLabel('Password', { exact: true }).fill(passwordOfAll);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Name').inputValue()).toBe('Augusta Ada King');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your name is saved', { exact: true }).waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel('Name').inputValue()).toBe('Augusta Ada King');
  });

  it('shows where one is signed in, and ends it there', async () => {
    await using phone = await stand.open('/login', {
      signedIn: false,
      userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1',
    });
    phone.guard.allow(/401/);
    await fillIn(phone.page, 'ada@example.com', passwordOfAll);
    await phone.page.getByRole('navigation', { name: 'Console' }).waitFor();
    await using desk = await stand.open('/account');
    await desk.page
      .getByRole('button', { name: /Sign out Safari on iPhone/ })
      .first()
      .click();
    await desk.page.getByText('Signed out there', { exact: true }).waitFor();
    await phone.page.goto(`${stand.url}/keys`);
    await phone.page.waitForURL(/\/login/);
  });

  it('counts attempts, and says how long to wait', async () => {
    await using opened = await stand.open('/login', { signedIn: false });
    const { page, guard } = opened;
    guard.allow(/401|429/);
    stoppedAt = systemClock.monotonic();
    for (let attempt = 0; attempt < 10; attempt++) {
      await stand.call(
        'POST',
        '/session',
        { email: 'ada@example.com', password: `guess ${attempt}` },
        { authorization: '' },
      );
    }
    await fillIn(page, 'ada@example.com', passwordOfAll);
    // Together: the page counts down.
    await Promise.all([
      page.getByRole('button', { name: /^Try again in \d+ s$/, disabled: true }).waitFor(),
      page.getByText('too many attempts').waitFor(),
    ]);
    stoppedAt = undefined;
  });

  it('is of no use to a page of another site', async () => {
    const page = `<form method="post" action="${stand.url}/admin/v1/projects" enctype="text/plain"><input name='{"name":"planted","x":"' value='"}'></form>`;
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<h1>Other</h1>${page}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using opened = await stand.open('/account');
    const foreign = await opened.context.newPage();
    await foreign.goto(other);
    // Another port is another origin, but the same site: the cookie goes along, and that is not enough.
    const tried = await foreign.evaluate(
      `Promise.all(['text/plain', 'application/json'].map((type) => fetch('${stand.url}/admin/v1/projects', {
        method: 'POST', credentials: 'include', mode: type === 'text/plain' ? 'no-cors' : 'cors',
        headers: { 'content-type': type }, body: '{"name":"planted"}' }).then(() => 'sent', () => 'refused')))`,
    );
    expect(tried).toEqual(['sent', 'refused']);
    const read = await foreign.evaluate(
      `fetch('${stand.url}/admin/v1/session', { credentials: 'include' }).then(() => 'read', () => 'refused')`,
    );
    expect(read).toBe('refused');
    const [answer] = await Promise.all([
      foreign.waitForResponse((response) => response.url().endsWith('/projects')),
      foreign.evaluate('document.forms[0].submit()'),
    ]);
    expect(answer.status()).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'csrf_refused' } });
    expect((await stand.get('/projects')).data.map(({ name }: { name: string }) => name)).not.toContain(
      'planted',
    );
    // Nor does any page show the console in a frame.
    const policy = (await fetch(`${stand.url}/login`, { headers: { accept: 'text/html' } })).headers.get(
      'content-security-policy',
    );
    expect(policy).toContain("frame-ancestors 'none'");
    await foreign.close();
    server.closeAllConnections();
    server.close();
  });

  // Last, since it ends the sessions of everybody above.
  it('is not asked of who is signed in', async () => {
    await using opened = await stand.open('/keys');
    await opened.page.goto(`${stand.url}/login?next=/account`);
    await opened.page.waitForURL(`${stand.url}/account`);
    await opened.page.goto(`${stand.url}/setup`);
    await opened.page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    await opened.page.goto(`${stand.url}/account`);
    // All that it reads has come: nothing of it is refused for the session that ends.
    await opened.page.getByText('This browser', { exact: true }).waitFor();
    await opened.page.getByRole('button', { name: /Ada/ }).click();
    await opened.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await opened.page.waitForURL(`${stand.url}/login`);
    await opened.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });
});
