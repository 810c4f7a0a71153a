// The audit log says who changed what and what it was before; the settings page says what is in force, and why a file is
// not. Roles see what is theirs to see.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '../support/start-gateway.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`audit log and settings${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('shows a change as a sentence, and what was before it', async () => {
    const key = await stand.post('/keys', { name: 'Old name' });
    await stand.call('PATCH', `/keys/${key.id}`, { name: 'New name' });
    await using opened = await stand.open('/audit?kind=key');
    const { page } = opened;
    const changes = page.getByRole('list', { name: 'Changes' });
    await changes.getByText('changed API key').first().waitFor();
    await page.getByRole('button', { name: /Show what changed: .* changed API key New name/ }).click();
    const row = changes.getByRole('row', { name: /^name/ });
    expect(await row.locator('del').textContent()).toBe('Old name');
    expect(await row.locator('ins').textContent()).toBe('New name');
    // What stayed as it was is not among it.
    expect(await changes.getByRole('row', { name: /^preview/ }).count()).toBe(0);

    await page.getByRole('button', { name: 'All changes of it' }).click();
    await page.waitForURL(`**/audit?*target=${key.id}*`);
    // What was there stays until the answer comes.
    await expect.poll(() => changes.getByRole('listitem').count()).toBe(2);
    await changes.getByText('created API key').waitFor();
    // The filter is in the address: a reload keeps it.
    await page.reload();
    await changes.getByText('created API key').waitFor();
    await expect.poll(() => changes.getByRole('listitem').count()).toBe(2);
    await page.getByRole('button', { name: new RegExp(`Remove filter About ${key.id}`) }).click();
    await page.waitForURL((url) => !url.search.includes('target'));
  });

  it('says so when nothing fits, and comes back', async () => {
    await using opened = await stand.open('/audit?target=key_nobody');
    const { page } = opened;
    await page.getByText('No change fits these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('list', { name: 'Changes' }).waitFor();
  });

  it('goes on page after page', async () => {
    const project = await stand.post('/projects', { name: 'Many changes' });
    for (let number = 0; number < 60; number++) {
      await stand.call('PATCH', `/projects/${project.id}`, { name: `Many changes ${number}` });
    }
    await using opened = await stand.open(`/audit?target=${project.id}`);
    const { page } = opened;
    const rows = page.getByRole('list', { name: 'Changes' }).getByRole('listitem');
    await page.getByText('50 changes').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('61 changes · that is all').waitFor();
    await expect.poll(() => rows.count()).toBe(61);
  });

  it('is for administrators', async () => {
    expect((await stand.call('GET', '/audit')).status).toBe(200);
    await using opened = await stand.open('/audit', { role: 'viewer' });
    await opened.page.getByText('Only administrators see the audit log').waitFor();
    opened.guard.allow(/403/);
    const status = await opened.page.evaluate<number>(
      "fetch('/admin/v1/audit').then((answer) => answer.status)",
    );
    expect(status).toBe(403);
  });

  it('says what is in force, and why a file is not', async () => {
    await using opened = await stand.open('/settings');
    const { page } = opened;
    await page.getByText('Configuration in force').waitFor();
    await page.getByText('SQLite, one node').waitFor();
    await page.getByText('Prompts and answers are not kept.').waitFor();

    const { folder, gateway } = stand.gateway;
    const file = join(folder, 'tollgate.yaml');
    await writeFile(file, '{ "servers": {} }');
    await gateway.config.reload();
    await page.reload();
    await page.getByText('File refused').waitFor();
    await page
      .getByText(/servers/)
      .first()
      .waitFor();
    const good = configOf({ upstreams: [stand.upstream.url], server: { time_zone: 'Asia/Tokyo' } });
    await stand.gateway.configure(good);
    await page.reload();
    await page.getByText('Asia/Tokyo').waitFor();
    await page.getByText('Configuration in force').waitFor();
  });
});
