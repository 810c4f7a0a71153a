// Accessibility as axe sees it, in the page: WCAG 2.2 A and AA, and what it calls best practice.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const source = readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** A line for each thing that is wrong; none if all is well. `colours`: contrast alone, for the other theme of a page. */
export async function accessibilityProblems(page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  // By the debugger's way, which the page's policy does not concern.
  await page.evaluate(await source);
  const options = {
    resultTypes: ['violations'],
    ...(what === 'colours' ? { runOnly: ['color-contrast', 'link-in-text-block'] } : {}),
  };
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, ${JSON.stringify(options)}).then((results) => results.violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html.slice(0, 300)}\n${failureSummary ?? ''}`),
  );
}
