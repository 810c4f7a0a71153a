// Models in the browser: made with a fallback, refused with the field that is wrong, changed, priced, tried and deleted; what
// stands in tollgate.yaml is read-only.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/start-gateway.ts';
import { holdNote } from './note.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { pageProblems } from './whole-page.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`models${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  }, 180_000);
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it('one is made with a fallback, priced, tried, changed and deleted, and comes back by undo', async () => {
    await using opened = await stand.open('/models');
    const { page } = opened;
    // The upstream's list of models, which a scripted one has not.
    opened.guard.allow(/400/);
    await page.getByRole('button', { name: 'Add model' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Public name').fill('team/fast');
    await sheet.getByLabel('Provider of target 1.1', { exact: true }).selectOption('first');
    await sheet.getByLabel('Name at the provider of target 1.1').fill('up-a');
    await sheet.getByRole('button', { name: 'Add a fallback' }).click();
    await sheet.getByLabel('Provider of target 2.1', { exact: true }).selectOption('first');
    await sheet.getByLabel('Name at the provider of target 2.1').fill('up-b');
    await sheet.getByRole('button', { name: 'Move group 2 up' }).click();
    await sheet.getByLabel('Context window').fill('many');
    await sheet.getByRole('button', { name: 'Add model' }).click();
    await sheet.getByRole('alert').filter({ hasText: 'context_window' }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await sheet.getByLabel('Context window').fill('131,072');
    await sheet.getByRole('button', { name: 'Add model' }).click();
    await page.getByRole('heading', { level: 1, name: 'team/fast' }).waitFor();
    expect((await stand.get('/models/team%2Ffast')).entry).toMatchObject({
      route: [[{ provider: 'first', model: 'up-b' }], [{ provider: 'first', model: 'up-a' }]],
      context_window: 131_072,
    });

    await page.getByRole('button', { name: 'Set price' }).click();
    await page.getByLabel('Input', { exact: true }).fill('free?');
    await page.getByLabel('Output', { exact: true }).fill('2');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Set price' }).click();
    await dialog.getByText(/USD per million tokens: 0 or more/).waitFor();
    await page.getByLabel('Input', { exact: true }).fill('0.000012');
    await dialog.getByRole('button', { name: 'Set price' }).click();
    await page.getByText('$0.000012', { exact: true }).waitFor();
    const answer = await stand.gateway.chat(ask({ model: 'team/fast' }));
    expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);

    await page.getByRole('button', { name: 'Test each target' }).click();
    await expect.poll(() => page.getByText('It answers').count(), { timeout: 60_000 }).toBe(2);

    await page.getByRole('button', { name: 'More for team/fast' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete model' }).click();
    await holdNote(page, '“team/fast” is deleted');
    expect((await stand.gateway.chat(ask({ model: 'team/fast' }))).status).toBe(404);
    // The list as it was read before is shown until it has come anew.
    await page.getByRole('heading', { level: 1, name: 'Models', exact: true }).waitFor();
    const inList = page
      .getByRole('group', { name: 'Models', exact: true })
      .getByRole('link', { name: 'team/fast' });
    await inList.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await inList.waitFor();
    expect((await stand.gateway.chat(ask({ model: 'team/fast' }))).status).toBe(200);
  });

  it('two tabs: whoever is later sees what the other saved', async () => {
    await stand.post('/models', { name: 'both', route: [[{ provider: 'first', model: 'a' }]] });
    await using opened = await stand.open('/models/both?edit=1');
    const other = await opened.another('/models/both?edit=1');
    for (const guard of [opened.guard, other.guard]) guard.allow(/400|412/);
    await opened.page.getByLabel('Name at the provider of target 1.1').fill('mine');
    await other.page.getByLabel('Name at the provider of target 1.1').fill('theirs');
    await opened.page.getByRole('button', { name: 'Save' }).click();
    await opened.page.getByText('“both” is saved').first().waitFor();
    await other.page.getByRole('button', { name: 'Save' }).click();
    await other.page.getByText('Changed by someone else meanwhile').waitFor();
    await other.page.getByRole('cell', { name: 'first / mine' }).waitFor();
    await other.page.getByRole('button', { name: 'Keep theirs' }).click();
    expect((await stand.get('/models/both')).entry.route).toEqual([[{ provider: 'first', model: 'mine' }]]);
  });

  it('one of tollgate.yaml is read-only, with its line and its price', async () => {
    await using opened = await stand.open('/models/test-model');
    const { page } = opened;
    await page.getByText('This model stands in').waitFor();
    expect(await page.getByRole('button', { name: 'Change' }).count()).toBe(0);
    await page.getByText('tollgate.yaml states this price').waitFor();
    expect(await page.getByRole('button', { name: 'Set price' }).isDisabled()).toBe(true);
  });

  it('the list says which models have no price, and finds by provider', async () => {
    await using opened = await stand.open('/models?source=config');
    const { page } = opened;
    await page.getByText(/no price: requests for/).waitFor();
    await page.getByLabel('Find a model, provider or upstream name').fill('free');
    await page.getByRole('link', { name: 'free-model' }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
  });
});
