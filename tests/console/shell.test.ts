// The frame of the console in a real browser: every place opens by its address without an error, in both colours, on a
// desktop and on a phone, and axe finds nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sideways } from '../browser/in-page.ts';
import { accessibilityProblems } from './axe.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`the console${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('opens at its root', async () => {
    await using opened = await stand.open('/');
    await opened.page.getByRole('navigation', { name: 'Console' }).waitFor();
    await opened.page.locator('[data-loaded="true"]').waitFor();
    expect(await opened.page.evaluate(sideways)).toEqual([]);
    expect(await accessibilityProblems(opened.page)).toEqual([]);
  });

  it('says that there is no such page, and leads back', async () => {
    await using opened = await stand.open('/settings');
    opened.guard.allow(/404/);
    await opened.page.goto(`${stand.url}/nothing-here`);
    await opened.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await accessibilityProblems(opened.page)).toEqual([]);
    await opened.page.getByRole('link', { name: 'Go to the overview' }).click();
    await opened.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  it('keeps its frame while the gateway is away, and opens the page when it is back', async () => {
    await using opened = await stand.open('/settings');
    const { page, context, guard } = opened;
    guard.allow(/ERR_CONNECTION_REFUSED|dynamically imported/);
    let loads = 0;
    page.on('domcontentloaded', () => loads++);
    await context.route('**/*', (route) => route.abort('connectionrefused'));
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { level: 1, name: 'This page could not be loaded yet' }).waitFor();
    await page.getByRole('main').getByText('The gateway does not answer').waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(loads).toBe(0);
    await context.unroute('**/*');
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
  });

  it('holds at twice the size, and with a menu open', async () => {
    await using opened = await stand.open('/models', { viewport: { width: 720, height: 450 } });
    const { page } = opened;
    await page.getByRole('table').getByText('test-model').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Ada Lovelace' }).click();
    await page.getByRole('menu').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await page
      .locator(':focus')
      .and(page.getByRole('button', { name: 'Ada Lovelace' }))
      .waitFor();
  });

  it('offers a role the places it may see', async () => {
    await using opened = await stand.open('/', { role: 'viewer' });
    const links = opened.page.getByRole('navigation', { name: 'Console' }).getByRole('link');
    await opened.page.getByText('Alan Turing').waitFor();
    const names = await links.allTextContents();
    expect(names).toContain('Requests');
    expect(names).not.toContain('Members');
    expect(names).not.toContain('Audit log');
  });
});
