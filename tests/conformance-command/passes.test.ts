// The gateway passes the checks: all of them in front of a perfect model, and with the embedded model all that a text
// model can be judged by.
import { expect, test } from 'vitest';
import { catalogue, selectChecks } from '../../src/conformance/catalogue.ts';
import { embeddedResults, scriptedResults, shortcomings } from './measured-servers.ts';

const ids = catalogue.flatMap(({ checks }) => checks.map(({ id }) => id));

test('in front of a perfect model every check passes and none is skipped', { timeout: 120_000 }, async () => {
  const results = await scriptedResults();
  expect(shortcomings(results)).toEqual([]);
  expect(results.map(({ check }) => check.id)).toEqual(ids);
});

test('with the embedded model none fails', { timeout: 600_000 }, async (context) => {
  const results = await embeddedResults();
  if ('missing' in results) return context.skip(results.missing);
  expect(shortcomings(results).filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  expect(results.map(({ check }) => check.id)).toEqual(ids);
});

test('ids are unique, and each begins with its group', () => {
  const checks = catalogue.flatMap((group) => group.checks);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { id, contract } of checks) {
    expect(id).toMatch(/^[a-z-]+\.[a-z0-9_-]+$/);
    expect(contract).toMatch(/^[1-6](?:\.\d+)?(?:, [1-6](?:\.\d+)?)*$/);
  }
});

test('names select a check, or all whose id begins with them', () => {
  const selected = (names: string[]) =>
    selectChecks(names).groups.flatMap(({ checks }) => checks.map(({ id }) => id));
  expect(selected(['stream.done'])).toEqual(['stream.done']);
  expect(selected(['n'])).toEqual(['n.choices', 'n.stream-order', 'n.stream-each']);
  expect(selected(['stream']).every((id) => id.startsWith('stream.'))).toBe(true);
  expect(selected([])).toEqual(ids);
  expect(selectChecks(['str', 'n']).unknown).toEqual(['str']);
});
