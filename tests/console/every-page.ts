// What is asked of every place of the console in a window of one size and colour. The files `every-page-*.test.ts` ask it in
// four windows, two at a time, so that none of them takes long.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ConsoleStand } from './stand.ts';
import { pageProblems } from './whole-page.ts';

export interface Window {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
}

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** Opens without an error, nothing scrolls sideways, and axe finds nothing. */
export async function expectWholePages(
  stand: ConsoleStand,
  paths: readonly string[],
  window: Window,
): Promise<void> {
  const found: string[] = [];
  await using opened = await stand.open('/settings', window);
  const { page } = opened;
  for (const path of paths) {
    await page.goto(`${stand.url}${path}`);
    await page.locator('main h1').first().waitFor();
    found.push(...(await problemsOf(page, window)).map((problem) => `${path}: ${problem}`));
  }
  expect(found).toEqual([]);
}

/** The same for the page one signs in on. */
export async function expectWholeLogin(stand: ConsoleStand, window: Window): Promise<void> {
  await using opened = await stand.open('/login', { ...window, signedIn: false });
  opened.guard.allow(/401/);
  await opened.page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await problemsOf(opened.page, window)).toEqual([]);
}

/** What is dark is of the same elements as what is light: its colours alone are other. */
function problemsOf(page: Page, { colorScheme }: Window): Promise<string[]> {
  return pageProblems(page, colorScheme === 'dark' ? 'colours' : 'all');
}
