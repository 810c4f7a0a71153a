// The list of contract-rows.ts is true: the checks exist, the texts stand in their tests, and no detail is left out.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/conformance/catalogue.ts';
import { contractRows } from './contract-rows.ts';

const ids = new Set(catalogue.flatMap(({ checks }) => checks.map(({ id }) => id)));

test.each(contractRows)('$section: $says', ({ checks = [], tests = [] }) => {
  expect(checks.length + tests.length).toBeGreaterThan(0);
  for (const id of checks) expect(ids).toContain(id);
  for (const [file, text] of tests) {
    expect(file).toMatch(/\.test\.ts$/);
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(source.includes(text), `${file} says nothing of ${text}`).toBe(true);
  }
});

test('each of the twenty details is listed', () => {
  const details = contractRows.map(({ section }) => section).filter((section) => section.startsWith('6.'));
  const twenty = Array.from({ length: 20 }, (_, index) => `6.${index + 1}`);
  expect([...new Set(details)]).toEqual(twenty);
});
