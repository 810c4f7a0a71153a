// The console by keyboard alone: the palette, going places, the list of shortcuts, focus that is seen and returned; and
// the theme, which is there before the first paint and stays.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

const focused = (page: Page) =>
  page.evaluate<string>(
    "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
  );
const colours = (page: Page) => page.evaluate<string>('document.documentElement.dataset.theme');

describe.skipIf('missing' in started)(`by keyboard${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('goes to a page by g and a letter, but not while one types', async () => {
    await using opened = await stand.open('/settings');
    const { page } = opened;
    // One right after the other: the page waits for the second only for a while.
    await Promise.all([page.keyboard.press('g'), page.keyboard.press('a')]);
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    await page.keyboard.press('/');
    const search = page.locator('[data-search]');
    await search.and(page.locator(':focus')).waitFor();
    await page.keyboard.type('gs');
    await expect.poll(() => search.inputValue()).toBe('gs');
    await page.waitForURL(/target=gs/);
    expect(new URL(page.url()).pathname).toBe('/audit');
    await page.keyboard.press('Escape');
    await expect.poll(() => search.inputValue()).toBe('');
  });

  it('finds keys and pages in the palette, and gives the focus back', async () => {
    const key = await stand.post('/keys', { name: 'Billing service' });
    await using opened = await stand.open('/settings');
    const { page } = opened;
    const before = page.getByRole('link', { name: 'Audit log' });
    await before.focus();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Search and commands' });
    await palette.waitFor();
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('Audit log');

    await page.keyboard.press('Control+k');
    await page.keyboard.type('billing');
    await palette.getByRole('option', { name: /Billing service/ }).waitFor();
    expect(await palette.getByText('Nothing has that name').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/keys/${key.id}`);

    await page.keyboard.press('Control+k');
    await palette.waitFor();
    await page.keyboard.type('no such thing');
    await palette.getByText('Nothing has that name').waitFor();
    for (const _ of 'no such thing') await page.keyboard.press('Backspace');
    await page.keyboard.type('dark');
    await page.keyboard.press('Enter');
    await expect.poll(() => colours(page)).toBe('dark');
  });

  it('loses nothing of a search that is typed on while the address takes it over', async () => {
    await using opened = await stand.open('/settings');
    const { page } = opened;
    await page.addInitScript(`
      const replace = history.replaceState;
      const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
      let typedOn = false;
      window.rewritten = [];
      Object.defineProperty(HTMLInputElement.prototype, 'value', {
        ...value,
        set(text) { rewritten.push(text); value.set.call(this, text); },
      });
      history.replaceState = function (...entry) {
        replace.apply(this, entry);
        if (typedOn || !location.search.endsWith('=co')) return;
        typedOn = true;
        document.execCommand('insertText', false, 'st');
      };`);
    for (const path of ['/keys', '/projects', '/members', '/models', '/requests?live=off', '/audit']) {
      await page.goto(`${stand.url}${path}`);
      const field = page.getByRole('main').locator('[data-search]');
      await field.focus();
      await page.keyboard.insertText('c');
      await page.keyboard.insertText('o');
      await page.waitForURL(/=cost$/);
      expect(await field.inputValue(), path).toBe('cost');
      expect(await page.evaluate('rewritten'), path).toEqual([]);
    }
  });

  it('lists its shortcuts', async () => {
    await using opened = await stand.open('/settings');
    const { page } = opened;
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await list.getByText('Search on this page').waitFor();
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
  });

  it('begins with a link to the page', async () => {
    await using opened = await stand.open('/settings');
    const { page } = opened;
    await page.keyboard.press('Tab');
    await expect.poll(() => focused(page)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('main :focus').waitFor();
  });

  it('keeps the colours that were chosen, from the first paint on', async () => {
    await using opened = await stand.open('/settings', { colorScheme: 'dark' });
    const { page } = opened;
    expect(await colours(page)).toBe('dark');
    await page.getByRole('radio', { name: 'Light' }).click();
    await expect.poll(() => colours(page)).toBe('light');
    await page.addInitScript(
      "addEventListener('DOMContentLoaded', () => { window.first = document.documentElement.dataset.theme; })",
    );
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(await page.evaluate('window.first')).toBe('light');
  });

  it('opens the navigation of a phone, and closes it when one goes somewhere', async () => {
    await using opened = await stand.open('/settings', { viewport: { width: 390, height: 844 } });
    const { page } = opened;
    await page.getByRole('button', { name: 'Open navigation' }).click();
    const drawer = page.getByRole('dialog', { name: 'Navigation' });
    await drawer.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    await drawer.waitFor({ state: 'detached' });
  });
});
