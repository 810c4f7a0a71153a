// /docs in a real browser, read: whole at desktop and phone width, in both colours, by keyboard, without scripts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodStream, refusal, stream } from '../support/scripted-upstream.ts';
import { startBrowser } from './browser.ts';
import { lowestContrast, namelessControls, openEverything, sideways } from './in-page.ts';
import { type ReferenceStand, send, startReferenceStand, state, textOf } from './reference-stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

describe.skipIf('missing' in started)(`the reference page${suffix}`, { timeout: 180_000 }, () => {
  let stand: ReferenceStand;
  beforeAll(async () => {
    if ('browser' in started) stand = await startReferenceStand(started.browser);
  });
  afterAll(() => stand?.[Symbol.asyncDispose]());

  describe.each([
    [1280, 800, 'light'],
    [1280, 800, 'dark'],
    [390, 844, 'light'],
    [390, 844, 'dark'],
  ] as const)('at %i x %i, %s', (width, height, colorScheme) => {
    it('is whole: no sideways scrolling, no errors, nobody else asked', async () => {
      await using opened = await stand.ready({ viewport: { width, height }, colorScheme });
      const { page, problems } = opened;
      expect(await page.locator('h2').allTextContents()).toContain('Create a chat completion');
      stand.upstream.next(stream(goodStream('A word that is very long: ', 'x'.repeat(400))));
      await send(page);
      await state(page, /^200$/);
      expect(await page.evaluate(sideways)).toEqual([]);
      await page.evaluate(openEverything);
      expect(await page.evaluate(sideways)).toEqual([]);
      expect(problems).toEqual([]);
    });

    it('has text that stands out from what is behind it', async () => {
      await using opened = await stand.ready({ viewport: { width, height }, colorScheme });
      const { page } = opened;
      stand.upstream.next(refusal(400, { code: 'bad' }));
      await send(page);
      await state(page, /^400$/);
      await page.evaluate(openEverything);
      const { contrast, where } = await page.evaluate<{ contrast: number; where: string }>(lowestContrast);
      expect(contrast, where).toBeGreaterThanOrEqual(4.5);
    });
  });

  it('can be read without scripts', async () => {
    await using opened = await stand.open({ javaScriptEnabled: false });
    const content = await textOf(opened.page, 'main');
    expect(content).toContain('Required range: 0 <= x <= 2');
    expect(content).toContain('need JavaScript');
  });

  it('names every control', async () => {
    await using opened = await stand.ready();
    expect(await opened.page.evaluate(namelessControls)).toEqual([]);
  });

  it('changes tabs by keyboard', async () => {
    await using opened = await stand.open();
    const { page } = opened;
    await page.locator('#createChatCompletion-samples-tab-0').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('JavaScript');
    expect(await page.locator('#createChatCompletion-samples-panel-1').isVisible()).toBe(true);
    expect(await page.locator('#createChatCompletion-samples-panel-0').isVisible()).toBe(false);
    // Whoever picks a language wants it everywhere.
    expect(await page.locator('#listModels-samples-panel-1').isVisible()).toBe(true);
    await page.keyboard.press('Home');
    expect(await page.locator('#createChatCompletion-samples-panel-0').isVisible()).toBe(true);
  });

  it('opens what an address names', async () => {
    await using opened = await stand.open();
    const { page } = opened;
    const field = page.locator('[id="createChatCompletion.response_format.2.json_schema.strict"]');
    expect(await field.isVisible()).toBe(false);
    await page.evaluate("location.hash = 'createChatCompletion.response_format.2.json_schema.strict'");
    await field.waitFor();
  });
});
