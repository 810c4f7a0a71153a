// The usage page in a real browser: what it shows is what the ledger says, every choice is in the address, and all of it can
// be reached by keyboard.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNano } from '../../console/src/ui/format/money.ts';
import { formatCount } from '../../console/src/ui/format/quantity.ts';
import type { LedgerRow } from '../../src/core/ledger-row.ts';
import { sideways } from '../browser/in-page.ts';
import type { Json } from '../support/scripted-upstream.ts';
import { accessibilityProblems } from './axe.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { fillUsage } from './usage-data.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';
const loaded = '[data-loaded="true"]';

describe.skipIf('missing' in started)(`the usage page${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  let keys: Json[];
  let rows: readonly LedgerRow[];
  beforeAll(async () => {
    if (!('browser' in started)) return;
    stand = await startConsole(started.browser);
    keys = [];
    for (const name of [
      'Web shop assistant (production, Frankfurt and Dublin)',
      'nightly batch',
      'Ada',
      'CI',
    ]) {
      keys.push(await stand.post('/keys', { name }));
    }
    fillUsage(stand.gateway.folder, keys as { id: string; project_id: string }[], Date.now(), 20);
    rows = await stand.gateway.ledger();
  }, 180_000);
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  const costOf = (wanted: (row: LedgerRow) => boolean) =>
    formatNano(rows.filter(wanted).reduce((sum, { cost }) => sum + (cost ?? 0n), 0n));

  it('shows sums that are those of the ledger, as a whole and by model', async () => {
    await using opened = await stand.open('/usage');
    const { page } = opened;
    await page.locator(loaded).waitFor();
    const table = page.getByRole('group', { name: 'Usage by model' });
    for (const model of new Set(rows.map((row) => row.model))) {
      const line = table.getByRole('row').filter({ hasText: model }).first();
      await line
        .getByText(
          costOf((row) => row.model === model),
          { exact: true },
        )
        .waitFor();
      const count = rows.filter((row) => row.model === model && row.state === 'settled').length;
      await line.getByText(formatCount(count), { exact: true }).first().waitFor();
    }
    const total = costOf(() => true);
    await table.getByRole('row').filter({ hasText: 'Total' }).getByText(total, { exact: true }).waitFor();
    await page.getByRole('tabpanel').locator('p').getByText(total, { exact: true }).waitFor();
    // The chart says the same to whoever hears it: its bars add up to the whole.
    await page.getByRole('button', { name: 'Show as table' }).click();
    const times = page.getByRole('group', { name: 'Cost by day' });
    await expect.poll(() => times.getByRole('row').count()).toBe(31);
  });

  it('keeps every choice in the address', async () => {
    await using opened = await stand.open('/usage?metric=requests&range=7d');
    const { page } = opened;
    await page.getByRole('checkbox', { name: 'Compare with the period before' }).click();
    await page.getByLabel('Split by').selectOption('key');
    await page.getByRole('group', { name: 'Usage by api key' }).getByText('Change').waitFor();
    await page.getByRole('radio', { name: 'Hours' }).click();
    await page.waitForURL(/bucket=hour/);
    await page.getByRole('button', { name: /^Web shop assistant/ }).click();
    await page.getByText('API key: Web shop assistant').waitFor();
    await page.reload();
    await page.getByText('API key: Web shop assistant').waitFor();
    expect(new URL(page.url()).searchParams.get('key')).toBe(keys[0].id);
    await page.getByRole('checkbox', { name: 'Compare with the period before', checked: true }).waitFor();
    await page.getByRole('group', { name: 'Usage by model' }).waitFor();
    await page.goBack();
    await page.getByRole('group', { name: 'Usage by api key' }).waitFor();
    await page.getByRole('tab', { name: 'Errors' }).click();
    await page.getByRole('group', { name: 'Usage by error' }).getByText('upstream_rate_limited').waitFor();
  });

  it('is read and gone into by keyboard', async () => {
    await using opened = await stand.open('/usage');
    const { page } = opened;
    const chart = page.getByRole('slider', { name: 'Cost per day, by model' });
    await chart.focus();
    const said = () => chart.getAttribute('aria-valuetext');
    await expect.poll(said).toContain('not complete');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => chart.getAttribute('aria-valuenow')).toBe('28');
    const earlier = (await said()) ?? '';
    expect(earlier).not.toContain('not complete');
    expect(earlier).toMatch(/20\d\d: \$\d+\.\d+\. .*gpt-5\.1 \$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=\d{4}-\d{2}-\d{2}&to=/);
    await page.getByRole('slider', { name: 'Cost per hour, by model' }).waitFor();
    await page.goBack();
    await chart.waitFor();
  });

  it('gives the rows as CSV, and the requests of a value', async () => {
    await using opened = await stand.open('/usage?by=key');
    const { page } = opened;
    await page.locator(loaded).waitFor();
    const href = (await page.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? '';
    const answer = await page.request.get(new URL(href, stand.url).href);
    expect(answer.headers()['content-type']).toBe('text/csv; charset=utf-8');
    const lines = (await answer.text()).trimEnd().split('\r\n');
    const cost = lines[0]?.split(',').indexOf('cost_nanousd') ?? -1;
    const sum = lines.slice(1).reduce((total, line) => total + BigInt(cells(line)[cost] ?? ''), 0n);
    expect(sum).toBe(rows.reduce((total, row) => total + (row.cost ?? 0n), 0n));
    await page.getByRole('link', { name: 'Requests of nightly batch' }).click();
    await page.waitForURL(
      (url) => url.pathname === '/requests' && url.searchParams.get('key') === keys[1].id,
    );
  });

  it('says that there is nothing, and what to do', async () => {
    await using opened = await stand.open('/usage?model=none-of-this-name');
    const { page } = opened;
    await page.getByText('Nothing was used with these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('group', { name: 'Usage by model' }).waitFor();
  });

  it.each([
    ['cost', 'light', 1280],
    ['tokens&compare=previous', 'dark', 1280],
    ['first_token&by=model', 'light', 1280],
    ['errors', 'dark', 390],
    ['cost&view=table&by=end_user', 'light', 390],
  ] as const)(
    '%s, %s, %i wide: nothing for axe to find, nothing beside the page',
    async (query, colorScheme, width) => {
      await using opened = await stand.open(`/usage?metric=${query}`, {
        colorScheme,
        viewport: { width, height: 844 },
      });
      await opened.page.locator(loaded).waitFor();
      expect(await opened.page.evaluate(sideways)).toEqual([]);
      expect(await accessibilityProblems(opened.page)).toEqual([]);
    },
  );
});

/** Of a line of CSV whose cells may be in quotes. */
function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}
