// Limits in the console: made, changed in two tabs at once, raised in one press, deleted and had back; counters of those with a
// `*`; those of tollgate.yaml.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, configOf } from '../support/start-gateway.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { pageProblems } from './whole-page.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`limits in the console${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  }, 240_000);
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  const dialog = (page: Page) => page.getByRole('dialog');
  const rowOf = (page: Page, name: string | RegExp) => page.getByRole('row', { name });

  it('one is made in a sentence, raised in one press, deleted, and had back with what it had counted', async () => {
    expect((await stand.gateway.chat(ask())).status).toBe(200);
    await stand.gateway.ledger();
    await using opened = await stand.open('/limits');
    const { page, guard } = opened;
    await page.getByText('No limits yet').waitFor();
    await page.getByRole('button', { name: 'Create limit' }).first().click();
    await dialog(page).getByLabel('Kind').selectOption('project');
    await dialog(page)
      .getByRole('combobox', { name: /^Project/ })
      .click();
    await page.getByRole('option', { name: /^default/ }).click();
    await dialog(page).getByLabel('At most').fill('1,250.5');
    await dialog(page)
      .getByText('Project “default” stops at $1,250.50 a month; clients then get 429')
      .waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Create limit' }).click();
    const row = rowOf(page, /Project “default”/);
    await row.getByText('$0.00002 of $1,250.50 a month').waitFor();
    await page.reload();
    await row.getByText('$0.00002 of $1,250.50 a month').waitFor();

    await row.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Raise by 25% to $1,563.13' }).click();
    await row.getByText('of $1,563.13 a month').waitFor();
    // A note stays while a mouse rests on it.
    await page.getByRole('button', { name: 'Undo' }).hover();
    const [raised] = (await stand.get('/limits')).data;
    expect(raised.amount).toBe('1563.125');
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.getByText('of $1,250.50 a month').waitFor();

    await row.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('No limits yet').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.getByText('$0.00002 of $1,250.50 a month').waitFor();

    // The same again is a conflict, in words.
    guard.allow(/409/);
    await page.getByRole('button', { name: 'Create limit' }).click();
    await dialog(page).getByLabel('Kind').selectOption('project');
    await dialog(page)
      .getByRole('combobox', { name: /^Project/ })
      .click();
    await page.getByRole('option', { name: /^default/ }).click();
    await dialog(page).getByLabel('At most').fill('5');
    await dialog(page).getByRole('button', { name: 'Create limit' }).click();
    await dialog(page).getByRole('alert').filter({ hasText: 'There is a limit of this scope' }).waitFor();
  });

  it('edited in two tabs: the second sees both amounts, and either choice is what is stored', async () => {
    const { id } = await stand.post('/limits', {
      scope: { model: 'test-model' },
      metric: 'requests',
      window: 'week',
      amount: 100,
    });
    const name = /^Model “test-model”/;
    const change = (page: Page) =>
      rowOf(page, name)
        .getByRole('button', { name: /^Change/ })
        .click();
    const save = async (page: Page, amount: string) => {
      await dialog(page).getByLabel('At most').fill(amount);
      await dialog(page).getByRole('button', { name: 'Save' }).click();
    };
    await using opened = await stand.open('/limits');
    const { page } = opened;
    const { page: other, guard } = await opened.another('/limits');
    guard.allow(/412/);
    await Promise.all([change(page), change(other)]);
    await save(page, '200');
    await dialog(page).waitFor({ state: 'detached' });
    await save(other, '300');
    await other.getByText('Changed by someone else meanwhile').waitFor();
    await expect.poll(() => rowOf(other, /^Amount/).textContent()).toBe('Amount200 requests300 requests');
    expect(await pageProblems(other)).toEqual([]);
    await other.getByRole('button', { name: 'Keep theirs' }).click();
    await rowOf(other, name).getByText('of 200 requests a week').waitFor();
    expect(await stand.get(`/limits/${id}`)).toMatchObject({ amount: 200 });

    await Promise.all([change(page), change(other)]);
    await save(page, '250');
    await dialog(page).waitFor({ state: 'detached' });
    await save(other, '350');
    await other.getByRole('button', { name: 'Save mine over theirs' }).click();
    await rowOf(other, name).getByText('of 350 requests a week').waitFor();
    await page.reload();
    await rowOf(page, name).getByText('of 350 requests a week').waitFor();
  });

  it('bad amounts are said at the field', async () => {
    await stand.post('/limits', { scope: { end_user: 'ada' }, metric: 'tokens', window: 'day', amount: 10 });
    await using opened = await stand.open('/limits?metric=tokens');
    const { page, guard } = opened;
    await rowOf(page, /End user “ada”/)
      .getByRole('button', { name: /^Change/ })
      .click();
    for (const wrong of ['', '1e30', '-1', '1.5', '12345678901234567890']) {
      await dialog(page).getByLabel('At most').fill(wrong);
      await dialog(page).getByRole('button', { name: 'Save' }).click();
      await dialog(page).getByRole('alert').filter({ hasText: 'A whole number of tokens' }).waitFor();
    }
    guard.allow(/400/);
    await dialog(page).getByLabel('At most').fill('9999999999999999');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page)
      .getByRole('alert')
      .filter({ hasText: /must be a whole number/ })
      .waitFor();
    await dialog(page).getByLabel('At most').fill('9,007,199,254,740,991');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await rowOf(page, /End user “ada”/)
      .getByText('0 of 9,007,199,254,740,991 tokens a day')
      .waitFor();
  });

  it('a limit with a counter each shows them all by name, page by page', async () => {
    for (let index = 0; index < 3; index++) {
      const { key } = await stand.post('/keys', { name: `Counted ${index}` });
      await (await stand.gateway.chat(ask(), { key })).text();
    }
    await stand.post('/limits', { scope: { key: '*' }, metric: 'requests', window: 'week', amount: 7 });
    const [{ id }] = (await stand.get('/keys?search=Counted 2')).data;
    const { key } = await stand.post(`/keys/${id}/rotate`);
    await (await stand.gateway.chat(ask(), { key })).text();
    await stand.gateway.ledger();
    await using opened = await stand.open('/limits?metric=requests');
    const { page } = opened;
    await rowOf(page, /^Each key/)
      .getByRole('button', { name: 'A counter each: show' })
      .click();
    const counter = dialog(page).getByRole('row', { name: /Counted 2/ });
    await counter.getByText('2 of 7 requests a week').waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await counter.getByRole('link', { name: 'Counted 2' }).click();
    await page.getByRole('heading', { level: 1, name: 'Counted 2' }).waitFor();
  });

  it('those of tollgate.yaml are shown as such, and not changed here', async () => {
    await stand.gateway.configure({
      ...configOf({ upstreams: [stand.upstream.url] }),
      limits: [{ scope: { organization: 'default' }, metric: 'cost', window: 'day', amount: 9 }],
    });
    await using opened = await stand.open('/limits?source=config');
    const row = rowOf(opened.page, /Organization “default”/);
    await row.getByText('from tollgate.yaml').waitFor();
    expect(await row.getByRole('button').count()).toBe(0);
  });
});
