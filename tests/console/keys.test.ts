// Keys in the console, as the people use it who run a gateway: made, used by the real `openai` client, limited, raised, rotated,
// revoked; and what two tabs, bad input and a smaller role make of it.
import OpenAI, { APIError } from 'openai';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdNote } from './note.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';
import { pageProblems, untilWhole } from './whole-page.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`API keys in the console${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startConsole(started.browser);
  }, 240_000);
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  const ask = async (apiKey: string): Promise<number> => {
    const client = new OpenAI({ apiKey, baseURL: `${stand.url}/v1`, maxRetries: 0 });
    try {
      await client.chat.completions.create({
        model: 'test-model',
        messages: [{ role: 'user', content: 'Say hello.' }],
      });
      return 200;
    } catch (error) {
      if (error instanceof APIError) return error.status ?? 0;
      throw error;
    }
  };
  const secretOf = async (page: Page) => (await page.locator('[data-secret]').textContent()) ?? '';
  const sheet = (page: Page) => page.getByRole('dialog');
  /** Throws while it is not drawn. */
  const boxOf = async (place: Locator) => {
    const box = await place.boundingBox();
    if (!box) throw new Error('it is not drawn');
    return box;
  };

  it('one is made, used, seen, stopped by a limit, raised, disabled and revoked', async () => {
    await using opened = await stand.open('/limits');
    const { page } = opened;
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'Create API key' }).click();
    await sheet(page).getByLabel('Name', { exact: true }).fill('Invoice bot');
    await sheet(page).getByRole('button', { name: 'Add a limit' }).click();
    await sheet(page).getByLabel('What').selectOption('requests');
    await sheet(page).getByLabel('Window').selectOption('day');
    await sheet(page).getByLabel('At most').fill('3');
    await sheet(page).getByText('This key stops at 3 requests a day').waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await sheet(page).getByRole('button', { name: 'Create key' }).click();

    await sheet(page).getByText('“Invoice bot” is ready').waitFor();
    const secret = await secretOf(page);
    expect(secret).toMatch(/^sk-tg-/);
    expect(await pageProblems(page)).toEqual([]);
    for (const language of ['JavaScript', 'Python', 'curl']) {
      await sheet(page).getByRole('radio', { name: language }).click();
      const code = sheet(page).getByRole('group', { name: language, exact: true });
      expect(await code.textContent()).toContain(`${stand.url}/v1`);
      expect(await code.textContent()).toContain(secret);
    }
    await sheet(page).getByRole('button', { name: 'Try it' }).click();
    await sheet(page).getByText('the key works').waitFor();
    // Nobody has copied it or said that it is saved.
    await sheet(page).getByRole('button', { name: 'Done' }).click();
    await sheet(page).getByText('The key has not been saved.').waitFor();
    await sheet(page).getByRole('button', { name: 'Go back' }).click();
    await page.evaluate('history.back()');
    await sheet(page).getByText('The key has not been saved.').waitFor();
    await sheet(page).getByRole('button', { name: 'Go back' }).click();
    expect(await secretOf(page)).toBe(secret);
    await sheet(page).getByLabel('I have saved it').click();
    await sheet(page).getByRole('button', { name: 'Done' }).click();
    await sheet(page).waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(secret);

    // The third is the last: one was the try.
    expect([await ask(secret), await ask(secret), await ask(secret)]).toEqual([200, 200, 429]);
    await stand.gateway.ledger();
    await page.reload();
    const row = page.getByRole('row', { name: /Invoice bot/ });
    await row.getByText('3 of 3 requests a day').waitFor();
    await row.getByRole('link', { name: 'Invoice bot' }).click();
    await page.getByRole('heading', { level: 1, name: 'Invoice bot' }).waitFor();
    await page.getByText('3 of 3 requests a day').waitFor();
    const meter = page.getByRole('meter', { name: '3 requests a day' });
    const card = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('meter') })
      .first();
    await expect.poll(async () => (await boxOf(meter)).width - (await boxOf(card)).width).toBeCloseTo(0, 0);
    await page.getByRole('button', { name: /^Change Key “Invoice bot”/ }).click();
    await sheet(page).getByRole('button', { name: '×2' }).click();
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await page.getByText('3 of 6 requests a day').waitFor();
    await page.reload();
    await page.getByText('3 of 6 requests a day').waitFor();
    expect(await ask(secret)).toBe(200);

    await page.getByRole('button', { name: 'Disable' }).click();
    await holdNote(page, '“Invoice bot” is disabled');
    await page.getByText('Disabled: clients using it get 403').waitFor();
    expect(await ask(secret)).toBe(403);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    expect(await ask(secret)).toBe(200);

    await page.getByRole('button', { name: 'Revoke' }).click();
    const revoke = sheet(page).getByRole('button', { name: 'Revoke key' });
    expect(await revoke.isDisabled()).toBe(true);
    await page.locator(':focus').and(sheet(page).getByRole('textbox')).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await sheet(page).getByRole('textbox').fill('Invoice bot');
    await revoke.click();
    await page.getByText('clients using it get 401, for ever').waitFor();
    // What is behind a dialog has no role.
    await sheet(page).waitFor({ state: 'detached' });
    expect(await ask(secret)).toBe(401);
    expect(await page.getByRole('button', { name: 'Rotate' }).count()).toBe(0);
  });

  it('a new secret works beside the old one, and the page says until when', async () => {
    const { id, key, name } = await stand.post('/keys', { name: 'Rotating' });
    await using opened = await stand.open(`/keys/${id}`);
    const { page } = opened;
    await page.getByRole('button', { name: 'Rotate' }).click();
    await sheet(page).getByLabel('The old secret works on for').selectOption('1h');
    await sheet(page).getByRole('button', { name: 'Make new secret' }).click();
    await sheet(page).getByText(`New secret of “${name}”`).waitFor();
    const renewed = await secretOf(page);
    expect(renewed).not.toBe(key);
    await sheet(page).getByLabel('I have saved it').click();
    await sheet(page).getByRole('button', { name: 'Done' }).click();
    await page.getByText('Earlier secrets').waitFor();
    expect([await ask(renewed), await ask(key)]).toEqual([200, 200]);
    await page.getByText('gave it a new secret').waitFor();
  });

  it('changed in two tabs: the second sees both values and decides', async () => {
    const { id } = await stand.post('/keys', { name: 'Shared' });
    await using opened = await stand.open(`/keys/${id}`);
    const { page } = opened;
    const { page: other, guard } = await opened.another(`/keys/${id}`);
    guard.allow(/412/);
    for (const each of [page, other]) await each.getByRole('button', { name: 'Edit' }).click();
    await sheet(page).getByLabel('Name', { exact: true }).fill('Named by one');
    await sheet(page).getByLabel('Allowed addresses').fill('127.0.0.1\n10.0.0.0/8');
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Named by one' }).waitFor();
    await sheet(other).getByLabel('Name', { exact: true }).fill('Named by two');
    await sheet(other).getByRole('button', { name: 'Save' }).click();
    await other.getByText('Changed by someone else meanwhile').waitFor();
    const compared = other.getByRole('row', { name: /^Name/ });
    await expect.poll(() => compared.textContent()).toBe('NameNamed by oneNamed by two');
    expect(await pageProblems(other)).toEqual([]);
    await other.getByRole('button', { name: 'Save mine over theirs' }).click();
    await other.getByRole('heading', { level: 1, name: 'Named by two' }).waitFor();
    // What the second did not touch is as the first left it.
    expect(await stand.get(`/keys/${id}`)).toMatchObject({
      name: 'Named by two',
      allowed_ips: ['127.0.0.1', '10.0.0.0/8'],
    });
  });

  it('bad input is said at its field, and nothing is made', async () => {
    const before = (await stand.get('/keys?limit=1000')).data.length;
    await using opened = await stand.open('/keys?new=1');
    const { page, guard } = opened;
    guard.allow(/400/);
    const create = () => sheet(page).getByRole('button', { name: 'Create key' }).click();
    const name = sheet(page).getByLabel('Name', { exact: true });
    const saying = (text: string | RegExp) =>
      sheet(page).getByRole('alert').filter({ hasText: text }).waitFor();
    await create();
    await saying('Give the key a name');
    await name.fill('x'.repeat(200));
    await create();
    await saying('this one has 200');
    await name.fill('right\u202eto left');
    await create();
    await saying('marks of writing direction');
    await name.fill('مفتاح 🦊 key');
    await sheet(page).getByLabel('Allowed addresses').fill('10.0.0.0/8\n10.0.0.0/33');
    await create();
    await saying('Line 2, “10.0.0.0/33”');
    await sheet(page).getByLabel('Allowed addresses').fill('');
    await sheet(page).getByText('More options').click();
    await sheet(page).getByLabel('Longest answer').fill('1e9');
    await create();
    await saying('Expected an integer');
    await sheet(page).getByLabel('Longest answer').fill('0');
    await create();
    await saying('Integer below minimum value');
    await sheet(page).getByLabel('Longest answer').fill('');
    await sheet(page).getByRole('button', { name: 'Add a limit' }).click();
    const amount = sheet(page).getByLabel('At most');
    for (const wrong of ['', '1e30', '-5', '12345678901234567890', '0.0000000001', 'fifty']) {
      await amount.fill(wrong);
      await create();
      await saying('An amount in USD');
    }
    await amount.fill('9999999999');
    await create();
    await saying('below 9 billion');
    expect((await stand.get('/keys?limit=1000')).data).toHaveLength(before);
    await amount.fill('0');
    await sheet(page).getByText('This key is refused at once: nothing is allowed.').waitFor();
    await create();
    await sheet(page).getByText('“مفتاح 🦊 key” is ready').waitFor();
    expect(await ask(await secretOf(page))).toBe(429);
  });

  it('by keyboard: Tab leaves a list, letters open it, the focus goes with the rows of limits', async () => {
    await using opened = await stand.open('/keys?new=1');
    const { page } = opened;
    const focused = (label: string) => page.locator(':focus').and(sheet(page).getByLabel(label)).waitFor();
    const models = sheet(page).getByLabel('Models');
    await models.focus();
    await page.keyboard.press('Enter');
    await page.getByPlaceholder('Search…').waitFor();
    await page.keyboard.press('Tab');
    await page.getByPlaceholder('Search…').waitFor({ state: 'detached' });
    await page
      .locator(':focus')
      .and(sheet(page).getByRole('button', { name: 'Add a limit' }))
      .waitFor();
    await page.keyboard.press('Shift+Tab');
    await focused('Models');
    await page.keyboard.press('t');
    await page.getByPlaceholder('Search…').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('est');
    await expect.poll(() => page.getByPlaceholder('Search…').inputValue()).toBe('test');
    // It comes from the gateway.
    await page.getByRole('option', { name: 'test-model', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.getByPlaceholder('Search…').waitFor({ state: 'detached' });
    await expect.poll(() => models.textContent()).toBe('test-model');

    const add = sheet(page).getByRole('button', { name: 'Add a limit' });
    await add.focus();
    await page.keyboard.press('Enter');
    await focused('What');
    await page.keyboard.press('Tab');
    await focused('At most');
    await sheet(page).getByRole('button', { name: 'Remove this limit' }).press('Enter');
    await page.locator(':focus').and(add).waitFor();
  });

  it('a name is cut off at its own end, whatever its script', async () => {
    const name = `مفتاح البحث — ${'Search key with an exceedingly long name '.repeat(2)}`.trim();
    await stand.post('/keys', { name });
    await using opened = await stand.open('/keys');
    await opened.page.getByRole('link', { name: 'مفتاح البحث' }).waitFor();
    // Where the first letter is drawn: inside of what is seen of the name.
    const shown = await opened.page.evaluate<boolean>(`(() => {
      const element = document.querySelector('table a[title^="مفتاح البحث"]');
      const box = element.getBoundingClientRect();
      const range = document.createRange();
      const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
      range.setStart(text, 0);
      range.setEnd(text, 1);
      const letter = range.getBoundingClientRect();
      return letter.left >= box.left - 1 && letter.right <= box.right + 1 && element.scrollWidth > box.width;
    })()`);
    expect(shown).toBe(true);
  });

  it('search, filters and order are in the address, and outlive a reload', async () => {
    for (const name of ['Zeta 100%', 'alpha 100 of it', 'Beta']) await stand.post('/keys', { name });
    await using opened = await stand.open('/keys');
    const { page } = opened;
    const names = () => page.getByRole('row').getByRole('link').allTextContents();
    await page.getByRole('searchbox').fill('100%');
    await expect.poll(names).toEqual(['Zeta 100%']);
    await page.reload();
    await expect.poll(names).toEqual(['Zeta 100%']);
    await page.getByRole('searchbox').fill('nothing of this name');
    await page.getByText('No key fits this search').waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await page.waitForURL(/sort=name/);
    await page.getByLabel('Status').selectOption('active');
    await expect.poll(async () => (await names()).indexOf('alpha 100 of it')).toBe(0);
  });

  it('a member manages their own keys only; a viewer none, and is told why', async () => {
    const { id, key } = await stand.post('/keys', { name: 'Of the administrators' });
    await using opened = await stand.open('/keys?new=1', { role: 'member' });
    const { page } = opened;
    await sheet(page).getByLabel('Name', { exact: true }).fill('Of Grace');
    await sheet(page).getByRole('button', { name: 'Create key' }).click();
    await sheet(page).getByLabel('I have saved it').click();
    const own = await secretOf(page);
    await sheet(page).getByRole('button', { name: 'Done' }).click();
    await page.getByText('Mine').click();
    await expect.poll(() => page.getByRole('row').getByRole('link').allTextContents()).toEqual(['Of Grace']);
    expect(await ask(own)).toBe(200);
    const forbidden = await page.evaluate(async (path) => {
      const session = (await (await fetch('/admin/v1/session')).json()) as { csrf_token: string };
      const response = await fetch(path, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token },
        body: '{"disabled":true}',
      });
      const { error } = (await response.json()) as { error: { code: string } };
      return `${response.status} ${error.code}`;
    }, `/admin/v1/keys/${id}`);
    opened.guard.allow(/403/);
    expect(forbidden).toBe('403 key_of_another');
    expect(await ask(key)).toBe(200);
    await page.goto(`${stand.url}/keys/${id}`);
    expect(await page.getByRole('button', { name: 'Revoke' }).isDisabled()).toBe(true);
    const reason = page.getByText('This key belongs to the administrators');
    await reason.waitFor();
    await untilWhole(page);
    const below = await boxOf(reason);
    const revoke = await boxOf(page.getByRole('button', { name: 'Revoke' }));
    expect(below.y).toBeGreaterThanOrEqual(revoke.y + revoke.height);
    // Both end where the page ends.
    expect(below.x + below.width).toBeCloseTo(revoke.x + revoke.width, 0);

    await using watching = await stand.open('/keys', { role: 'viewer' });
    const button = watching.page.getByRole('button', { name: 'Create API key' });
    expect(await button.isDisabled()).toBe(true);
    expect(await button.getAttribute('title')).toContain('Only members and administrators');
  });
});
