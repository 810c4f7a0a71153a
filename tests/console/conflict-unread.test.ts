// Somebody else saved meanwhile, and what they saved cannot be read at that moment: whoever pressed Save is told, and sees it at
// the next press.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

interface Form {
  readonly what: string;
  /** Makes it, and returns its path in the admin API. */
  readonly make: (stand: ConsoleStand) => Promise<string>;
  /** In the console. */
  readonly place: (path: string) => string;
  /** Opens its form and changes something. */
  readonly edit: (page: Page) => Promise<void>;
  /** What somebody else saves. */
  readonly theirs: unknown;
}

const named = (page: Page) => page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Mine');

const forms: readonly Form[] = [
  {
    what: 'key',
    make: async (stand) => `/keys/${(await stand.post('/keys', { name: 'Shared' })).id}`,
    place: (path) => path,
    edit: async (page) => {
      await page.getByRole('button', { name: 'Edit' }).click();
      await named(page);
    },
    theirs: { name: 'Theirs' },
  },
  {
    what: 'member',
    make: async (stand) => {
      await stand.post('/members', { email: 'kay@example.com', role: 'viewer', name: 'Kay' });
      return `/members/${(await stand.get('/members/kay@example.com')).id}`;
    },
    place: () => '/members',
    edit: async (page) => {
      await page.getByRole('button', { name: 'Actions of Kay' }).first().click();
      await page.getByRole('menuitem', { name: 'Edit' }).click();
      await named(page);
    },
    theirs: { name: 'Theirs' },
  },
  {
    what: 'model',
    make: async (stand) => {
      await stand.post('/models', { name: 'shared', route: [[{ provider: 'first', model: 'a' }]] });
      return '/models/shared';
    },
    place: (path) => `${path}?edit=1`,
    edit: (page) => page.getByLabel('Name at the provider of target 1.1').fill('mine'),
    theirs: { route: [[{ provider: 'first', model: 'theirs' }]] },
  },
];

describe.skipIf('missing' in started)(`a conflict that cannot be read${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  it.each(forms)('is said, and read at the next press: $what', async ({ make, place, edit, theirs }) => {
    const path = await make(stand);
    await using opened = await stand.open(place(path));
    const { page, guard } = opened;
    // The upstream has no list of models.
    guard.allow(/400|412|ERR_FAILED/);
    await edit(page);
    expect((await stand.call('PATCH', path, theirs)).status).toBe(200);
    const unread = `**/admin/v1${path}`;
    await page.route(unread, (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    const save = page.getByRole('dialog').getByRole('button', { name: 'Save' });
    await save.click();
    await page
      .getByRole('dialog')
      .getByRole('alert')
      .filter({ hasText: 'The gateway did not answer' })
      .waitFor();
    await page.unroute(unread);
    await save.click();
    await page.getByRole('dialog', { name: 'Changed by someone else meanwhile' }).waitFor();
  });
});
