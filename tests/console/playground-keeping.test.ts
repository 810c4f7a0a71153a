// Conversations as things to keep: changed and branched, reloaded, gone back to, shared; and who may not send at all.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import {
  answered,
  answers,
  messageField,
  quickPath,
  say,
  sendButton,
  startPlayground,
  unfold,
} from './playground/room.ts';
import { scene } from './playground/scenes.ts';
import { type ConsoleStand, startBrowser } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(
  `conversations of the playground${suffix}`,
  { timeout: 180_000 },
  () => {
    let stand: ConsoleStand;
    beforeAll(async () => {
      if ('browser' in started) stand = await startPlayground(started.browser);
    });
    afterEach(() => {
      stand.upstream.always(scene);
      stand.upstream.requests.length = 0;
    });
    afterAll(async () => {
      await stand?.[Symbol.asyncDispose]();
      if ('browser' in started) await started.browser.close();
    });

    it('branch where a question is changed, and lose nothing', async () => {
      await using opened = await stand.open(quickPath);
      const { page } = opened;
      await say(page, 'one');
      await page.getByText('You said: one').waitFor();
      await say(page, 'two');
      await page.getByText('You said: two').waitFor();
      await page.getByRole('button', { name: 'Edit question' }).first().click();
      await page.getByRole('textbox', { name: 'Edit question' }).fill('uno');
      await page.getByRole('textbox', { name: 'Edit question' }).press('Control+Enter');
      await page.getByText('You said: uno').waitFor();
      expect(await page.getByText('You said: two').count()).toBe(0);
      expect(stand.upstream.last().body.messages).toEqual([{ role: 'user', content: 'uno' }]);
      await page.getByRole('button', { name: 'Earlier version of this question' }).click();
      await page.getByText('You said: two').waitFor();
      await page.getByRole('button', { name: 'Later version of this question' }).click();
      await page.getByText('You said: uno').waitFor();
    });

    it('may have any turn rewritten or taken out, and that undone', async () => {
      await using opened = await stand.open(quickPath);
      const { page } = opened;
      await say(page, 'one');
      await page.getByText('You said: one').waitFor();
      await page.getByRole('button', { name: 'Edit answer' }).click();
      await page.getByRole('textbox', { name: 'Edit answer' }).fill('I say something else.');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Edited').waitFor();
      await say(page, 'two');
      await page.getByText('You said: two').waitFor();
      expect(stand.upstream.last().body.messages[1]).toEqual({
        role: 'assistant',
        content: 'I say something else.',
      });
      await page.getByRole('button', { name: 'Delete answer' }).first().click();
      await expect.poll(() => answers(page).count()).toBe(1);
      await page.getByText('You said: two').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('I say something else.').waitFor();
      await expect.poll(() => answers(page).count()).toBe(2);
    });

    it('are there again after a reload and in the list, and gone when deleted', async () => {
      await using opened = await stand.open(quickPath);
      const { page } = opened;
      await say(page, 'Remember the lighthouse');
      await page.getByText('You said: Remember the lighthouse').waitFor();
      await expect.poll(() => page.url(), { timeout: 20_000 }).toContain('conversation=');
      await page.getByRole('link', { name: /^\$0\.00/ }).waitFor();
      await page.reload();
      await answered(page);
      await page.getByRole('link', { name: /^\$0\.00/ }).waitFor();
      expect(stand.upstream.requests).toHaveLength(1);
      await page.getByRole('button', { name: 'New', exact: true }).click();
      await page.getByText('Ask quick something').waitFor();
      await page.getByRole('button', { name: 'Earlier conversations' }).click();
      const sheet = page.getByRole('dialog');
      await sheet.getByText('Kept in this browser only').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await sheet.getByRole('button', { name: /^Remember the lighthouse/ }).click();
      await page.getByText('You said: Remember the lighthouse').waitFor();
      await page.getByRole('button', { name: 'New', exact: true }).click();
      await page.getByRole('button', { name: 'Earlier conversations' }).click();
      await page.getByRole('button', { name: 'Delete all' }).click();
      await page
        .getByRole('dialog', { name: 'Delete all conversations?' })
        .getByRole('button', { name: 'Delete all' })
        .click();
      await page.getByText('No conversations yet').waitFor();
    });

    it('outlive models that cannot be read for a while', async () => {
      await using opened = await stand.open(quickPath);
      const { page, context, guard } = opened;
      guard.allow(/503/);
      await say(page, 'slow');
      await page.getByText('tick tick').waitFor();
      await context.route('**/playground/models', (route) => route.fulfill({ status: 503, body: '{}' }));
      // What a window does that was away.
      await page.evaluate("setTimeout(() => dispatchEvent(new Event('visibilitychange')), 5_000)");
      await page.getByText('The models could not be read again').first().waitFor();
      expect(await page.getByText('The models could not be read', { exact: true }).count()).toBe(0);
      await page.getByText('tick tick').waitFor();
      expect(stand.upstream.requests).toHaveLength(1);
      await context.unroute('**/playground/models');
    });

    it('keep what had come when the page is left in the middle', async () => {
      await using opened = await stand.open(quickPath);
      const { page } = opened;
      await say(page, 'slow');
      await page.getByText('tick tick').waitFor();
      await expect.poll(() => page.url(), { timeout: 20_000 }).toContain('conversation=');
      await page.getByRole('link', { name: 'Usage' }).click();
      await page.getByRole('heading', { name: 'Usage' }).waitFor();
      expect(await stand.upstream.last().closed).toBe('aborted');
      await page.goBack();
      await page.getByText('Stopped by you').waitFor();
      await page.getByText('tick tick').waitFor();
      await page.getByRole('link', { name: /^\$0\.00/ }).waitFor();
    });

    it('go into a link that sends nothing, to the gateway or by being opened', async () => {
      await using opened = await stand.open(quickPath, { viewport: { width: 1440, height: 900 } });
      const { page } = opened;
      await page.getByLabel('System prompt').fill('Be a lighthouse.');
      await unfold(page, 'Parameters');
      await page.getByRole('textbox', { name: 'Temperature' }).fill('0.5');
      await say(page, 'Shared words');
      await page.getByText('You said: Shared words').waitFor();
      await answered(page);
      await page.getByRole('button', { name: 'Share by link' }).click();
      const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(link).toMatch(/\/playground#share=c1\.[\w-]+$/);

      const { page: other } = await opened.another(new URL(link).pathname + new URL(link).hash);
      const sent: string[] = [];
      other.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
      await other.getByText('You said: Shared words').waitFor();
      await expect.poll(() => other.getByLabel('System prompt').inputValue()).toBe('Be a lighthouse.');
      await other.getByText('1 set').waitFor();
      // What was said does not stay in the address.
      await expect.poll(() => other.url()).not.toContain('share=');
      expect(stand.upstream.requests).toHaveLength(1);
      expect(sent.join('\n')).not.toContain('share=');
      await say(other, 'More');
      await other.getByText('You said: More').waitFor();
      expect(stand.upstream.last().body).toMatchObject({
        temperature: 0.5,
        messages: [
          { role: 'system' },
          { content: 'Shared words' },
          { role: 'assistant' },
          { content: 'More' },
        ],
      });

      const { page: broken } = await opened.another(`/playground${new URL(link).hash.slice(0, -20)}`);
      await broken.getByText('The link is not complete').first().waitFor();
    });

    it('are begun from the code that asks the same', async () => {
      await using opened = await stand.open(quickPath);
      const { page } = opened;
      await say(page, 'Say it in code');
      await answered(page);
      await page.getByRole('button', { name: 'Copy as code' }).click();
      const code = page.getByRole('dialog').locator('pre');
      await page.getByRole('radio', { name: 'Python' }).click();
      await expect.poll(() => code.textContent()).toContain(`base_url="${stand.url}/v1"`);
      expect(await code.textContent()).toContain('Say it in code');
      expect(await code.textContent()).not.toContain('You said');
      expect(await page.content()).not.toContain('sk-tg-');
      expect(await accessibilityProblems(page)).toEqual([]);
    });

    it('show what was sent and what came', async () => {
      await using opened = await stand.open(quickPath);
      const { page } = opened;
      await say(page, 'raw');
      await answered(page);
      await page.getByRole('button', { name: 'Request and events' }).click();
      const shown = page.getByRole('dialog').locator('pre');
      const lines = async () => ((await shown.textContent()) ?? '').split('\n');
      const request = async () => JSON.parse((await lines()).join('\n'));
      await expect.poll(request).toMatchObject({ model: 'quick', stream: true });
      await page.getByRole('radio', { name: 'Events' }).click();
      await expect.poll(async () => (await lines())[0]).toMatch(/^ *\+\d+\.\d{3}s {2}\{"id":"chatcmpl-/);
      expect((await lines()).at(-1)).toContain('[DONE]');
      expect(await accessibilityProblems(page)).toEqual([]);
    });

    it('can be read and not written by a viewer, who is told why', async () => {
      await using opened = await stand.open(quickPath, { role: 'viewer' });
      const { page, guard } = opened;
      guard.allow(/403/);
      await page.getByText('Only members and administrators can do this').waitFor();
      const status = await page.evaluate<number>(`(async () => {
        const { csrf_token } = await (await fetch('/admin/v1/session')).json();
        const headers = { 'x-csrf-token': csrf_token };
        return (await fetch('/admin/v1/playground/key', { method: 'POST', headers })).status;
      })()`);
      expect(status).toBe(403);
      await page.getByRole('button', { name: 'Explain what an LLM gateway', disabled: true }).waitFor();
      await messageField(page).fill('anyway');
      await messageField(page).press('Control+Enter');
      await sendButton(page, true).waitFor();
      await expect.poll(() => messageField(page).inputValue()).toBe('anyway');
      expect(stand.upstream.requests).toHaveLength(0);
    });

    it('of a member go by a key of their own', async () => {
      await using opened = await stand.open(quickPath, { role: 'member' });
      const { page } = opened;
      await say(page, 'mine');
      await page.getByText('You said: mine').waitFor();
      await page.getByRole('link', { name: /^\$0\.00/ }).waitFor();
      const { data } = await stand.get('/requests');
      expect(data[0]).toMatchObject({ key_name: 'Playground (grace@example.com)' });
      expect(await stand.get(`/keys/${data[0].key_id}`)).toMatchObject({
        status: 'active',
        project: 'default',
      });
    });
  },
);
