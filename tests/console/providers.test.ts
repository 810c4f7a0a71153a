// Providers in the browser: added in a minute, tried before and after, called by a real client, broken and mended; what stands in
// tollgate.yaml is read-only; two tabs overwrite nothing of each other.
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { polite, type ScriptedUpstream, startUpstream } from '../support/scripted-upstream.ts';
import { accessibilityProblems } from './axe.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';
const key = 'sk-pasted-0123456789abcdefWXYZ';

describe.skipIf('missing' in started)(`providers${suffix}`, { timeout: 180_000 }, () => {
  let stand: ConsoleStand;
  let upstream: ScriptedUpstream;
  beforeAll(async () => {
    upstream = await startUpstream(polite);
    upstream.always(offering);
    if ('browser' in started) {
      stand = await startConsole(started.browser, {
        server: { circuit_breaker: { failures: 2, open: '1s' } },
      });
    }
  }, 180_000);
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  const offering: Parameters<ScriptedUpstream['always']>[0] = (answer) => {
    if (answer.request.method !== 'GET') return polite(answer);
    const ok = answer.request.headers.authorization === `Bearer ${key}`;
    answer.head(ok ? 200 : 401, { 'content-type': 'application/json' });
    answer.end(
      JSON.stringify(
        ok
          ? { data: [{ id: 'small-1', context_length: 8192 }, { id: 'large-1' }] }
          : { error: { message: 'Incorrect API key provided.' } },
      ),
    );
  };

  it('is added, tried, called, seen to fail and seen to be back', async () => {
    await using opened = await stand.open('/providers');
    const { page } = opened;
    await page.getByRole('button', { name: 'Add provider' }).first().click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: /Other OpenAI-compatible/ }).click();
    await sheet.getByLabel('Base URL').fill(upstream.url);
    await sheet.getByLabel('Name', { exact: true }).fill('mine');
    await sheet.getByLabel('API key, if it wants one').fill('sk-wrong-0123456789abcdefWXYZ');
    await sheet.getByRole('button', { name: 'Check and list its models' }).click();
    await sheet.getByText('The provider does not accept the key.').waitFor();
    await sheet.getByText('Incorrect API key provided.').waitFor();

    await sheet.getByLabel('API key, if it wants one').fill(key);
    await sheet.getByRole('button', { name: 'Check and list its models' }).click();
    await sheet.getByText('It answers, and offers 2 models.').waitFor();
    await sheet.getByLabel('small-1').check();
    await sheet.getByRole('button', { name: 'Send a test request' }).click();
    await sheet.getByText('It answers', { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await sheet.getByRole('button', { name: 'Add provider with 1 model' }).click();
    await page.getByRole('heading', { level: 1, name: 'mine' }).waitFor();
    expect(await page.content()).not.toContain(key);
    expect(page.url()).not.toContain('sk-');

    // Without a price its requests are refused; the page says so and takes one.
    await page.getByRole('link', { name: 'small-1' }).click();
    await page.getByRole('button', { name: 'Set price' }).click();
    await page.getByLabel('Input', { exact: true }).fill('0.5');
    await page.getByLabel('Output', { exact: true }).fill('1.5');
    await page.getByRole('dialog').getByRole('button', { name: 'Set price' }).click();
    await page.getByText('USD per million tokens, set here.').waitFor();

    const client = new OpenAI({
      baseURL: `${stand.url}/v1`,
      apiKey: stand.gateway.key,
      maxRetries: 0,
    });
    const asked = () =>
      client.chat.completions.create({ model: 'small-1', messages: [{ role: 'user', content: 'Hello' }] });
    expect((await asked()).choices[0]?.message.content).toBeTruthy();
    expect(upstream.last().headers.authorization).toBe(`Bearer ${key}`);

    await page.goto(`${stand.url}/providers/mine`);
    await page.getByText('Healthy').first().waitFor();
    upstream.always((answer) => {
      answer.head(500, { 'content-type': 'application/json' });
      answer.end('{"error":{"message":"out of order"}}');
    });
    for (const _ of [1, 2]) await expect(asked()).rejects.toThrow();
    await page.getByText('Circuit open').or(page.getByText('Trying again')).first().waitFor();
    await page.getByRole('cell', { name: /failed to answer this request/ }).waitFor();
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('It does not answer').waitFor();

    upstream.always(offering);
    await expect
      .poll(async () => (await asked().catch(() => undefined))?.choices.length, { timeout: 60_000 })
      .toBe(1);
    await page.getByText('Healthy').first().waitFor();
    const { data } = await stand.get('/requests?model=small-1');
    expect(data.length).toBeGreaterThanOrEqual(5);
  });

  it('two tabs: whoever is later sees what the other saved, and chooses', async () => {
    await stand.post('/providers', {
      name: 'shared',
      type: 'openai-compatible',
      base_url: `${upstream.url}/a`,
      api_key: key,
    });
    await using opened = await stand.open('/providers/shared?edit=1');
    opened.guard.allow(/412/);
    const other = await opened.another('/providers/shared?edit=1');
    for (const [tab, path] of [
      [opened.page, 'b'],
      [other.page, 'c'],
    ] as const) {
      await tab.getByLabel('Base URL').fill(`${upstream.url}/${path}`);
    }
    await opened.page.getByRole('button', { name: 'Save' }).click();
    await opened.page.getByText('“shared” is saved').first().waitFor();
    other.guard.allow(/412/);
    await other.page.getByRole('button', { name: 'Save' }).click();
    await other.page.getByText('Changed by someone else meanwhile').waitFor();
    await expect.poll(() => other.page.getByRole('dialog').textContent()).toContain(`${upstream.url}/b`);
    expect((await stand.get('/providers/shared')).base_url).toBe(`${upstream.url}/b`);
    await other.page.getByRole('button', { name: 'Save mine over theirs' }).click();
    await other.page.getByText('“shared” is saved').first().waitFor();
    expect((await stand.get('/providers/shared')).base_url).toBe(`${upstream.url}/c`);
  });

  it('one of tollgate.yaml is read-only, with its line; one that routes use is not deleted', async () => {
    await stand.post('/providers', { name: 'used', type: 'openai-compatible', base_url: upstream.url });
    await stand.post('/models', { name: 'user-of-it', route: [[{ provider: 'used' }]] });
    await using opened = await stand.open('/providers/first');
    const { page } = opened;
    opened.guard.allow(/409/);
    await page.getByText('This provider stands in').waitFor();
    await page.getByText('tollgate.yaml:1').first().waitFor();
    expect(await page.getByRole('button', { name: 'Change' }).count()).toBe(0);
    await page.goto(`${stand.url}/providers/used`);
    await page.getByRole('button', { name: 'More for used' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByLabel(/Type used to go on/).fill('used');
    await page.getByRole('button', { name: 'Delete provider' }).click();
    await page.getByRole('alert').filter({ hasText: 'user-of-it' }).waitFor();
    expect((await stand.call('GET', '/providers/used')).status).toBe(200);
  });

  it('a viewer sees all of it and may change none', async () => {
    await using opened = await stand.open('/providers', { role: 'viewer' });
    const { page } = opened;
    await page.getByRole('link', { name: 'first' }).waitFor();
    await page.getByRole('button', { name: 'Add provider', disabled: true }).first().waitFor();
  });
});
