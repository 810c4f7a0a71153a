// The requests pages in a real browser over a real ledger: what a client asks appears as it happens, lists of any length go to
// their end without a row twice, and a request's page says what the ledger has.
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstIdOf } from '../../src/core/request-ids.ts';
import { sideways } from '../browser/in-page.ts';
import { holdEntry, settlement } from '../ledger/entries.ts';
import { completion, type Json, refusal, whole } from '../support/scripted-upstream.ts';
import { ask, configOf } from '../support/start-gateway.ts';
import { accessibilityProblems } from './axe.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`requests${suffix}`, { timeout: 240_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
    const upstreams = [stand.upstream.url];
    await stand.gateway.configure({ ...configOf({ upstreams }), logging: { content: 'all' } });
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('show what the openai client asks, held first and settled then, without a reload', async () => {
    await using opened = await stand.open('/requests');
    const { page } = opened;
    await page.getByText('No requests yet').waitFor();
    await page.getByRole('button', { name: 'Live on' }).waitFor();
    let release = () => {};
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    stand.upstream.next(async (answer) => {
      await open;
      await whole(completion())(answer);
    });
    const client = new OpenAI({ apiKey: stand.gateway.key, baseURL: `${stand.url}/v1` });
    const answered = client.chat.completions.create(ask());
    const row = page.getByRole('row').filter({ hasText: 'test-model' });
    await row.getByText('In progress').waitFor();
    release();
    await answered;
    await row.getByText('OK', { exact: true }).waitFor();
    await row.getByText('$0.00002').waitFor();
    expect(await row.count()).toBe(1);
  });

  it('keep still under the mouse, and count what is new', async () => {
    await using opened = await stand.open('/requests');
    const { page } = opened;
    await page.getByRole('button', { name: 'Live on' }).waitFor();
    await page.getByRole('table').hover();
    await page.getByRole('button', { name: 'Live paused' }).waitFor();
    await (await stand.gateway.chat(ask({ model: 'free-model' }))).text();
    // By keyboard: on its way to the button the mouse would leave the table, and the new row come by itself.
    await page.getByRole('button', { name: /^1 new/ }).press('Enter');
    await page.getByRole('row').filter({ hasText: 'free-model' }).waitFor();
  });

  it('are filtered by what the address says, by the bar, and by taking chips away', async () => {
    stand.upstream.next(refusal(400, { message: 'no' }));
    await (await stand.gateway.chat(ask({ user: 'ada' }))).text();
    const { keyId } = await stand.gateway.row();
    await using opened = await stand.open(`/requests?live=off&key=${keyId}&status=error&end_user=ada`);
    const { page } = opened;
    const end = page.getByRole('status').filter({ hasText: 'that is all' });
    await end.filter({ hasText: /^1 request ·/ }).waitFor();
    await page.getByRole('row').getByText('upstream_rejected').waitFor();
    await page.getByRole('button', { name: 'Remove filter Any error' }).click();
    await page.getByRole('button', { name: 'Remove filter End user: ada' }).click();
    await end.filter({ hasText: /^3 requests ·/ }).waitFor();
    await page.getByLabel('Status').selectOption('OK');
    await end.filter({ hasText: /^2 requests ·/ }).waitFor();
    await page.waitForURL(/status=ok/);
    await page.getByRole('combobox', { name: /^Model/ }).click();
    await page.getByRole('option', { name: 'free-model' }).click();
    await end.filter({ hasText: /^1 request ·/ }).waitFor();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Cost, at least').fill('0.5');
    await page.getByRole('button', { name: 'Apply filters' }).click();
    await page.getByText('No request matches these filters').waitFor();
    await page.getByText('Cost ≥ $0.5').waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await end.filter({ hasText: /^3 requests ·/ }).waitFor();
  });

  it('have a page that says what the ledger has', async () => {
    const answer = await stand.gateway.chat(ask({ stream: true }), { headers: { 'user-agent': 'Test/1.0' } });
    await answer.text();
    const row = await stand.gateway.row();
    await expect
      .poll(async () => (await stand.get(`/requests/${row.id}`)).content, { timeout: 20_000 })
      .toBe('kept');
    await using opened = await stand.open('/requests?live=off');
    const { page } = opened;
    await page.locator(`table a[data-request="${row.id}"]`).click();
    await page.getByRole('heading', { name: row.id }).waitFor();
    const price = page.getByRole('region', { name: 'Usage and price' });
    const cells = async () =>
      (await price.getByRole('row').allInnerTexts())
        .slice(1)
        .map((text) => text.split(/\t/).map((cell) => cell.trim()));
    await expect.poll(cells).toEqual([
      ['Input', String(row.usage?.input), '1', '0.00001'],
      ['Output', String(row.usage?.output), '2', '0.00001'],
      ['Sum', '$0.00002'],
      ['Rounded up to a whole nano-dollar, once', '$0.00002'],
    ]);
    await price.getByText('This is what the ledger has, to the last digit.').waitFor();
    expect(row.cost).toBe(20_000n);
    const headers = page.getByRole('region', { name: 'Timeline' }).getByRole('rowheader');
    const steps = async () => (await headers.allInnerTexts()).map((text) => text.split('\n')[0]);
    await expect
      .poll(steps)
      .toEqual(expect.arrayContaining(['Received and reserved', 'first / upstream-model', 'Answer streams']));
    await page.getByText('Test/1.0').waitFor();
    await page.getByRole('button', { name: 'Show what was said' }).click();
    const said = page.getByRole('region', { name: 'What was said' });
    await said.getByText('Say hello.').waitFor();
    await said.getByText('Hello, world!').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await said.getByRole('button', { name: 'Delete content' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete content' }).click();
    await said.getByText('nothing is kept of this request').waitFor();
    // To the next and back by keyboard.
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: row.id }).waitFor({ state: 'detached' });
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: row.id }).waitFor();
  });

  it('are exported as they are filtered', async () => {
    await using opened = await stand.open('/requests?live=off&model=free-model');
    const { page } = opened;
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'As CSV' }).click();
    const stream = await (await download).createReadStream();
    const text = Buffer.concat(await stream.toArray()).toString();
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
  });

  it('of any number are read to the last, none twice', async () => {
    await fill(10_000);
    const ids = new Set<string>();
    let rows = 0;
    await using opened = await stand.open('/requests?live=off&model=none');
    const { page } = opened;
    page.on('response', async (response) => {
      if (!response.url().includes('/admin/v1/requests?')) return;
      const { data }: { data: Json[] } = await response.json().catch(() => ({ data: [] }));
      rows += data.length;
      for (const { id } of data) ids.add(id);
    });
    await page.getByText('No request matches').waitFor();
    await page.goto(`${stand.url}/requests?live=off&model=many`);
    const table = page.getByRole('table');
    for (let count = ''; count !== '10001'; ) {
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await expect
        .poll(() => table.getAttribute('aria-rowcount'), { timeout: 60_000, interval: 20 })
        .not.toBe(count);
      count = (await table.getAttribute('aria-rowcount')) ?? '';
    }
    await page.getByText('10,000 requests · that is all').waitFor();
    await expect.poll(() => [rows, ids.size]).toEqual([10_000, 10_000]);
    // Only what is in sight is in the document.
    expect(await page.locator('tbody tr').count()).toBeLessThan(120);
  });

  it('fit a phone, and both colours', async () => {
    const { id } = await stand.gateway.row();
    for (const path of ['/requests', `/requests/${id}`]) {
      const viewport = { width: 390, height: 844 };
      await using opened = await stand.open(path, { viewport, colorScheme: 'dark' });
      const { page } = opened;
      const card = page.locator(`a[data-request="${id}"]`);
      await card.or(page.getByRole('region', { name: 'What was said' })).waitFor();
      expect(await opened.page.evaluate(sideways)).toEqual([]);
      expect(await accessibilityProblems(opened.page)).toEqual([]);
    }
  });

  /** Settled rows through the ledger's own writer. */
  async function fill(count: number): Promise<void> {
    const { ledgerWriter } = stand.gateway.gateway.store;
    const { keyId, projectId } = await stand.gateway.row();
    const now = Date.now();
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const startedAt = now - index * 500;
        const id = `${firstIdOf(startedAt)}${String(index).padStart(14, '0')}`;
        await ledgerWriter.hold(holdEntry(id, { keyId, projectId, model: 'many', startedAt }));
        await ledgerWriter.settle(settlement(id));
      }),
    );
  }
});
