// Projects and organizations in the console: made, renamed in two tabs, archived with what that does, and restored.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sideways } from '../browser/in-page.ts';
import { ask } from '../support/start-gateway.ts';
import { accessibilityProblems } from './axe.ts';
import { holdNote } from './note.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`projects in the console${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  }, 240_000);
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  const dialog = (page: Page) => page.getByRole('dialog');
  const act = async (page: Page, name: string, action: string) => {
    await page.getByRole('button', { name: `Actions of “${name}”` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  const problems = async (page: Page) => [
    ...(await page.evaluate<string[]>(sideways)),
    ...(await accessibilityProblems(page)),
  ];

  it('one is made with metadata, archived so that its keys are refused, and restored', async () => {
    await using opened = await stand.open('/projects');
    const { page, guard } = opened;
    guard.allow(/40[09]/);
    await page.getByRole('button', { name: 'Create project' }).click();
    const name = dialog(page).getByLabel('Name', { exact: true });
    const create = () => dialog(page).getByRole('button', { name: 'Create project' }).click();
    await name.fill('default');
    await create();
    await dialog(page).getByRole('alert').filter({ hasText: 'Names are unique' }).waitFor();
    await name.fill('x'.repeat(101));
    await create();
    await dialog(page).getByRole('alert').filter({ hasText: 'String too long' }).waitFor();
    await name.fill('Rechnungen 🧾');
    await dialog(page).getByRole('button', { name: 'Add a pair' }).click();
    await dialog(page).getByLabel('Name 1').fill('cost_centre');
    await dialog(page).getByLabel('Value 1').fill('4711');
    expect(await problems(page)).toEqual([]);
    await create();
    const row = page.getByRole('row', { name: /Rechnungen/ });
    await row.waitFor();
    const [made] = (await stand.get('/projects?search=rechnungen')).data;
    expect(made).toMatchObject({ name: 'Rechnungen 🧾', metadata: { cost_centre: '4711' }, keys: 0 });

    const { key } = await stand.post('/keys', { name: 'k', project: made.id });
    expect((await stand.gateway.chat(ask(), { key })).status).toBe(200);
    await stand.gateway.ledger();
    await page.reload();
    await row.getByRole('link', { name: '1 key of Rechnungen 🧾' }).waitFor();
    await row.getByText('$0.00002').waitFor();
    await act(page, 'Rechnungen 🧾', 'Archive…');
    await dialog(page).getByText('Clients using its 1 key get 403 within a second.').waitFor();
    expect(await problems(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Archive project' }).click();
    await row.waitFor({ state: 'detached' });
    const { page: keys } = await opened.another('/keys');
    await keys
      .getByRole('row', { name: /Rechnungen/ })
      .getByText('Project archived')
      .waitFor();
    const status = async () => (await stand.gateway.chat(ask(), { key })).status;
    await expect.poll(status).toBe(403);
    await page.getByText('Archived', { exact: true }).click();
    await act(page, 'Rechnungen 🧾', 'Restore');
    await page.getByText('No project is archived').waitFor();
    await holdNote(page, '“Rechnungen 🧾” is restored');
    await expect.poll(status).toBe(200);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await row.waitFor();
    await expect.poll(status).toBe(403);
  });

  it('renamed in two tabs: the second decides', async () => {
    await stand.post('/projects', { name: 'Two tabs' });
    await using opened = await stand.open('/projects?search=two');
    const { page } = opened;
    const { page: other, guard } = await opened.another('/projects?search=two');
    guard.allow(/412/);
    for (const each of [page, other]) await act(each, 'Two tabs', 'Edit…');
    const rename = async (each: Page, name: string) => {
      await dialog(each).getByLabel('Name', { exact: true }).fill(name);
      await dialog(each).getByRole('button', { name: 'Save' }).click();
    };
    await rename(page, 'Two tabs, one');
    await page.getByRole('row', { name: /Two tabs, one/ }).waitFor();
    await rename(other, 'Two tabs, two');
    await other.getByText('Changed by someone else meanwhile').waitFor();
    const names = other.getByRole('row', { name: /^Name Two tabs/ });
    await expect.poll(() => names.textContent()).toBe('NameTwo tabs, oneTwo tabs, two');
    await other.getByRole('button', { name: 'Save mine over theirs' }).click();
    await other.getByRole('row', { name: /Two tabs, two/ }).waitFor();
    await page.reload();
    await page.getByRole('row', { name: /Two tabs, two/ }).waitFor();
  });

  it('has limits of its own, made where they are seen', async () => {
    await stand.post('/projects', { name: 'Limited' });
    await using opened = await stand.open('/projects?search=limited');
    const { page } = opened;
    await act(page, 'Limited', 'Limits');
    await page.getByText('No limit stops this project').waitFor();
    await page.getByRole('button', { name: 'Add a limit' }).click();
    await page.getByLabel('At most').fill('25');
    await page.getByText('Project “Limited” stops at $25.00 a month').waitFor();
    await page.getByRole('button', { name: 'Create limit' }).click();
    await dialog(page).getByText('$0.00 of $25.00 a month').waitFor();
    expect(await problems(page)).toEqual([]);
  });

  it('organizations are made, and deleted while nothing is in them', async () => {
    await using opened = await stand.open('/projects?tab=organizations');
    const { page, guard } = opened;
    guard.allow(/409/);
    await page.getByRole('button', { name: 'Create organization' }).click();
    await dialog(page).getByLabel('Name', { exact: true }).fill('Northwind');
    await dialog(page).getByRole('button', { name: 'Create organization' }).click();
    await page.getByRole('row', { name: /Northwind/ }).waitFor();
    await act(page, 'default', 'Delete');
    await page.getByText('The organization `default` cannot be removed').first().waitFor();
    await act(page, 'Northwind', 'Delete');
    await page.getByRole('row', { name: /Northwind/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('row', { name: /Northwind/ }).waitFor();
  });
});
