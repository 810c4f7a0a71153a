// Notes at the edge of the page (`console/src/ui/toast.tsx`): they go by themselves, but not while a mouse rests on them.
import type { Page } from 'playwright-core';

/** Waits for the note and keeps it, so that its Undo is there however long what comes first takes. */
export async function holdNote(page: Page, title: string): Promise<void> {
  await page
    .getByRole('region', { name: /^Notification/ })
    .getByRole('listitem')
    .filter({ has: page.getByText(title, { exact: true }) })
    .hover();
}
