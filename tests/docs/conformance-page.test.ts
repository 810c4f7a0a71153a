// docs/conformance.md has the checks that the command has, and the results that they have today.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { columnOf, conformancePage, embeddedColumnOf, pagePath } from '../../scripts/conformance-doc.ts';
import { catalogue } from '../../src/conformance/catalogue.ts';
import { scriptedResults } from '../conformance-command/measured-servers.ts';

test('docs/conformance.md is what the checks say (node scripts/conformance-doc.ts --keep-embedded)', {
  timeout: 120_000,
}, async () => {
  const page = await readFile(pagePath, 'utf8');
  // The embedded column is measured when the page is written, and again by the tests of the command.
  const embedded = embeddedColumnOf(page);
  expect([...embedded.keys()]).toEqual(catalogue.flatMap(({ checks }) => checks.map(({ id }) => id)));
  for (const [id, word] of embedded) expect(`${id}: ${word}`).toMatch(/: (?:pass|skip: .+)$/);
  expect(page).toBe(conformancePage(columnOf(await scriptedResults()), embedded));
});
