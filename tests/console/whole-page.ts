// A page that stands: nothing of it is on its way any more. What is asked of a page says something of it only then; before, it
// says something of the places that are kept for what comes.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { sideways } from '../browser/in-page.ts';
import { accessibilityProblems } from './axe.ts';

/** What is loading says so, or has the look of a place for it (`console/src/ui/skeleton.tsx`). */
const whole = `document.querySelector('h1') !== null
  && document.querySelector('[aria-busy=true], .animate-wait.bg-sunken') === null
  && document.fonts.status === 'loaded'`;

export async function untilWhole(page: Page): Promise<void> {
  await inPage(page, whole);
}

/** A line for what reaches out of the window, and for what axe finds, once the page stands. `colours`: see `axe.ts`. */
export async function pageProblems(page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  await untilWhole(page);
  const wide = await page.evaluate<string[]>(sideways);
  return [
    ...wide.map((line) => `reaches out of the window: ${line}`),
    ...(await accessibilityProblems(page, what)),
  ];
}

/** The page has taken the size over when this returns. */
export async function resize(page: Page, size: { readonly width: number; readonly height: number }) {
  await page.setViewportSize(size);
  await inPage(page, `innerWidth === ${size.width}`);
}

/** Waits until it holds. Asked from outside: what waits in the page (`waitForFunction`) is refused by its policy. */
export async function inPage(page: Page, condition: string): Promise<void> {
  await expect.poll(() => page.evaluate<boolean>(condition), { message: condition }).toBe(true);
}
