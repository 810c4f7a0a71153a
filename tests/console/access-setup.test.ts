// From the printed link to the first streamed answer and its cost, in a real browser; and what the link does afterwards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { pageProblems, resize } from './whole-page.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';
const password = 'violet tollbooth lantern 9417';

describe.skipIf('missing' in started)(`the printed link${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('leads to an administrator, a key, an answer and its cost', async () => {
    await using opened = await stand.open(`/#setup=${stand.token}`, { signedIn: false });
    const { page, guard } = opened;
    // The token is in no address, no history and no storage.
    await page.waitForURL(`${stand.url}/setup`);
    await page.getByLabel('Your name').waitFor();
    expect(
      await page.evaluate('JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])'),
    ).not.toContain(stand.token);
    expect(await pageProblems(page)).toEqual([]);
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('password1234');
    guard.allow(/400/);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.getByText('guessed first').waitFor();
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    const key = (await page.getByTestId('first-key').textContent()) ?? '';
    expect(key).toMatch(/^sk-tg-/);
    await page.getByLabel('Model').selectOption('test-model');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('region', { name: 'Answer' }).getByText('Hello, world!').waitFor();
    await page.getByText('in the ledger').waitFor();
    const row = await stand.gateway.row();
    expect(row).toMatchObject({ state: 'settled', model: 'test-model' });
    await expect.poll(() => page.getByText('$0.000').count()).toBe(1);
    await expect.poll(() => page.getByText(`Bearer ${key}`).count()).toBe(1);
    expect(await pageProblems(page)).toEqual([]);
    await resize(page, { width: 390, height: 844 });
    expect(await pageProblems(page)).toEqual([]);
    // The key is a key like any other, and Ada's.
    expect(
      (
        await stand.gateway.chat(
          { model: 'test-model', messages: [{ role: 'user', content: 'Hi' }] },
          { key },
        )
      ).status,
    ).toBe(200);
    expect((await stand.get('/members/ada@example.com')).keys).toBe(1);
    await resize(page, { width: 1280, height: 800 });
    // What leads away from a key that is shown once does not take it along.
    const tab = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'in the ledger' }).click();
    const ledger = await tab;
    await ledger.getByRole('heading', { level: 1 }).waitFor();
    await ledger.close();
    expect(await page.getByTestId('first-key').textContent()).toBe(key);
    await page.getByRole('button', { name: 'Go to the console' }).click();
    const dialog = page.getByRole('dialog', { name: 'The key was not copied' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    // Said for a moment.
    const copied = page.getByText('Copied').first().waitFor();
    await page.getByRole('button', { name: 'Copy key' }).click();
    await copied;
    await page.getByRole('button', { name: 'Go to the console' }).click();
    await page.waitForURL(`${stand.url}/`);
    await page.getByText('Ada Lovelace').first().waitFor();
  });

  it('used again gives an administrator who lost the password another', async () => {
    await using opened = await stand.open(`/#setup=${stand.token}`, { signedIn: false });
    const { page } = opened;
    await page.getByRole('heading', { name: 'This gateway is set up' }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'New password for Ada Lovelace' }).click();
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor();
    await page.waitForURL(`${stand.url}/reset`);
    await page.getByLabel('New password').fill('another lantern 2718');
    await page.getByRole('button', { name: 'Set password and sign in' }).click();
    await page.waitForURL(`${stand.url}/`);
    await page.getByRole('navigation', { name: 'Console' }).waitFor();
  });

  it('that is not this gateway’s says what to do', async () => {
    await using opened = await stand.open('/#setup=tg-admin-wrong', { signedIn: false });
    opened.guard.allow(/401/);
    await opened.page.getByRole('heading', { name: 'This admin link has ended' }).waitFor();
    await opened.page.getByText('tollgate admin token --new').waitFor();
  });

  it('is asked for on the login page while nobody has set the gateway up', async () => {
    if (!('browser' in started)) return;
    await using fresh = await startConsole(started.browser);
    await using opened = await fresh.open('/login', { signedIn: false });
    await opened.page.getByRole('heading', { name: 'This gateway is not set up yet' }).waitFor();
    expect(await pageProblems(opened.page)).toEqual([]);
  });
});
