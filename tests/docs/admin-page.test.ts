import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { adminPage, documentedEndpoints, pagePath } from '../../scripts/admin-doc.ts';

test('docs/admin-api.md is what the endpoints say (node scripts/admin-doc.ts)', async () => {
  const page = await readFile(pagePath, 'utf8');
  expect(page).toBe(adminPage(page));
});

test.each(documentedEndpoints())(
  '$method $path has a summary and, in every field, a type',
  ({ summary, answer, events, status }) => {
    expect(summary).toMatch(/^[A-Z]/);
    expect(
      status === 204 || status === 302 || (answer ?? events) !== undefined || summary.includes('CSV'),
    ).toBe(true);
  },
);
