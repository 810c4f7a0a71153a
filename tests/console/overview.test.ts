// The overview in a real browser: how to begin where nothing was used yet, and afterwards the numbers of the ledger and what
// needs somebody.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNano } from '../../console/src/ui/format/money.ts';
import { sideways } from '../browser/in-page.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { ask } from '../support/start-gateway.ts';
import { accessibilityProblems } from './axe.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { fillUsage } from './usage-data.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';
const loaded = '[data-loaded="true"]';

describe.skipIf('missing' in started)(`the overview${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  }, 180_000);
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('shows a fresh gateway’s owner how to begin', async () => {
    await using opened = await stand.open('/');
    const { page } = opened;
    await page.locator(loaded).waitFor();
    await page.getByText(`curl ${stand.url}/v1/chat/completions`).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(sideways)).toEqual([]);
    await page.getByRole('link', { name: 'Create an API key' }).click();
    await page.waitForURL(/\/keys$/);
  });

  it('tells a viewer what a viewer may do', async () => {
    await using opened = await stand.open('/', { role: 'viewer' });
    await opened.page.getByRole('link', { name: 'See API keys' }).waitFor();
    expect(await opened.page.getByRole('link', { name: 'Open the playground' }).count()).toBe(0);
  });

  it('shows spend, requests, limits and errors of a gateway in use', async () => {
    const keys: Json[] = [];
    for (const name of ['Web shop', 'nightly batch']) keys.push(await stand.post('/keys', { name }));
    fillUsage(stand.gateway.folder, keys as { id: string; project_id: string }[], Date.now(), 40);
    // Also where the month has only just begun.
    await (await stand.gateway.chat(ask(), { key: keys[0].key })).text();
    await stand.gateway.ledger();
    await stand.post('/limits', {
      scope: { key: keys[0].id },
      metric: 'cost',
      window: 'lifetime',
      amount: 0.5,
    });
    await using opened = await stand.open('/');
    const { page } = opened;
    await page.locator(loaded).waitFor();
    const month = await stand.get('/usage?range=month');
    const spend = page.getByRole('region', { name: 'Spend, this month' });
    await spend.getByText(formatNano(BigInt(month.total.cost_nanousd)), { exact: true }).waitFor();
    const day = await stand.get('/usage?range=24h&outcomes=true');
    await page
      .getByRole('region', { name: 'Requests, 24 h' })
      .getByText(String(day.outcomes.ended), { exact: true })
      .waitFor();
    await page.getByRole('region', { name: 'Limits' }).getByText('Key “Web shop”').first().waitFor();
    await page.getByRole('region', { name: 'Top keys' }).getByRole('link', { name: 'Web shop' }).waitFor();
    const newest = (await stand.get('/requests?error=any&limit=1')).data[0];
    await page.getByRole('region', { name: 'Newest errors' }).getByText(newest.error).first().click();
    await page.waitForURL((url) => url.pathname === `/requests/${newest.id}`);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('%s, %i wide: nothing for axe to find, nothing beside the page', async (colorScheme, width) => {
    await using opened = await stand.open('/', { colorScheme, viewport: { width, height: 844 } });
    await opened.page.locator(loaded).waitFor();
    await opened.page.getByRole('region', { name: 'Limits' }).getByText('Key “Web shop”').first().waitFor();
    const errors = opened.page.getByRole('region', { name: 'Newest errors' });
    await errors.getByRole('listitem').getByRole('link').first().waitFor();
    expect(await opened.page.evaluate(sideways)).toEqual([]);
    expect(await accessibilityProblems(opened.page)).toEqual([]);
  });
});
