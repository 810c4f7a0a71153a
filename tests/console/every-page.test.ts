// Every place of the console, in both colours, on a desktop and on a phone: it opens without an error, nothing scrolls
// sideways, and axe finds nothing. With data that is hard: long names, many rows, nothing at all.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sideways } from '../browser/in-page.ts';
import { accessibilityProblems } from './axe.ts';
import { type Places, seedAwkward } from './seed-awkward.ts';
import { type ConsoleStand, startBrowser, startConsole } from './stand.ts';

const started = await startBrowser();
const suffix = 'missing' in started ? ` (${started.missing})` : '';

const windows = [
  { name: 'desktop, light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'desktop, dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'phone, light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

describe.skipIf('missing' in started)(`every page${suffix}`, { timeout: 240_000 }, () => {
  let stand: ConsoleStand;
  let places: Places;
  beforeAll(async () => {
    if (!('browser' in started)) return;
    stand = await startConsole(started.browser);
    places = await seedAwkward(stand);
  });
  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    if ('browser' in started) await started.browser.close();
  });

  describe.each(windows)('$name', ({ viewport, colorScheme }) => {
    it('is whole and accessible', async () => {
      const found: string[] = [];
      await using opened = await stand.open('/', { viewport, colorScheme });
      const { page } = opened;
      for (const path of places.paths) {
        await page.goto(`${stand.url}${path}`);
        await page.locator('main h1').first().waitFor();
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
        const problems = [
          ...(await page.evaluate<string[]>(sideways)).map((line) => `reaches out of the window: ${line}`),
          ...(await accessibilityProblems(page)),
        ];
        found.push(...problems.map((problem) => `${path}: ${problem}`));
      }
      expect(found).toEqual([]);
    });
  });

  it('is whole and accessible before anybody has signed in', async () => {
    for (const { viewport, colorScheme } of windows) {
      await using opened = await stand.open('/login', { viewport, colorScheme, signedIn: false });
      opened.guard.allow(/401/);
      await opened.page.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await opened.page.evaluate(sideways)).toEqual([]);
      expect(await accessibilityProblems(opened.page)).toEqual([]);
    }
  });
});
